"""How an order may end: completed, failed, cancelled, or parked while something is at stake."""

from typing import assert_never

from shared.domain import errors
from shared.domain.order import commands, events
from shared.domain.order.commands import End
from shared.domain.order.events import Ended, OrderEvent
from shared.domain.order.evolve import outcome_of
from shared.domain.order.state import Order, OrderStatus
from shared.domain.order.values import Stake, Undo


def end(state: Order, command: End) -> list[OrderEvent]:
    """The last event and what is noted with it; a parked order may end once more.

    Raises:
        Refusal: the order has ended otherwise, or still holds something.
    """
    last = _last_event(state, command)
    if state.outcome == outcome_of(last):
        return []
    state.require_undoable()
    match command:
        case commands.CompleteOrder():
            state.require(OrderStatus.SHIPPED)
        case commands.FailOrder() | commands.CancelOrder():
            _expect_nothing_held(state, command)
        case commands.ParkOrder():
            pass  # from wherever it got stuck
        case _ as never:
            assert_never(never)
    return [*_notes(command), last]


def confirm_late(state: Order) -> list[OrderEvent]:
    """The confirmation of an order that was completed without it.

    Raises:
        OrderNotReady: the order is not completed.
    """
    if state.confirmation_sent:
        return []
    if state.status is not OrderStatus.COMPLETED:
        raise errors.OrderNotReady(f"it is {state.status}, not {OrderStatus.COMPLETED}")
    return [events.ConfirmationSent()]


def _last_event(state: Order, command: End) -> Ended:
    match command:
        case commands.CompleteOrder():
            return events.OrderCompleted()
        case commands.FailOrder(code, detail, customer_notified):
            return events.OrderFailed(code, detail, customer_notified)
        case commands.CancelOrder(reason):
            return events.OrderCancelled(reason)
        case commands.ParkOrder(steps, detail, ending):
            return events.CompensationFailed(steps, _at_stake(state, steps), detail, ending)
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
