"""The stock room: holds, frees and hands out the units of whole orders."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from shared.application.aggregates import STOCK, Aggregates, Cause
from shared.domain.errors import InsufficientStock
from shared.domain.order.values import PricedLine
from shared.domain.stock import HoldUnits, ReleaseUnits, ReserveUnits, ShipUnits


@dataclass(frozen=True, slots=True)
class StockRoom:
    """Every operation may run again after a crash at any point: each shelf acts once per order."""

    aggregates: Aggregates

    async def reserve(
        self, order_id: str, lines: Iterable[PricedLine], expires_at: datetime, cause: Cause
    ) -> None:
        """Hold all lines until `expires_at`, or leave nothing behind.

        Raises:
            InsufficientStock: a line is short; what was taken for the others is free again.
        """
        # One order of shelves for everybody: two orders never wait for each other's units.
        wanted = sorted(lines, key=lambda line: line.sku)
        for line in wanted:
            command = ReserveUnits(order_id, line.quantity, expires_at)
            try:
                await self.aggregates.handle(STOCK, line.sku, command, cause)
            except InsufficientStock as short:
                await self.release(order_id, wanted, cause)
                raise InsufficientStock(f"{line.sku}: {short.detail}") from short

    async def hold(
        self, order_id: str, lines: Iterable[PricedLine], expires_at: datetime, cause: Cause
    ) -> None:
        """Hold what the order has for longer.

        Raises:
            InsufficientStock: a reservation had expired and its units are gone.
        """
        for line in lines:
            await self.aggregates.handle(STOCK, line.sku, HoldUnits(order_id, expires_at), cause)

    async def release(self, order_id: str, lines: Iterable[PricedLine], cause: Cause) -> None:
        """Free whatever the order holds."""
        for line in lines:
            await self.aggregates.handle(STOCK, line.sku, ReleaseUnits(order_id), cause)

    async def ship(self, order_id: str, lines: Iterable[PricedLine], cause: Cause) -> None:
        """Take the order's units off the shelves.

        Raises:
            InsufficientStock: a reservation had expired and its units are gone; try again later.
        """
        for line in lines:
            await self.aggregates.handle(STOCK, line.sku, ShipUnits(order_id), cause)
