"""Gives the order processes and their activities triggers, by call: the functions stay plain."""

from datetime import timedelta
from typing import Any

import azure.durable_functions as df

from orchestrations.activities.border import activity
from orchestrations.activities.late_confirmation import start_late_confirmation
from orchestrations.activities.letters import LetterActivities
from orchestrations.activities.listing import listed
from orchestrations.activities.orders import OrderActivities
from orchestrations.activities.payment import PaymentActivities
from orchestrations.activities.shipping import ShippingActivities
from orchestrations.activities.stock import StockActivities
from orchestrations.compensate_order import compensate_order
from orchestrations.confirm_late import confirm_late
from orchestrations.fulfil_order import fulfil_order
from orchestrations.messages import (
    COMPENSATE_ORDER,
    CONFIRM_LATE,
    FULFIL_ORDER,
    Answer,
    OrderStep,
)
from shared.wiring import Wiring

PROCESSES = {
    FULFIL_ORDER: fulfil_order,
    COMPENSATE_ORDER: compensate_order,
    CONFIRM_LATE: confirm_late,
}
START_LATE_CONFIRMATION = "StartLateConfirmation"


def activities_of(wiring: Wiring) -> dict[str, Any]:
    """Every activity by the name the process calls it (guide, Pattern 4)."""
    aggregates = wiring.aggregates
    reservation = timedelta(minutes=wiring.settings.reservation_minutes)
    orders = OrderActivities(aggregates)
    stock = StockActivities(aggregates, wiring.stock_room, wiring.now, reservation)
    payment = PaymentActivities(
        aggregates, wiring.payments, wiring.stock_room, wiring.now, reservation
    )
    shipping = ShippingActivities(aggregates, wiring.carrier)
    letters = LetterActivities(aggregates, wiring.mailer)
    methods: dict[str, Any] = {
        "ValidateOrder": orders.validate_order,
        "CheckInventory": stock.check_inventory,
        "HoldStock": stock.hold_stock,
        "RequestApproval": stock.request_approval,
        "RecordDecision": orders.record_decision,
        "ProcessPayment": payment.process_payment,
        "CreateShipment": shipping.create_shipment,
        "ShipStock": stock.ship_stock,
        "SendConfirmation": letters.send_confirmation,
        "CompleteOrder": orders.complete_order,
        "CancelShipment": shipping.cancel_shipment,
        "RefundPayment": payment.refund_payment,
        "ReleaseStock": stock.release_stock,
        "SendLateConfirmation": letters.send_late_confirmation,
        "NotifyNotApproved": letters.notify_not_approved,
        "NotifyOutOfStock": letters.notify_out_of_stock,
        "NotifyPaymentFailed": letters.notify_payment_failed,
        "NotifyShipmentFailed": letters.notify_shipment_failed,
        "FailOrder": orders.fail_order,
        "CancelOrder": orders.cancel_order,
        "ParkOrder": orders.park_order,
    }
    return {
        name: activity(name, listed(wiring.read_models, method)) for name, method in methods.items()
    }


# The client has no annotation, as in blueprints/edge.py; the step has one as in border.py.
async def late_confirmation_started(step: Any, client) -> Any:  # type: ignore[no-untyped-def]  # noqa: ANN001
    """The one activity that is given the durable client."""

    async def start(step: OrderStep) -> Answer:
        return await start_late_confirmation(client, step)

    return await activity(START_LATE_CONFIRMATION, start)(step)


def blueprint(wiring: Wiring) -> Any:
    """The order processes and their activities."""
    functions = df.Blueprint()
    for name, process in PROCESSES.items():
        triggered = functions.orchestration_trigger(context_name="context")(process)
        functions.function_name(name)(triggered)
    starting = functions.durable_client_input(client_name="client")(late_confirmation_started)
    triggered = functions.activity_trigger(input_name="step")(starting)
    functions.function_name(START_LATE_CONFIRMATION)(triggered)
    for name, run in activities_of(wiring).items():
        functions.function_name(name)(functions.activity_trigger(input_name="step")(run))
    return functions
