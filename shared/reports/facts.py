"""What a report needs to know of one order, folded from its events up to the cut-off."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import reduce
from typing import TypeAlias

from shared.domain.money import Money
from shared.domain.order import events
from shared.domain.order.events import OrderEvent
from shared.domain.order.evolve import evolve
from shared.domain.order.evolve import initial as no_order
from shared.domain.order.state import Order, OrderStatus
from shared.domain.order.values import PricedLine

Happened: TypeAlias = tuple[datetime, OrderEvent]  # when, and what


class End(StrEnum):
    """How an order stands at the cut-off."""

    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"
    PARKED = "parked"  # an undo got stuck, and a person is needed
    OPEN = "open"


class Step(StrEnum):
    """The stretches of an order's way that are timed."""

    VALIDATED = "accepted_to_validated"
    RESERVED = "validated_to_reserved"
    APPROVED = "approval"  # from the question to its answer, whatever that is
    PAID = "reserved_to_paid"  # from the answer on, where one was asked for
    SHIPPED = "paid_to_shipped"
    COMPLETED = "shipped_to_completed"
    WHOLE = "accepted_to_completed"


ENDS = {
    OrderStatus.COMPLETED: End.COMPLETED,
    OrderStatus.FAILED: End.FAILED,
    OrderStatus.CANCELLED: End.CANCELLED,
    OrderStatus.COMPENSATION_FAILED: End.PARKED,
}


@dataclass(frozen=True, slots=True)
class Facts:
    """`code`: why it failed; `captured` and `refunded`: every payment and every refund."""

    order_id: str
    placed_at: datetime
    end: End
    code: str | None
    captured: tuple[Money, ...]
    refunded: tuple[Money, ...]
    lines: tuple[PricedLine, ...]
    steps: dict[Step, timedelta]

    @property
    def is_paid(self) -> bool:
        """Whether money was taken and not given back."""
        taken = sum(money.amount for money in self.captured)
        return bool(self.captured) and taken > sum(money.amount for money in self.refunded)


def facts_of(order_id: str, placed_at: datetime, happened: Sequence[Happened]) -> Facts:
    """The facts by these events, the first of a stream; without any, an order was just accepted.

    Raises:
        ValueError: the stream does not begin with its order.
    """
    said = [event for _, event in happened]
    order = reduce(evolve, said, no_order)
    return Facts(
        order_id=order_id,
        placed_at=placed_at,
        end=ENDS.get(order.status, End.OPEN) if order else End.OPEN,
        code=_code(order),
        captured=tuple(each.amount for each in said if isinstance(each, events.PaymentCaptured)),
        refunded=tuple(each.amount for each in said if isinstance(each, events.PaymentRefunded)),
        lines=order.lines if order else (),
        steps=_steps(placed_at, happened),
    )


def _code(order: Order | None) -> str | None:
    if order is None or order.outcome is None or order.status is not OrderStatus.FAILED:
        return None
    return order.outcome.code


def _steps(placed_at: datetime, happened: Sequence[Happened]) -> dict[Step, timedelta]:
    at: dict[type, datetime] = {}
    for moment, event in happened:
        at.setdefault(type(event), moment)
    asked, answered = at.get(events.ApprovalRequested), at.get(events.ApprovalDecided)
    reserved, paid = at.get(events.StockReserved), at.get(events.PaymentCaptured)
    validated, shipped = at.get(events.OrderValidated), at.get(events.ShipmentCreated)
    completed = at.get(events.OrderCompleted)
    stretches = {
        Step.VALIDATED: (placed_at, validated),
        Step.RESERVED: (validated, reserved),
        Step.APPROVED: (asked, answered),
        Step.PAID: (answered or reserved, paid),
        Step.SHIPPED: (paid, shipped),
        Step.COMPLETED: (shipped, completed),
        Step.WHOLE: (placed_at, completed),
    }
    return {
        step: end - start
        for step, (start, end) in stretches.items()
        if start is not None and end is not None
    }
