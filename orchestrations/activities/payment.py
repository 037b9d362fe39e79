"""The steps that move money: capture and refund, both under one key an order."""

from dataclasses import dataclass
from typing import assert_never

from orchestrations.activities.border import DONE, cause_of
from orchestrations.activities.present_order import present_order
from orchestrations.messages import Answer, OrderStep, Outcome
from shared.application.aggregates import ORDER, Aggregates
from shared.domain.errors import UndoIncomplete
from shared.domain.order.commands import RecordPayment, RecordRefund
from shared.domain.order.state import OrderStatus
from shared.gateways.payment import Captured, Declined, PaymentGateway, Refunded


@dataclass(frozen=True, slots=True)
class PaymentActivities:
    aggregates: Aggregates
    payments: PaymentGateway

    async def process_payment(self, step: OrderStep) -> Answer:
        """Capture the total, or be declined."""
        order = await present_order(self.aggregates, step.order_id)
        if order.payment:
            return DONE
        order.require(OrderStatus.RESERVED)
        method = order.placed.payment_method
        taken = await self.payments.capture(_key(step), method, order.due)
        match taken:
            case Declined(reason):
                return Answer(Outcome.DECLINED, reason)
            case Captured(payment_id, amount):
                command = RecordPayment(payment_id, amount)
                cause = cause_of(step, "ProcessPayment")
                await self.aggregates.handle(ORDER, step.order_id, command, cause)
                return DONE
            case _ as never:
                assert_never(never)

    async def refund_payment(self, step: OrderStep) -> Answer:
        """Give back what was captured, recorded or not; nothing when nothing was."""
        given_back = await self.payments.refund(_key(step))
        if isinstance(given_back, Refunded):
            command = RecordRefund(given_back.payment_id, given_back.amount)
            cause = cause_of(step, "RefundPayment")
            await self.aggregates.handle(ORDER, step.order_id, command, cause)
            return DONE
        order = await present_order(self.aggregates, step.order_id)
        if order.payment and not order.payment_undone:
            raise UndoIncomplete(f"the gateway knows nothing of {order.payment.payment_id}")
        return DONE


def _key(step: OrderStep) -> str:
    return f"{step.order_id}:payment"
