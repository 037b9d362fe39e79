"""The steps at the carrier: send a parcel and stop it, both under one key an order."""

from dataclasses import dataclass
from typing import assert_never

from orchestrations.activities.border import DONE, cause_of
from orchestrations.activities.present_order import present_order
from orchestrations.messages import Answer, OrderStep, Outcome
from shared.application.aggregates import ORDER, Aggregates
from shared.domain.errors import UndoIncomplete
from shared.domain.order.commands import RecordShipment, RecordShipmentCancelled
from shared.domain.order.state import OrderStatus
from shared.gateways.carrier import Cancelled, Carrier, Refused, Shipped


@dataclass(frozen=True, slots=True)
class ShippingActivities:
    aggregates: Aggregates
    carrier: Carrier

    async def create_shipment(self, step: OrderStep) -> Answer:
        """Send the parcel, or be refused."""
        order = await present_order(self.aggregates, step.order_id)
        if order.shipment:
            return DONE
        order.require(OrderStatus.PAID)
        sent = await self.carrier.ship(_key(step), order.placed.shipping_address)
        match sent:
            case Refused(reason):
                return Answer(Outcome.REFUSED, reason)
            case Shipped(shipment_id, tracking_number, carrier):
                command = RecordShipment(shipment_id, tracking_number, carrier)
                cause = cause_of(step, "CreateShipment")
                await self.aggregates.handle(ORDER, step.order_id, command, cause)
                return DONE
            case _ as never:
                assert_never(never)

    async def cancel_shipment(self, step: OrderStep) -> Answer:
        """Stop the parcel, recorded or not; nothing when none was sent."""
        stopped = await self.carrier.cancel(_key(step))
        if isinstance(stopped, Cancelled):
            command = RecordShipmentCancelled(stopped.shipment_id)
            cause = cause_of(step, "CancelShipment")
            await self.aggregates.handle(ORDER, step.order_id, command, cause)
            return DONE
        order = await present_order(self.aggregates, step.order_id)
        if order.shipment and not order.shipment_undone:
            raise UndoIncomplete(f"the carrier knows nothing of {order.shipment.shipment_id}")
        return DONE


def _key(step: OrderStep) -> str:
    return f"{step.order_id}:shipment"
