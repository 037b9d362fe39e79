"""The letters to the customer, each sent once an order."""

from dataclasses import dataclass

from orchestrations.activities.border import DONE, cause_of
from orchestrations.activities.present_order import priced_order
from orchestrations.messages import Answer, OrderStep
from shared.application.aggregates import ORDER, Aggregates
from shared.domain.order.commands import RecordConfirmation
from shared.gateways.mail import Letter, Mailer, Message

TEXTS = {
    Letter.CONFIRMATION: "Your order {order_id} is on its way.",
    Letter.NOT_APPROVED: "We are sorry: your order {order_id} was not approved.",
    Letter.OUT_OF_STOCK: "We are sorry: your order {order_id} is out of stock.",
    Letter.PAYMENT_FAILED: "We are sorry: the payment of your order {order_id} failed.",
    Letter.SHIPMENT_FAILED: "We are sorry: your order {order_id} cannot be shipped. You get your"
    " money back.",
}


@dataclass(frozen=True, slots=True)
class LetterActivities:
    aggregates: Aggregates
    mailer: Mailer

    async def send_confirmation(self, step: OrderStep) -> Answer:
        """Tell the customer that the parcel is on its way."""
        return await self._send(step, Letter.CONFIRMATION)

    async def send_late_confirmation(self, step: OrderStep) -> Answer:
        """The same after the order was completed without it; its stream then says so."""
        await self._send(step, Letter.CONFIRMATION)
        cause = cause_of(step, "SendLateConfirmation")
        await self.aggregates.handle(ORDER, step.order_id, RecordConfirmation(), cause)
        return DONE

    async def notify_not_approved(self, step: OrderStep) -> Answer:
        """Tell the customer that the order was declined, or that nobody decided in time."""
        return await self._send(step, Letter.NOT_APPROVED)

    async def notify_out_of_stock(self, step: OrderStep) -> Answer:
        """Tell the customer that there is not enough stock."""
        return await self._send(step, Letter.OUT_OF_STOCK)

    async def notify_payment_failed(self, step: OrderStep) -> Answer:
        """Tell the customer that the payment failed."""
        return await self._send(step, Letter.PAYMENT_FAILED)

    async def notify_shipment_failed(self, step: OrderStep) -> Answer:
        """Tell the customer that the carrier refused."""
        return await self._send(step, Letter.SHIPMENT_FAILED)

    async def _send(self, step: OrderStep, letter: Letter) -> Answer:
        order = await priced_order(self.aggregates, step.order_id)
        text = TEXTS[letter].format(order_id=step.order_id)
        message = Message(order.placed.customer_id, step.order_id, letter, text)
        await self.mailer.send(f"{step.order_id}:mail:{letter}", message)
        return DONE
