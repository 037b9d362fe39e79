"""The port to whoever moves the money."""

from dataclasses import dataclass
from typing import Protocol

from shared.domain.money import Money


@dataclass(frozen=True, slots=True)
class Captured:
    payment_id: str
    amount: Money


@dataclass(frozen=True, slots=True)
class Declined:
    reason: str


@dataclass(frozen=True, slots=True)
class Refunded:
    payment_id: str
    amount: Money


@dataclass(frozen=True, slots=True)
class NothingCaptured:
    pass


class PaymentGateway(Protocol):
    """Every call carries the payment's key: with the same key it happens once."""

    async def capture(self, key: str, method: str, amount: Money) -> Captured | Declined:
        """Take the money.

        Raises:
            GatewayUnavailable: perhaps taken; ask again with the same key.
            KeyMissing: a call without a key.
        """
        ...

    async def refund(self, key: str) -> Refunded | NothingCaptured:
        """Give back what was captured under this key, and refuse any later capture under it."""
        ...
