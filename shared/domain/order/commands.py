"""What may be asked of an order: customers place it, the workflow records what it did."""

from dataclasses import dataclass
from datetime import datetime

from shared.domain.money import Money
from shared.domain.order.values import Address, RequestedLine, Undo
from shared.domain.product import Product


@dataclass(frozen=True, slots=True)
class PlaceOrder:
    order_id: str
    customer_id: str
    lines: tuple[RequestedLine, ...]
    payment_method: str
    shipping_address: Address
    placed_at: datetime


@dataclass(frozen=True, slots=True)
class ValidateOrder:
    """`catalogue` holds those of the ordered products that exist, with today's prices."""

    catalogue: tuple[Product, ...]


@dataclass(frozen=True, slots=True)
class RecordReservation:
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class RecordPayment:
    payment_id: str
    amount: Money


@dataclass(frozen=True, slots=True)
class RecordShipment:
    shipment_id: str
    tracking_number: str
    carrier: str


@dataclass(frozen=True, slots=True)
class RecordShipmentCancelled:
    shipment_id: str


@dataclass(frozen=True, slots=True)
class RecordRefund:
    payment_id: str
    amount: Money


@dataclass(frozen=True, slots=True)
class RecordRelease:
    pass


@dataclass(frozen=True, slots=True)
class CompleteOrder:
    """`unsent`: why the confirmation could not be sent; `refused`: a cancel that came too late."""

    unsent: str | None = None
    refused: str | None = None


@dataclass(frozen=True, slots=True)
class FailOrder:
    code: str
    detail: str
    customer_notified: bool = False


@dataclass(frozen=True, slots=True)
class CancelOrder:
    reason: str


@dataclass(frozen=True, slots=True)
class ParkOrder:
    """The undo steps that keep failing, and why."""

    steps: tuple[Undo, ...]
    detail: str


Forward = ValidateOrder | RecordReservation | RecordPayment | RecordShipment
Backward = RecordShipmentCancelled | RecordRefund | RecordRelease
End = CompleteOrder | FailOrder | CancelOrder | ParkOrder
OrderCommand = PlaceOrder | Forward | Backward | End
