"""Two hundred orders want fifty units at once: exactly fifty are reserved, whoever serves them."""

import asyncio
import itertools
import uuid

import pytest

from shared.application.aggregates import STOCK, Aggregates, Cause
from shared.application.stock_room import StockRoom
from shared.azure_tables import Tables
from shared.domain.errors import InsufficientStock
from shared.domain.money import Money
from shared.domain.order.values import PricedLine
from shared.domain.stock import AdjustStock, Stock
from shared.eventstore.azure_tables import AzureTablesEventStore
from shared.eventstore.memory import MemoryEventStore
from shared.eventstore.port import ConcurrencyConflict
from shared.storage_account import StorageAccount
from tests.domain.scenes import EXPIRY
from tests.given import NOW

CAUSE = Cause("cid", "test", "tester")
ORDERS, UNITS, PROCESSES = 200, 50, 3


class Suspended(MemoryEventStore):
    """The twin, with a moment between asking and answering: what a network gives everybody."""

    async def head(self, stream):
        await asyncio.sleep(0)
        return await super().head(stream)

    async def append(self, head, events, snapshot):
        await asyncio.sleep(0)
        return await super().append(head, events, snapshot)


@pytest.fixture(params=["memory", "azurite"])
async def stores(request):
    """One store a process, all of them the same streams."""
    if request.param == "memory":
        yield [Suspended()] * PROCESSES
        return
    prefix = f"t{uuid.uuid4().hex[:12]}"
    tables = [
        Tables(StorageAccount(request.getfixturevalue("azurite")), prefix) for _ in range(PROCESSES)
    ]
    yield [AzureTablesEventStore(each) for each in tables]
    for each in tables:
        await each.close()


def process(store) -> Aggregates:
    """What one process knows: heads and locks of its own."""
    return Aggregates(store, lambda: NOW, lambda: uuid.uuid4().hex)


async def served(room: StockRoom, order_id: str, lines: list[PricedLine]) -> bool:
    """One order, asking again as its workflow does when other processes were always first."""
    while True:
        try:
            await room.reserve(order_id, lines, EXPIRY, CAUSE)
        except InsufficientStock:
            return False
        except ConcurrencyConflict:
            continue
        return True


def line(sku: str) -> PricedLine:
    return PricedLine(sku, sku, 1, Money(100, "EUR"))


async def shelf(aggregates: Aggregates, sku: str) -> Stock:
    return (await aggregates.load(STOCK, sku)).state


@pytest.mark.timeout(120)
async def test_two_hundred_orders_for_fifty_units_reserve_exactly_fifty(stores):
    processes = [process(store) for store in stores]
    await processes[0].handle(STOCK, "CUP", AdjustStock("d", UNITS, "delivery"), CAUSE)
    rooms = itertools.cycle([StockRoom(each) for each in processes])
    won = await asyncio.gather(
        *(served(next(rooms), f"order-{n}", [line("CUP")]) for n in range(ORDERS))
    )
    after = await shelf(process(stores[0]), "CUP")
    assert sum(won) == UNITS
    assert after.on_hand == UNITS
    assert len(after.reservations) == UNITS
    assert after.available(NOW) == 0


@pytest.mark.timeout(120)
async def test_orders_of_two_lines_that_compete_leave_nothing_half_held(stores):
    processes = [process(store) for store in stores]
    for sku, units in (("CUP", 20), ("POT", 12)):
        await processes[0].handle(STOCK, sku, AdjustStock("d", units, "delivery"), CAUSE)
    rooms = itertools.cycle([StockRoom(each) for each in processes])
    lines = [line("POT"), line("CUP")]
    won = await asyncio.gather(*(served(next(rooms), f"order-{n}", lines) for n in range(40)))
    fresh = process(stores[0])
    cups, pots = await shelf(fresh, "CUP"), await shelf(fresh, "POT")
    assert sum(won) <= 12
    assert set(cups.reservations) == set(pots.reservations)
    assert len(cups.reservations) == sum(won)
