"""How a gateway fails, as opposed to how it says no."""

from datetime import datetime


class GatewayUnavailable(Exception):
    """The gateway did not answer. Ask again with the same key."""


class PartyUnavailable(GatewayUnavailable):
    """The gateway answered, but the customer's bank or depot did not. Ask again with the key."""


class GatewayResting(GatewayUnavailable):
    """The gateway is down and was not asked. Wait, then ask again with the same key."""

    def __init__(self, gateway: str, until: datetime) -> None:
        super().__init__(f"the {gateway} gateway is down")
        self.until = until


class KeyMissing(Exception):
    """A call without an idempotency key could happen twice. Give it one."""
