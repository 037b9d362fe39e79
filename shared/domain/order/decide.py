"""What an order answers to a command: the events it causes, or a refusal."""

from datetime import datetime
from typing import assert_never

from shared.domain import errors
from shared.domain.money import Money
from shared.domain.order import commands, events
from shared.domain.order.commands import Backward, Forward, Hold, OrderCommand, PlaceOrder
from shared.domain.order.ending import confirm_late, end
from shared.domain.order.events import OrderEvent
from shared.domain.order.pricing import price
from shared.domain.order.state import Order, OrderStatus


def decide(state: Order | None, command: OrderCommand, _now: datetime) -> list[OrderEvent]:
    """The events a command causes: none when it was done before.

    Raises:
        Refusal: the order may not take this step; the class says why and what to do.
    """
    if isinstance(command, PlaceOrder):
        return _place(state, command)
    if state is None:
        raise errors.OrderNotFound
    match command:
        case commands.ExtendReservation() | commands.RequestApproval() | commands.RecordDecision():
            return _hold(state, command)
        case (
            commands.ValidateOrder()
            | commands.RecordReservation()
            | commands.RecordPayment()
            | commands.RecordShipment()
        ):
            return _advance(state, command)
        case (
            commands.RecordShipmentCancelled() | commands.RecordRefund() | commands.RecordRelease()
        ):
            return _take_back(state, command)
        case (
            commands.CompleteOrder()
            | commands.FailOrder()
            | commands.CancelOrder()
            | commands.ParkOrder()
        ):
            return end(state, command)
        case commands.RecordConfirmation():
            return confirm_late(state)
        case _ as never:
            assert_never(never)


def _place(state: Order | None, command: PlaceOrder) -> list[OrderEvent]:
    placed = events.OrderPlaced(
        command.order_id,
        command.customer_id,
        command.lines,
        command.payment_method,
        command.shipping_address,
        command.placed_at,
    )
    if state is None:
        return [placed]
    if state.placed != placed:
        raise errors.OrderIdTaken(command.order_id)
    return []


# ---- forward ---------------------------------------------------------------------------


def _advance(state: Order, command: Forward) -> list[OrderEvent]:
    match command:
        case commands.ValidateOrder(catalogue):
            if state.lines:
                return []
            state.require(OrderStatus.ACCEPTED)
            return [price(state.placed.lines, catalogue)]
        case commands.RecordReservation(expires_at):
            if state.reserved_until:
                return []
            state.require(OrderStatus.VALIDATED)
            return [events.StockReserved(expires_at)]
        case commands.RecordPayment(payment_id, amount):
            captured = events.PaymentCaptured(payment_id, amount)
            return _once(state, state.payment, captured, OrderStatus.RESERVED)
        case commands.RecordShipment(shipment_id, tracking_number, carrier):
            created = events.ShipmentCreated(shipment_id, tracking_number, carrier)
            return _once(state, state.shipment, created, OrderStatus.PAID)
        case _ as never:
            assert_never(never)


def _once(
    state: Order,
    recorded: events.PaymentCaptured | events.ShipmentCreated | events.ApprovalDecided | None,
    fact: events.PaymentCaptured | events.ShipmentCreated | events.ApprovalDecided,
    status: OrderStatus,
) -> list[OrderEvent]:
    if recorded == fact:
        return []
    if recorded is not None:
        raise errors.AlreadyRecorded(f"{recorded} and {fact}")
    state.require(status)
    return [fact]


# ---- while it waits --------------------------------------------------------------------


def _hold(state: Order, command: Hold) -> list[OrderEvent]:
    match command:
        case commands.ExtendReservation(expires_at):
            if state.reserved_until is None or state.is_being_undone:
                raise errors.OrderNotReady("it holds no stock")
            state.require_open()
            later = expires_at > state.reserved_until
            return [events.ReservationExtended(expires_at)] if later else []
        case commands.RequestApproval(deadline, expires_at):
            if state.approval_deadline:
                return []
            state.require(OrderStatus.RESERVED)
            held = events.ReservationExtended(expires_at)
            return [held, events.ApprovalRequested(deadline)]
        case commands.RecordDecision(approved, reason, by):
            decided = events.ApprovalDecided(approved, reason, by)
            return _once(state, state.approval, decided, OrderStatus.AWAITING_APPROVAL)
        case _ as never:
            assert_never(never)


# ---- backward --------------------------------------------------------------------------


def _take_back(state: Order, command: Backward) -> list[OrderEvent]:
    match command:
        case commands.RecordShipmentCancelled(shipment_id):
            if state.shipment_undone:
                return []
            _require_one_of(state, OrderStatus.PAID, OrderStatus.SHIPPED)
            return [events.ShipmentCancelled(shipment_id)]
        case commands.RecordRefund(payment_id, amount):
            return [] if state.payment_undone else _refund(state, payment_id, amount)
        case commands.RecordRelease():
            # Nothing recorded as reserved: what the shelves held is free again, that is all.
            if state.reservation_undone or state.reserved_until is None:
                return []
            state.require_undoable()
            return [events.StockReleased()]
        case _ as never:
            assert_never(never)


def _refund(state: Order, payment_id: str, amount: Money) -> list[OrderEvent]:
    refunded = events.PaymentRefunded(payment_id, amount)
    if state.payment:
        state.require_undoable()
        return [refunded]
    _require_one_of(state, OrderStatus.RESERVED)
    # The capture's answer was lost, the gateway knew of it: the stream tells both, so that
    # captured - refunded stays right (design/workflow.md, invariant 1).
    return [events.PaymentCaptured(payment_id, amount), refunded]


def _require_one_of(state: Order, *statuses: OrderStatus) -> None:
    state.require_undoable()
    if not state.is_parked and state.status not in statuses:
        raise errors.OrderNotReady(f"it is {state.status}, not {' or '.join(statuses)}")
