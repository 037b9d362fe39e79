"""Shows an order in the lists as the last part of an activity: no crash can leave it out."""

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any, TypeAlias

from orchestrations.messages import Answer
from shared import logs
from shared.application.read_models import ReadModels
from shared.eventstore.port import StoreUnavailable

Method: TypeAlias = Callable[[Any], Awaitable[Answer]]


def listed(read_models: ReadModels, method: Method) -> Method:
    """A method of an activity that ends only when the lists show what came of it.

    The platform repeats an activity until it has ended, and so does the process when the rows
    cannot be written. After a failure a pause follows, so the order is shown whatever its status.
    """

    @wraps(method)
    async def run(step: Any) -> Answer:
        order_id = _order_id(step)
        try:
            answer = await method(step)
        except Exception:
            await _before_a_pause(read_models, order_id)
            raise
        if answer.failure is None:
            await read_models.follow_order(order_id)
        else:
            await _before_a_pause(read_models, order_id)
        return answer

    return run


async def _before_a_pause(read_models: ReadModels, order_id: str) -> None:
    """The failure itself matters more than its row: another attempt or the end will show that."""
    try:
        await read_models.follow_order(order_id, waits=True)
    except StoreUnavailable as error:
        logs.warning(f"The order's row will follow later. {error}", "rows_left_behind", id=order_id)


def _order_id(step: Any) -> str:
    """The id in a step, wherever it carries it."""
    inner = getattr(step, "placed", step)
    return str(inner.order.order_id if hasattr(inner, "order") else inner.order_id)
