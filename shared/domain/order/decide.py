"""What an order answers to a command: the events it causes, or a refusal."""

from datetime import datetime
from typing import assert_never

from shared.domain import errors
from shared.domain.money import Money
from shared.domain.order import commands, events
from shared.domain.order.commands import Backward, End, Forward, OrderCommand, PlaceOrder
from shared.domain.order.events import Ended, OrderEvent
from shared.domain.order.evolve import outcome_of
from shared.domain.order.pricing import price
from shared.domain.order.state import Order, OrderStatus
from shared.domain.order.values import Stake, Undo


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
            return _end(state, command)
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
    recorded: events.PaymentCaptured | events.ShipmentCreated | None,
    fact: events.PaymentCaptured | events.ShipmentCreated,
    status: OrderStatus,
) -> list[OrderEvent]:
    if recorded == fact:
        return []
    if recorded is not None:
        raise errors.AlreadyRecorded(f"{recorded} and {fact}")
    state.require(status)
    return [fact]


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
            state.require_open()
            return [events.StockReleased()]
        case _ as never:
            assert_never(never)


def _refund(state: Order, payment_id: str, amount: Money) -> list[OrderEvent]:
    refunded = events.PaymentRefunded(payment_id, amount)
    if state.payment:
        state.require_open()
        return [refunded]
    _require_one_of(state, OrderStatus.RESERVED)
    # The capture's answer was lost, the gateway knew of it: the stream tells both, so that
    # captured - refunded stays right (design/workflow.md, invariant 1).
    return [events.PaymentCaptured(payment_id, amount), refunded]


def _require_one_of(state: Order, *statuses: OrderStatus) -> None:
    state.require_open()
    if state.status not in statuses:
        raise errors.OrderNotReady(f"it is {state.status}, not {' or '.join(statuses)}")


# ---- the end ---------------------------------------------------------------------------


def _end(state: Order, command: End) -> list[OrderEvent]:
    end = _last_event(state, command)
    if state.outcome == outcome_of(end):
        return []
    state.require_open()
    match command:
        case commands.CompleteOrder():
            state.require(OrderStatus.SHIPPED)
        case commands.FailOrder() | commands.CancelOrder():
            _expect_nothing_held(state, command)
        case commands.ParkOrder():
            pass  # from wherever it got stuck
        case _ as never:
            assert_never(never)
    return [*_notes(command), end]


def _last_event(state: Order, command: End) -> Ended:
    match command:
        case commands.CompleteOrder():
            return events.OrderCompleted()
        case commands.FailOrder(code, detail, customer_notified):
            return events.OrderFailed(code, detail, customer_notified)
        case commands.CancelOrder(reason):
            return events.OrderCancelled(reason)
        case commands.ParkOrder(steps, detail):
            return events.CompensationFailed(steps, _at_stake(state, steps), detail)
        case _ as never:
            assert_never(never)


def _notes(command: End) -> list[OrderEvent]:
    if not isinstance(command, commands.CompleteOrder):
        return []
    unsent, refused = command.unsent, command.refused
    told = events.ConfirmationSent() if unsent is None else events.ConfirmationParked(unsent)
    return [told] if refused is None else [told, events.CancellationRefused(refused)]


def _expect_nothing_held(state: Order, command: commands.FailOrder | commands.CancelOrder) -> None:
    if state.is_shipped and isinstance(command, commands.CancelOrder):
        raise errors.OrderAlreadyShipped
    if state.holds_something:
        raise errors.UndoIncomplete


def _at_stake(state: Order, steps: tuple[Undo, ...]) -> tuple[Stake, ...]:
    stakes: list[Stake] = []
    for step in steps:
        match step:
            case Undo.CANCEL_SHIPMENT:
                known = state.shipment.shipment_id if state.shipment else None
                stakes.append(Stake("shipment", reference=known))
            case Undo.REFUND_PAYMENT:
                known = state.payment.payment_id if state.payment else None
                stakes.append(Stake("payment", amount=state.total, reference=known))
            case Undo.RELEASE_STOCK:
                stakes += [Stake("stock", sku=it.sku, quantity=it.quantity) for it in state.lines]
            case _ as never:
                assert_never(never)
    return tuple(stakes)
