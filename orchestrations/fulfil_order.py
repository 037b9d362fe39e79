"""The order process: placed, validated, reserved, paid, shipped, completed; or taken back."""

from orchestrations.context import Context, Process
from orchestrations.messages import (
    Cancelling,
    Completion,
    Failing,
    FulfilOrder,
    OrderStep,
    Parking,
    PlacedStep,
)
from orchestrations.saga import Cancelled, Ending, Saga, Step, StepFailed
from shared.domain.order.state import OrderStatus
from shared.domain.order.values import Undo
from shared.plain import Json, from_plain

VALIDATE = Step(
    "ValidateOrder",
    reaches=OrderStatus.VALIDATED,
    fails_as=Ending("validation_error"),
)
RESERVE = Step(
    "CheckInventory",
    reaches=OrderStatus.RESERVED,
    fails_as=Ending("out_of_stock", notice="NotifyOutOfStock"),
    undo=Undo.RELEASE_STOCK,
)
PAY = Step(
    "ProcessPayment",
    reaches=OrderStatus.PAID,
    fails_as=Ending("payment_failed", notice="NotifyPaymentFailed"),
    undo=Undo.REFUND_PAYMENT,
)
SHIP = Step(
    "CreateShipment",
    reaches=OrderStatus.SHIPPED,
    fails_as=Ending("shipment_failed", notice="NotifyShipmentFailed"),
    undo=Undo.CANCEL_SHIPMENT,
    is_pivot=True,
)


class OrderProcessingFailed(Exception):
    """The guide's Fail state; the instance ends Failed with this as its output (design/api.md)."""

    def __init__(self, code: str, detail: str) -> None:
        # One line: the host cuts an exception's text at a line that says "Stack:".
        super().__init__(f"OrderProcessingFailed: {code}: {' '.join(detail.split())}")


def fulfil_order(context: Context) -> Process[Json]:
    """Fulfil one order (design/workflow.md, The process).

    Returns:
        `{"status": "completed"}` or `{"status": "cancelled"}`.

    Raises:
        OrderProcessingFailed: the order failed, or is parked for a person to look after.
    """
    given = from_plain(FulfilOrder, context.get_input())
    placed = PlacedStep(given.order, given.correlation_id, given.actor)
    step = OrderStep(given.order.order_id, given.correlation_id)
    saga = Saga(context, given.retry_delays, OrderStatus.ACCEPTED)
    try:
        yield from saga.do(VALIDATE, placed)
        yield from saga.do(RESERVE, step)
        yield from saga.do(PAY, step)
        yield from saga.do(SHIP, step)
    except Cancelled:
        return (yield from _cancel(saga, placed, step))
    except StepFailed as failure:
        return (yield from _fail(saga, placed, step, failure))
    # The pivot: from here the order only goes forward.
    yield from saga.insist("ShipStock", step)
    unsent = yield from saga.attempt("SendConfirmation", step)
    completion = Completion(step.order_id, step.correlation_id, unsent, saga.cancel_reason)
    yield from saga.insist("CompleteOrder", completion)
    return saga.ended(OrderStatus.COMPLETED)


def _cancel(saga: Saga, placed: PlacedStep, step: OrderStep) -> Process[Json]:
    reason = saga.cancel_reason or ""
    yield from _take_back(saga, step, f"cancelled: {reason}")
    yield from saga.insist("CancelOrder", Cancelling(placed, reason))
    return saga.ended(OrderStatus.CANCELLED)


def _fail(saga: Saga, placed: PlacedStep, step: OrderStep, why: StepFailed) -> Process[Json]:
    ending, detail = why.ending, why.detail
    yield from _take_back(saga, step, f"{ending.code}: {detail}")
    notified = False
    if ending.notice:
        notified = (yield from saga.attempt(ending.notice, step)) is None
    yield from saga.insist("FailOrder", Failing(placed, ending.code, detail, notified))
    saga.ended(OrderStatus.FAILED)
    raise OrderProcessingFailed(ending.code, detail)


def _take_back(saga: Saga, step: OrderStep, because: str) -> Process[None]:
    stuck = yield from saga.take_back(step)
    if not stuck:
        return
    problems = "; ".join(f"{undo}: {problem}" for undo, problem in stuck)
    detail = f"{because}; then {problems}"
    undos = tuple(undo for undo, _ in stuck)
    parking = Parking(step.order_id, step.correlation_id, undos, detail)
    yield from saga.insist("ParkOrder", parking)
    saga.ended(OrderStatus.COMPENSATION_FAILED)
    raise OrderProcessingFailed("compensation_failed", detail)
