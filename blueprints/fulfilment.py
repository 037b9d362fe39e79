"""Gives the order process and its activities their triggers, by call: the functions stay plain."""

from datetime import timedelta
from typing import Any

import azure.durable_functions as df

from orchestrations.activities.border import activity
from orchestrations.activities.letters import LetterActivities
from orchestrations.activities.orders import OrderActivities
from orchestrations.activities.payment import PaymentActivities
from orchestrations.activities.shipping import ShippingActivities
from orchestrations.activities.stock import StockActivities
from orchestrations.fulfil_order import fulfil_order
from orchestrations.messages import FULFIL_ORDER
from shared.wiring import Wiring


def activities_of(wiring: Wiring) -> dict[str, Any]:
    """Every activity by the name the process calls it (guide, Pattern 4)."""
    aggregates = wiring.aggregates
    reservation = timedelta(minutes=wiring.settings.reservation_minutes)
    orders = OrderActivities(aggregates)
    stock = StockActivities(aggregates, wiring.stock_room, wiring.now, reservation)
    payment = PaymentActivities(aggregates, wiring.payments)
    shipping = ShippingActivities(aggregates, wiring.carrier)
    letters = LetterActivities(aggregates, wiring.mailer)
    methods: dict[str, Any] = {
        "ValidateOrder": orders.validate_order,
        "CheckInventory": stock.check_inventory,
        "ProcessPayment": payment.process_payment,
        "CreateShipment": shipping.create_shipment,
        "ShipStock": stock.ship_stock,
        "SendConfirmation": letters.send_confirmation,
        "CompleteOrder": orders.complete_order,
        "CancelShipment": shipping.cancel_shipment,
        "RefundPayment": payment.refund_payment,
        "ReleaseStock": stock.release_stock,
        "NotifyOutOfStock": letters.notify_out_of_stock,
        "NotifyPaymentFailed": letters.notify_payment_failed,
        "NotifyShipmentFailed": letters.notify_shipment_failed,
        "FailOrder": orders.fail_order,
        "CancelOrder": orders.cancel_order,
        "ParkOrder": orders.park_order,
    }
    return {name: activity(name, method) for name, method in methods.items()}


def blueprint(wiring: Wiring) -> Any:
    """The order process and its activities."""
    functions = df.Blueprint()
    process = functions.orchestration_trigger(context_name="context")(fulfil_order)
    functions.function_name(FULFIL_ORDER)(process)
    for name, run in activities_of(wiring).items():
        functions.function_name(name)(functions.activity_trigger(input_name="step")(run))
    return functions
