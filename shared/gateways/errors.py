"""How a gateway fails, as opposed to how it says no."""


class GatewayUnavailable(Exception):
    """The gateway did not answer. Ask again with the same key."""


class KeyMissing(Exception):
    """A call without an idempotency key could happen twice. Give it one."""
