"""How a gateway fails, as opposed to how it says no."""

from datetime import datetime

from shared.domain.errors import Refusal


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


class RequestRejected(Refusal):
    """A provider rejects our request as such. Compare it with what the provider asks for."""

    code = "request_rejected"


class Undeliverable(Refusal):
    """The letter has nowhere to go. Correct the email address of the customer's account."""

    code = "undeliverable"
