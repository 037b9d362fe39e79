"""The values an order is made of."""

from dataclasses import dataclass
from enum import StrEnum

from shared.domain.money import Money


@dataclass(frozen=True, slots=True)
class Address:
    name: str
    line1: str
    city: str
    postal_code: str
    country: str
    line2: str | None = None


@dataclass(frozen=True, slots=True)
class RequestedLine:
    sku: str
    quantity: int


@dataclass(frozen=True, slots=True)
class PricedLine:
    sku: str
    name: str
    quantity: int
    unit_price: Money


class Undo(StrEnum):
    """The steps that take something back; the values name their activities."""

    CANCEL_SHIPMENT = "CancelShipment"
    REFUND_PAYMENT = "RefundPayment"
    RELEASE_STOCK = "ReleaseStock"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an order ends: a code for programs, a sentence for people."""

    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class Stake:
    """What a person has to look after when an undo step kept failing."""

    what: str
    amount: Money | None = None
    sku: str | None = None
    quantity: int | None = None
    reference: str | None = None
