"""The undo steps an order's process left behind, run again when an operator asks for it."""

from orchestrations.context import Context, Process
from orchestrations.endings import take_back
from orchestrations.messages import CompensateOrder, OrderStep
from orchestrations.saga import Saga
from shared.domain.order.state import OrderStatus
from shared.plain import Json, from_plain


def compensate_order(context: Context) -> Process[Json]:
    """Undo the rest of one order and end it as its own process would have.

    Returns:
        `{"status": "cancelled"}`.

    Raises:
        OrderProcessingFailed: the order failed as it was going to, or is parked once more.
    """
    given = from_plain(CompensateOrder, context.get_input())
    placed = given.placed
    step = OrderStep(placed.order.order_id, placed.correlation_id)
    saga = Saga(context, step, given.policy, OrderStatus.COMPENSATION_FAILED)
    return (yield from take_back(saga, placed, given.ending, given.undos))
