"""How an order's process ends when it does not complete: cancelled, failed, or parked."""

from orchestrations.context import Process
from orchestrations.messages import Cancelling, Failing, Parking, PlacedStep
from orchestrations.saga import Ending, Saga, StepFailed
from shared.domain.order.state import OrderStatus
from shared.domain.order.values import Outcome, Undo
from shared.plain import Json

INVALID = Ending("validation_error")
OUT_OF_STOCK = Ending("out_of_stock", notice="NotifyOutOfStock")
NOT_PAID = Ending("payment_failed", notice="NotifyPaymentFailed")
NOT_SHIPPED = Ending("shipment_failed", notice="NotifyShipmentFailed")
DECLINED = Ending("approval_declined", notice="NotifyNotApproved")
TIMED_OUT = Ending("approval_timed_out", notice="NotifyNotApproved")
NOTICES = {
    ending.code: ending.notice
    for ending in (OUT_OF_STOCK, NOT_PAID, NOT_SHIPPED, DECLINED, TIMED_OUT)
}
CANCELLED = "cancelled"


class OrderProcessingFailed(Exception):
    """The guide's Fail state; the instance ends Failed with this as its output (design/api.md)."""

    def __init__(self, code: str, detail: str) -> None:
        # One line: the host cuts an exception's text at a line that says "Stack:".
        super().__init__(f"OrderProcessingFailed: {code}: {' '.join(detail.split())}")


def ending_of(failure: StepFailed) -> Outcome:
    """How an order ends whose step failed."""
    return Outcome(failure.ending.code, failure.detail)


def take_back(
    saga: Saga, placed: PlacedStep, ending: Outcome, undos: tuple[Undo, ...] | None = None
) -> Process[Json]:
    """Undo what was done, or just `undos`, and end the order so.

    Returns:
        `{"status": "cancelled"}`.

    Raises:
        OrderProcessingFailed: the order failed, or is parked for a person to look after.
    """
    stuck = yield from saga.take_back(undos)
    if stuck:
        yield from _park(saga, ending, stuck)
    if ending.code == CANCELLED:
        yield from saga.insist("CancelOrder", Cancelling(placed, ending.detail))
        return saga.ended(OrderStatus.CANCELLED)
    notice = NOTICES.get(ending.code)
    notified = notice is not None and (yield from saga.attempt(notice, saga.order)) is None
    yield from saga.insist("FailOrder", Failing(placed, ending.code, ending.detail, notified))
    saga.ended(OrderStatus.FAILED)
    raise OrderProcessingFailed(ending.code, ending.detail)


def _park(saga: Saga, ending: Outcome, stuck: list[tuple[Undo, str]]) -> Process[None]:
    problems = "; ".join(f"{undo}: {problem}" for undo, problem in stuck)
    detail = f"{ending.code}: {ending.detail}; then {problems}"
    undos, order = tuple(undo for undo, _ in stuck), saga.order
    parking = Parking(order.order_id, order.correlation_id, undos, detail, ending)
    yield from saga.insist("ParkOrder", parking)
    saga.ended(OrderStatus.COMPENSATION_FAILED)
    raise OrderProcessingFailed("compensation_failed", detail)
