"""The port to whoever carries the parcels."""

from dataclasses import dataclass
from typing import Protocol

from shared.domain.order.values import Address


@dataclass(frozen=True, slots=True)
class Shipped:
    shipment_id: str
    tracking_number: str
    carrier: str


@dataclass(frozen=True, slots=True)
class Refused:
    reason: str


@dataclass(frozen=True, slots=True)
class Cancelled:
    shipment_id: str


@dataclass(frozen=True, slots=True)
class NothingShipped:
    pass


class Carrier(Protocol):
    """Every call carries the shipment's key: with the same key it happens once."""

    async def ship(self, key: str, to: Address) -> Shipped | Refused:
        """Send a parcel.

        Raises:
            GatewayUnavailable: perhaps sent; ask again with the same key.
            KeyMissing: a call without a key.
        """
        ...

    async def cancel(self, key: str) -> Cancelled | NothingShipped:
        """Stop the parcel of this key, and refuse any later one under it."""
        ...
