"""The order process: placed, validated, reserved, paid, shipped, completed; or taken back."""

from orchestrations.approval import approved, needs_approval
from orchestrations.context import Context, Process
from orchestrations.endings import (
    CANCELLED,
    INVALID,
    NOT_PAID,
    NOT_SHIPPED,
    OUT_OF_STOCK,
    ending_of,
    take_back,
)
from orchestrations.messages import Completion, FulfilOrder, OrderStep, PlacedStep
from orchestrations.saga import Cancelled, Saga, Step, StepFailed
from shared.domain.order.state import OrderStatus
from shared.domain.order.values import Outcome, Undo
from shared.plain import Json, from_plain

VALIDATE = Step("ValidateOrder", reaches=OrderStatus.VALIDATED, fails_as=INVALID)
RESERVE = Step(
    "CheckInventory",
    reaches=OrderStatus.RESERVED,
    fails_as=OUT_OF_STOCK,
    undo=Undo.RELEASE_STOCK,
)
PAY = Step(
    "ProcessPayment",
    reaches=OrderStatus.PAID,
    fails_as=NOT_PAID,
    undo=Undo.REFUND_PAYMENT,
    out_of_stock=OUT_OF_STOCK,
)
SHIP = Step(
    "CreateShipment",
    reaches=OrderStatus.SHIPPED,
    fails_as=NOT_SHIPPED,
    undo=Undo.CANCEL_SHIPMENT,
    is_pivot=True,
)


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
    saga = Saga(context, step, given.policy, OrderStatus.ACCEPTED)
    try:
        validated = yield from saga.do(VALIDATE, placed)
        yield from saga.do(RESERVE, step)
        if needs_approval(given.policy, validated.total):
            yield from approved(saga)
        yield from saga.do(PAY, step)
        yield from saga.do(SHIP, step)
    except Cancelled:
        ending = Outcome(CANCELLED, saga.calls.cancel_reason or "")
        return (yield from take_back(saga, placed, ending))
    except StepFailed as failure:
        return (yield from take_back(saga, placed, ending_of(failure)))
    # The pivot: from here the order only goes forward.
    yield from saga.insist("ShipStock", step)
    unsent = yield from saga.attempt("SendConfirmation", step)
    refused = saga.calls.cancel_reason
    completion = Completion(step.order_id, step.correlation_id, unsent, refused)
    yield from saga.insist("CompleteOrder", completion)
    if unsent is not None:
        yield from saga.insist("StartLateConfirmation", step)
    return saga.ended(OrderStatus.COMPLETED)
