"""What can happen to an order; these names are the storage format (shared/eventstore/codec.py)."""

from dataclasses import dataclass
from datetime import datetime

from shared.domain.money import Money
from shared.domain.order.values import (
    Address,
    Outcome,
    PricedLine,
    RequestedLine,
    Stake,
    Undo,
)


@dataclass(frozen=True, slots=True)
class OrderPlaced:
    order_id: str
    customer_id: str
    lines: tuple[RequestedLine, ...]
    payment_method: str
    shipping_address: Address
    placed_at: datetime


@dataclass(frozen=True, slots=True)
class OrderValidated:
    lines: tuple[PricedLine, ...]
    total: Money


@dataclass(frozen=True, slots=True)
class StockReserved:
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class ReservationExtended:
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class ApprovalRequested:
    deadline: datetime


@dataclass(frozen=True, slots=True)
class ApprovalDecided:
    approved: bool
    reason: str
    by: str


@dataclass(frozen=True, slots=True)
class PaymentCaptured:
    payment_id: str
    amount: Money


@dataclass(frozen=True, slots=True)
class ShipmentCreated:
    shipment_id: str
    tracking_number: str
    carrier: str


@dataclass(frozen=True, slots=True)
class ShipmentCancelled:
    shipment_id: str


@dataclass(frozen=True, slots=True)
class PaymentRefunded:
    payment_id: str
    amount: Money


@dataclass(frozen=True, slots=True)
class StockReleased:
    pass


@dataclass(frozen=True, slots=True)
class ConfirmationSent:
    pass


@dataclass(frozen=True, slots=True)
class ConfirmationParked:
    reason: str


@dataclass(frozen=True, slots=True)
class CancellationRefused:
    reason: str


@dataclass(frozen=True, slots=True)
class OrderCompleted:
    pass


@dataclass(frozen=True, slots=True)
class OrderFailed:
    code: str
    detail: str
    customer_notified: bool


@dataclass(frozen=True, slots=True)
class OrderCancelled:
    reason: str


@dataclass(frozen=True, slots=True)
class CompensationFailed:
    """`ending`: where the order was going when its undo got stuck."""

    steps: tuple[Undo, ...]
    at_stake: tuple[Stake, ...]
    detail: str
    ending: Outcome


Advance = OrderValidated | StockReserved | PaymentCaptured | ShipmentCreated
Held = ReservationExtended | ApprovalRequested | ApprovalDecided
Undone = ShipmentCancelled | PaymentRefunded | StockReleased
Noted = ConfirmationSent | ConfirmationParked | CancellationRefused
Ended = OrderCompleted | OrderFailed | OrderCancelled | CompensationFailed
OrderEvent = OrderPlaced | Advance | Held | Undone | Noted | Ended
