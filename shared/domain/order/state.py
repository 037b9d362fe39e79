"""What is known of an order at one moment."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from shared.domain.errors import OrderAlreadyFinal, OrderBeingUndone, OrderNotReady
from shared.domain.money import Money
from shared.domain.order.events import (
    ApprovalDecided,
    OrderPlaced,
    PaymentCaptured,
    ShipmentCreated,
)
from shared.domain.order.values import Outcome, PricedLine, Stake, Undo


class OrderStatus(StrEnum):
    """The states clients see (design/api.md, Orders)."""

    ACCEPTED = "accepted"
    VALIDATED = "validated"
    RESERVED = "reserved"
    AWAITING_APPROVAL = "awaiting_approval"
    PAID = "paid"
    SHIPPED = "shipped"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"
    COMPENSATION_FAILED = "compensation_failed"


FINAL = frozenset(
    {
        OrderStatus.COMPLETED,
        OrderStatus.FAILED,
        OrderStatus.CANCELLED,
        OrderStatus.COMPENSATION_FAILED,
    }
)


@dataclass(frozen=True, slots=True)
class Order:
    """Facts stay once they happened; `*_undone` says that they were taken back."""

    placed: OrderPlaced
    status: OrderStatus = OrderStatus.ACCEPTED
    lines: tuple[PricedLine, ...] = ()
    total: Money | None = None
    reserved_until: datetime | None = None
    reservation_undone: bool = False
    approval_deadline: datetime | None = None
    approval: ApprovalDecided | None = None
    payment: PaymentCaptured | None = None
    payment_undone: bool = False
    shipment: ShipmentCreated | None = None
    shipment_undone: bool = False
    confirmation_sent: bool = False
    outcome: Outcome | None = None
    at_stake: tuple[Stake, ...] = ()
    stuck: tuple[Undo, ...] = ()
    ending: Outcome | None = None  # of a parked order: where it was going
    parkings: int = 0

    @property
    def is_final(self) -> bool:
        """Whether the order has reached one of its four ends."""
        return self.status in FINAL

    @property
    def is_parked(self) -> bool:
        """Whether an undo got stuck: the one end that can still be left, by undoing the rest."""
        return self.status is OrderStatus.COMPENSATION_FAILED

    @property
    def is_being_undone(self) -> bool:
        """Whether anything was taken back, after which no step goes forward."""
        return self.reservation_undone or self.payment_undone or self.shipment_undone

    @property
    def holds_something(self) -> bool:
        """Whether money, stock or a parcel is still out for this order."""
        return (
            (self.payment is not None and not self.payment_undone)
            or (self.reserved_until is not None and not self.reservation_undone)
            or self.is_shipped
        )

    @property
    def is_shipped(self) -> bool:
        """Whether a parcel is on its way: the pivot, after which nothing is cancelled."""
        return self.shipment is not None and not self.shipment_undone

    @property
    def due(self) -> Money:
        """What is to be paid.

        Raises:
            OrderNotReady: no price is known before the order is validated.
        """
        if self.total is None:
            raise OrderNotReady("it has no prices yet")
        return self.total

    def require(self, status: OrderStatus) -> None:
        """Refuse a step forward unless the order stands just before it.

        Raises:
            OrderAlreadyFinal, OrderBeingUndone, OrderNotReady: as they say.
        """
        self.require_open()
        if self.is_being_undone:
            raise OrderBeingUndone
        if self.status is not status:
            raise OrderNotReady(f"it is {self.status}, not {status}")

    def awaits_approval(self, now: datetime) -> bool:
        """Whether somebody may still decide on the order: asked, in time, not being undone."""
        return (
            self.status is OrderStatus.AWAITING_APPROVAL
            and self.approval is None
            and not self.is_being_undone
            and self.approval_deadline is not None
            and now < self.approval_deadline
        )

    def require_undoable(self) -> None:
        """Refuse to take anything back once the order has ended for good.

        Raises:
            OrderAlreadyFinal: it has.
        """
        if not self.is_parked:
            self.require_open()

    def require_open(self) -> None:
        """Refuse anything once the order has ended.

        Raises:
            OrderAlreadyFinal: it has.
        """
        if self.is_final:
            raise OrderAlreadyFinal(f"it is {self.status}")
