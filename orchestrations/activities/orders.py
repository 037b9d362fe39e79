"""The steps that only the order itself takes part in: its validation and its ends."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass

from orchestrations.activities.border import DONE, cause_of
from orchestrations.messages import (
    Answer,
    Cancelling,
    Completion,
    DecisionStep,
    Failing,
    Outcome,
    Parking,
    PlacedStep,
)
from shared.application.aggregates import ORDER, PRODUCT, Aggregates, Cause
from shared.domain.errors import OrderAlreadyFinal, OrderInvalid, OrderNotFound
from shared.domain.order import commands
from shared.domain.order.state import Order


@dataclass(frozen=True, slots=True)
class OrderActivities:
    """Each appends at most once: a retried command decides nothing."""

    aggregates: Aggregates

    async def validate_order(self, step: PlacedStep) -> Answer:
        """Price the lines by the catalogue; invalid when that is impossible."""
        skus = [line.sku for line in step.order.lines]
        loaded = await asyncio.gather(*(self.aggregates.load(PRODUCT, sku) for sku in skus))
        known = tuple(each.state for each in loaded if each.state)
        try:
            order = await self._handle_placed(step, commands.ValidateOrder(known), "ValidateOrder")
        except OrderInvalid as invalid:
            return Answer(Outcome.INVALID, invalid.detail)
        return Answer(Outcome.DONE, total=order.due)

    async def record_decision(self, step: DecisionStep) -> Answer:
        """Record what somebody decided on the order."""
        command = commands.RecordDecision(step.approved, step.reason, step.by)
        cause = cause_of(step, "RecordDecision")
        await self.aggregates.handle(ORDER, step.order_id, command, cause)
        return DONE

    async def complete_order(self, step: Completion) -> Answer:
        """Record the good end, the letter that was not sent, and a cancel that came too late."""
        command = commands.CompleteOrder(step.unsent, step.refused)
        cause = cause_of(step, "CompleteOrder")
        await self.aggregates.handle(ORDER, step.order_id, command, cause)
        return DONE

    async def fail_order(self, step: Failing) -> Answer:
        """Record why the order failed."""
        command = commands.FailOrder(step.code, step.detail, step.customer_notified)
        return await self._end(step.placed, command, "FailOrder")

    async def cancel_order(self, step: Cancelling) -> Answer:
        """Record that the order was cancelled."""
        return await self._end(step.placed, commands.CancelOrder(step.reason), "CancelOrder")

    async def park_order(self, step: Parking) -> Answer:
        """Record what a person has to look after."""
        command = commands.ParkOrder(step.steps, step.detail, step.ending)
        cause = cause_of(step, "ParkOrder")
        with suppress(OrderAlreadyFinal):  # parked, and taken back since by an operator
            await self.aggregates.handle(ORDER, step.order_id, command, cause)
        return DONE

    async def _end(self, step: PlacedStep, command: commands.OrderCommand, name: str) -> Answer:
        """Record an end; an order that is over keeps the one it has, and its second process ends.

        Durable Functions starts a finished id again when asked (features.md 2.4, trap 5).
        """
        with suppress(OrderAlreadyFinal):
            await self._handle_placed(step, command, name)
        return DONE

    async def _handle_placed(
        self, step: PlacedStep, command: commands.OrderCommand, name: str
    ) -> Order:
        """Handle a command, placing the order first where a crash left only its workflow.

        That is the repair of docs/decisions/003-start-then-append.md; it costs nothing otherwise.
        """
        order_id, cause = step.order.order_id, cause_of(step, name)
        try:
            handled = await self.aggregates.handle(ORDER, order_id, command, cause)
        except OrderNotFound:
            placing = Cause(step.correlation_id, cause.causation_id, step.actor)
            await self.aggregates.handle(ORDER, order_id, step.order, placing)
            handled = await self.aggregates.handle(ORDER, order_id, command, cause)
        if handled.state is None:
            raise OrderNotFound(order_id)
        return handled.state
