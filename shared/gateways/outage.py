"""An outage of a sandbox that somebody asked for, to see what the shop makes of it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from shared.gateways.errors import GatewayUnavailable


@dataclass(slots=True)
class Outage:
    """Until this moment the sandbox answers nobody; a demonstration may move it."""

    until: datetime | None
    now: Callable[[], datetime]

    def strike(self, gateway: str) -> None:
        """Fail, while the outage lasts.

        Raises:
            GatewayUnavailable: it does.
        """
        if self.until is not None and self.now() < self.until:
            raise GatewayUnavailable(f"503: the {gateway} gateway is down for everyone")
