"""What may be asked of an order: customers place it, the workflow records what it did."""

from dataclasses import dataclass
from datetime import datetime

from shared.domain.money import Money
from shared.domain.order.values import Address, Outcome, RequestedLine, Undo
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
class ExtendReservation:
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class RequestApproval:
    """The units are held until `expires_at`, which is later than the deadline."""

    deadline: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class RecordDecision:
    """Whether the order is approved, why, and who says so."""

    approved: bool
    reason: str
    by: str


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
    """The undo steps that keep failing, why, and how the order will end once they are done."""

    steps: tuple[Undo, ...]
    detail: str
    ending: Outcome


@dataclass(frozen=True, slots=True)
class RecordConfirmation:
    """The confirmation went out after the order was completed without it."""


Forward = ValidateOrder | RecordReservation | RecordPayment | RecordShipment
Hold = ExtendReservation | RequestApproval | RecordDecision
Backward = RecordShipmentCancelled | RecordRefund | RecordRelease
End = CompleteOrder | FailOrder | CancelOrder | ParkOrder
OrderCommand = PlaceOrder | Forward | Hold | Backward | End | RecordConfirmation
