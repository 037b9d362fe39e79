"""Units that are still noted for an order that is over."""

import asyncio
from dataclasses import dataclass
from datetime import datetime

from shared import logs
from shared.application.aggregates import ORDER, STOCK, Aggregates, Cause
from shared.application.cleanup.sweep import Fate, Swept
from shared.domain.stock import ReleaseUnits
from shared.projections.product_list import ProductList

AT_ONCE = 8  # shelves looked at at the same time


@dataclass(frozen=True, slots=True)
class ExpiredReservations:
    """An expired reservation holds nothing back; of a living order it stays, as a promise.

    Such an order may still ship or extend it (shared/domain/stock.py), and a parked one is a
    person's to take back. What is left over is of orders that ended, or never were: a step of
    theirs ran twice, and late. Shelves are found by the list of products, one point read each.
    """

    products: ProductList
    aggregates: Aggregates

    async def page(self, at: datetime, cursor: str | None, limit: int) -> Swept:
        """Go over the shelves of `limit` products, by sku."""
        products = await self.products.page(cursor or "", limit)
        skus = [str(product["sku"]) for product in products]
        fates: list[Fate] = []
        for start in range(0, len(skus), AT_ONCE):
            together = skus[start : start + AT_ONCE]
            for shelf in await asyncio.gather(*(self._shelf(sku, at) for sku in together)):
                fates += shelf
        last = skus[-1] if len(skus) == limit else None
        return Swept(fates.count(Fate.USELESS), last, fates.count(Fate.DOUBTFUL))

    async def _shelf(self, sku: str, at: datetime) -> list[Fate]:
        stock = (await self.aggregates.load(STOCK, sku)).state
        expired = [
            order_id for order_id, held in stock.reservations.items() if held.expires_at <= at
        ]
        return [await self._released(sku, order_id) for order_id in expired]

    async def _released(self, sku: str, order_id: str) -> Fate:
        order = (await self.aggregates.load(ORDER, order_id)).state
        if order is not None and (order.is_parked or not order.is_final):
            return Fate.NEEDED
        cause = Cause(f"cleanup-{order_id}", "DailyCleanup/expired_reservations", "cleanup")
        released = await self.aggregates.handle(STOCK, sku, ReleaseUnits(order_id), cause)
        if not released.decided:
            return Fate.NEEDED  # somebody else released it meanwhile
        sentence = f"Units of {sku} were still noted for an order that is over."
        logs.info(sentence, "reservation_released", sku=sku, orderId=order_id)
        return Fate.USELESS
