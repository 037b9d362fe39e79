"""The steps in the stock room: reserve, release, ship."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from orchestrations.activities.border import DONE, cause_of
from orchestrations.activities.present_order import present_order, priced_order
from orchestrations.messages import Answer, OrderStep, Outcome, WaitStep
from shared.application.aggregates import ORDER, Aggregates
from shared.application.stock_room import StockRoom
from shared.domain.errors import InsufficientStock, Refusal
from shared.domain.order.commands import (
    ExtendReservation,
    RecordRelease,
    RecordReservation,
    RequestApproval,
)
from shared.domain.order.state import OrderStatus


@dataclass(frozen=True, slots=True)
class StockActivities:
    """Each shelf acts once an order, so every step may run again."""

    aggregates: Aggregates
    stock_room: StockRoom
    now: Callable[[], datetime]
    reservation: timedelta

    async def check_inventory(self, step: OrderStep) -> Answer:
        """Reserve all lines, or find them out of stock."""
        order = await present_order(self.aggregates, step.order_id)
        if order.reserved_until:
            return DONE
        # Asked before the effect: a late second run must not reserve for an order that is over.
        order.require(OrderStatus.VALIDATED)
        expires_at = self.now() + self.reservation
        cause = cause_of(step, "CheckInventory")
        try:
            await self.stock_room.reserve(step.order_id, order.lines, expires_at, cause)
        except InsufficientStock as short:
            return Answer(Outcome.OUT_OF_STOCK, short.detail)
        try:
            await self.aggregates.handle(ORDER, step.order_id, RecordReservation(expires_at), cause)
        except Refusal:  # it ended while we reserved: nobody else would free the units
            await self.stock_room.release(step.order_id, order.lines, cause)
            raise
        return DONE

    async def hold_stock(self, step: WaitStep) -> Answer:
        """Hold the order's units through a wait; out of stock when they are gone already."""
        expires_at = step.until + self.reservation
        return await self._hold(step, ExtendReservation(expires_at), expires_at, "HoldStock")

    async def request_approval(self, step: WaitStep) -> Answer:
        """Show that the order waits for a decision; its units are held until that is made."""
        expires_at = step.until + self.reservation
        command = RequestApproval(step.until, expires_at)
        return await self._hold(step, command, expires_at, "RequestApproval")

    async def _hold(
        self,
        step: WaitStep,
        command: ExtendReservation | RequestApproval,
        expires_at: datetime,
        name: str,
    ) -> Answer:
        order, cause = await present_order(self.aggregates, step.order_id), cause_of(step, name)
        try:
            await self.stock_room.hold(step.order_id, order.lines, expires_at, cause)
        except InsufficientStock as short:
            return Answer(Outcome.OUT_OF_STOCK, short.detail)
        await self.aggregates.handle(ORDER, step.order_id, command, cause)
        return DONE

    async def release_stock(self, step: OrderStep) -> Answer:
        """Free whatever the order holds, recorded or not."""
        order = await present_order(self.aggregates, step.order_id)
        cause = cause_of(step, "ReleaseStock")
        await self.stock_room.release(step.order_id, order.lines, cause)
        await self.aggregates.handle(ORDER, step.order_id, RecordRelease(), cause)
        return DONE

    async def ship_stock(self, step: OrderStep) -> Answer:
        """Take the units off the shelves; a failure until there are enough of them."""
        order = await priced_order(self.aggregates, step.order_id)
        await self.stock_room.ship(step.order_id, order.lines, cause_of(step, "ShipStock"))
        return DONE
