"""What is known of an order at one moment."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from shared.domain.errors import OrderAlreadyFinal, OrderBeingUndone, OrderNotReady
from shared.domain.money import Money
from shared.domain.order.events import OrderPlaced, PaymentCaptured, ShipmentCreated
from shared.domain.order.values import PricedLine, Stake


class OrderStatus(StrEnum):
    """The states clients see (design/api.md, Orders)."""

    ACCEPTED = "accepted"
    VALIDATED = "validated"
    RESERVED = "reserved"
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
class Outcome:
    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class Order:
    """Facts stay once they happened; `*_undone` says that they were taken back."""

    placed: OrderPlaced
    status: OrderStatus = OrderStatus.ACCEPTED
    lines: tuple[PricedLine, ...] = ()
    total: Money | None = None
    reserved_until: datetime | None = None
    reservation_undone: bool = False
    payment: PaymentCaptured | None = None
    payment_undone: bool = False
    shipment: ShipmentCreated | None = None
    shipment_undone: bool = False
    confirmation_sent: bool = False
    outcome: Outcome | None = None
    at_stake: tuple[Stake, ...] = ()

    @property
    def is_final(self) -> bool:
        """Whether the order has reached one of its four ends."""
        return self.status in FINAL

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

    def require_open(self) -> None:
        """Refuse anything once the order has ended.

        Raises:
            OrderAlreadyFinal: it has.
        """
        if self.is_final:
            raise OrderAlreadyFinal(f"it is {self.status}")
