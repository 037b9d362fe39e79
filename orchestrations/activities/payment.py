"""The steps that move money: capture and refund, both under one key an order."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import assert_never

from orchestrations.activities.border import DONE, cause_of
from orchestrations.activities.present_order import present_order
from orchestrations.messages import Answer, OrderStep, Outcome
from shared.application.aggregates import ORDER, Aggregates
from shared.application.stock_room import StockRoom
from shared.domain.errors import InsufficientStock, UndoIncomplete
from shared.domain.order.commands import RecordPayment, RecordRefund
from shared.domain.order.state import OrderStatus
from shared.gateways.payment import Captured, Declined, PaymentGateway, Refunded

MARGIN = timedelta(seconds=10)  # from the look at the reservation to the charge


@dataclass(frozen=True, slots=True)
class PaymentActivities:
    aggregates: Aggregates
    payments: PaymentGateway
    stock_room: StockRoom
    now: Callable[[], datetime]
    reservation: timedelta

    async def process_payment(self, step: OrderStep) -> Answer:
        """Capture the total, or be declined, or find that the units are gone."""
        order = await present_order(self.aggregates, step.order_id)
        if order.payment:
            return DONE
        order.require(OrderStatus.RESERVED)
        now = self.now()
        if order.reserved_until is None or order.reserved_until <= now + MARGIN:
            # The app was away for long: nobody is charged for units that others have by now.
            try:
                await self.stock_room.hold(
                    step.order_id,
                    order.lines,
                    now + self.reservation,
                    cause_of(step, "ProcessPayment"),
                )
            except InsufficientStock as gone:
                return Answer(Outcome.OUT_OF_STOCK, gone.detail)
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
