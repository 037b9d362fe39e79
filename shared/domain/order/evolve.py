"""What an order becomes by its events; only facts, no rules."""

from dataclasses import replace
from typing import assert_never

from shared.domain.order import events
from shared.domain.order.events import Advance, Ended, Held, Noted, OrderEvent, Undone
from shared.domain.order.state import Order, OrderStatus
from shared.domain.order.values import Outcome

initial: Order | None = None


def evolve(state: Order | None, event: OrderEvent) -> Order | None:
    """The order after one more event; a stream that does not begin with OrderPlaced is no order."""
    if isinstance(event, events.OrderPlaced):
        return Order(event)
    if state is None:
        raise ValueError(f"{type(event).__name__} before OrderPlaced: the stream is damaged")
    match event:
        case (
            events.OrderValidated()
            | events.StockReserved()
            | events.PaymentCaptured()
            | events.ShipmentCreated()
        ):
            return _advanced(state, event)
        case events.ReservationExtended() | events.ApprovalRequested() | events.ApprovalDecided():
            return _held(state, event)
        case events.ShipmentCancelled() | events.PaymentRefunded() | events.StockReleased():
            return _taken_back(state, event)
        case events.ConfirmationSent() | events.ConfirmationParked() | events.CancellationRefused():
            return _noted(state, event)
        case (
            events.OrderCompleted()
            | events.OrderFailed()
            | events.OrderCancelled()
            | events.CompensationFailed()
        ):
            return _ended(state, event)
        case _ as never:
            assert_never(never)


def _advanced(state: Order, event: Advance) -> Order:
    match event:
        case events.OrderValidated(lines, total):
            return replace(state, status=OrderStatus.VALIDATED, lines=lines, total=total)
        case events.StockReserved(expires_at):
            return replace(state, status=OrderStatus.RESERVED, reserved_until=expires_at)
        case events.PaymentCaptured():
            # A parked order may learn of a payment while it is refunded; it stays parked.
            status = state.status if state.is_parked else OrderStatus.PAID
            return replace(state, status=status, payment=event)
        case events.ShipmentCreated():
            return replace(state, status=OrderStatus.SHIPPED, shipment=event)
        case _ as never:
            assert_never(never)


def _held(state: Order, event: Held) -> Order:
    match event:
        case events.ReservationExtended(expires_at):
            return replace(state, reserved_until=expires_at)
        case events.ApprovalRequested(deadline):
            waiting = OrderStatus.AWAITING_APPROVAL
            return replace(state, status=waiting, approval_deadline=deadline)
        case events.ApprovalDecided(approved):
            status = OrderStatus.RESERVED if approved else state.status
            return replace(state, status=status, approval=event)
        case _ as never:
            assert_never(never)


def _taken_back(state: Order, event: Undone) -> Order:
    match event:
        case events.ShipmentCancelled():
            return replace(state, shipment_undone=True)
        case events.PaymentRefunded():
            return replace(state, payment_undone=True)
        case events.StockReleased():
            return replace(state, reservation_undone=True)
        case _ as never:
            assert_never(never)


def _noted(state: Order, event: Noted) -> Order:
    match event:
        case events.ConfirmationSent():
            return replace(state, confirmation_sent=True)
        case events.ConfirmationParked() | events.CancellationRefused():
            return state  # facts for people and read models; no rule asks for them
        case _ as never:
            assert_never(never)


def _ended(state: Order, event: Ended) -> Order:
    ended = replace(state, outcome=outcome_of(event), at_stake=(), stuck=(), ending=None)
    match event:
        case events.OrderCompleted():
            return replace(ended, status=OrderStatus.COMPLETED)
        case events.OrderFailed():
            return replace(ended, status=OrderStatus.FAILED)
        case events.OrderCancelled():
            return replace(ended, status=OrderStatus.CANCELLED)
        case events.CompensationFailed(steps, at_stake, _, ending):
            return replace(
                ended,
                status=OrderStatus.COMPENSATION_FAILED,
                at_stake=at_stake,
                stuck=steps,
                ending=ending,
                parkings=state.parkings + 1,
            )
        case _ as never:
            assert_never(never)


def outcome_of(event: Ended) -> Outcome:
    """How an order ended, in a code for programs and a sentence for people."""
    match event:
        case events.OrderCompleted():
            return Outcome("completed", "")
        case events.OrderFailed(code, detail):
            return Outcome(code, detail)
        case events.OrderCancelled(reason):
            return Outcome("cancelled", reason)
        case events.CompensationFailed(_, _, detail):
            return Outcome("compensation_failed", detail)
        case _ as never:
            assert_never(never)
