"""The order an activity works for, as it stands now."""

from shared.application.aggregates import ORDER, Aggregates
from shared.domain.errors import OrderNotFound
from shared.domain.order.state import Order


async def present_order(aggregates: Aggregates, order_id: str) -> Order:
    """Read the order.

    Raises:
        OrderNotFound: there is none.
        StoreUnavailable: the storage did not answer.
    """
    state = (await aggregates.load(ORDER, order_id)).state
    if state is None:
        raise OrderNotFound(order_id)
    return state


async def priced_order(aggregates: Aggregates, order_id: str) -> Order:
    """An order for its customer and its lines, which never change once it has prices.

    Of its status it may say what was true a while ago: whoever is about to act on that reads
    `present_order`.

    Raises:
        OrderNotFound, StoreUnavailable: as above.
    """
    state = (
        await aggregates.recall(ORDER, order_id, lambda order: bool(order and order.lines))
    ).state
    if state is None:
        raise OrderNotFound(order_id)
    return state
