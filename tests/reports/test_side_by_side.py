"""Reports that are made at the same time, of neighbouring weeks or of the very same one."""

import asyncio
import json
from random import Random
from typing import Any

import pytest

from blueprints.weekly_report import KIND, reports_of
from shared.application import weekly_count
from shared.projections.rows import MemoryRows
from shared.reports.formats import Format
from tests.application.memory import Memory
from tests.reports.making import RUN, made, stored
from tests.reports.past import MUG, WEEK, happened, moment, sold

NEIGHBOURS = (WEEK, WEEK.next)
NAMES = ("tally.json", "report.json", "report.csv", "report.html")
ENOUGH = 10.0  # seconds; alone they take less than one


class Distant:
    """Blobs some moments away, so that programs take turns in an order of their own."""

    def __init__(self, blobs: Any, seed: int) -> None:
        self._blobs, self._random = blobs, Random(seed)  # noqa: S311 - no secret

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._blobs, name)

        async def call(*given: Any, **more: Any) -> Any:
            for _ in range(self._random.randrange(6)):
                await asyncio.sleep(0)
            return await method(*given, **more)

        return call


class Crossing:
    """Rows; the first to write a report's record waits for the second, and is through before it."""

    def __init__(self) -> None:
        self._rows, self._writers = MemoryRows(), 0
        self.first_came, self._second_came, self._first_is_through = (
            asyncio.Event() for _ in range(3)
        )

    def __getattr__(self, name: str) -> Any:
        return getattr(self._rows, name)

    async def write(self, partition: str, batch: Any) -> str:
        if partition != KIND:
            return await self._rows.write(partition, batch)
        self._writers += 1
        if self._writers > 1:
            self._second_came.set()
            await self._first_is_through.wait()
            return await self._rows.write(partition, batch)
        self.first_came.set()
        await self._second_came.wait()
        etag = await self._rows.write(partition, batch)
        self._first_is_through.set()
        return etag


async def shop_of(orders_a_day: int, records: Any = None) -> Memory:
    memory = Memory(records=records or MemoryRows())
    memory.clock.forward(days=7)
    for week in NEIGHBOURS:
        for number in range(7 * orders_a_day):
            order_id = f"{week}-{number}"
            at = moment(1 + number % 7, 10, week=week, minutes=number)
            await happened(memory.wiring, order_id, sold(order_id, at, MUG))
    return memory


@pytest.mark.parametrize("orders_a_day", [1, 3, 8])
async def test_neighbouring_weeks_come_to_an_end_and_tell_what_each_tells_alone(
    orders_a_day, monkeypatch
):
    monkeypatch.setattr(weekly_count, "SLICE", 2)
    together, alone = await shop_of(orders_a_day), await shop_of(orders_a_day)
    together.blobs = Distant(together.blobs, orders_a_day)  # type: ignore[assignment]
    async with asyncio.timeout(ENOUGH):
        await asyncio.gather(*(made(together, week, f"run-{week}") for week in NEIGHBOURS))
    for week in NEIGHBOURS:
        await made(alone, week)
        for name in NAMES:
            assert await stored(together, name, week) == await stored(alone, name, week)


async def test_of_two_that_tell_otherwise_one_stands_whole_and_the_other_says_so(caplog):
    crossing = Crossing()
    shop = await shop_of(1, crossing)
    first = asyncio.create_task(made(shop, WEEK, RUN))
    await crossing.first_came.wait()
    await happened(shop.wiring, "late", sold("late", moment(2)))
    second = await made(shop, WEEK, "another")
    assert (await first).differing == ()
    assert second.differing == NAMES
    assert '"action": "report_differs"' in caplog.text
    reports = reports_of(shop.wiring)
    for each in Format:
        tag = await reports.etag(WEEK, each)
        assert tag is not None
        assert await reports.read(WEEK, each, tag) is not None
    told = json.loads(await stored(shop) or b"")
    assert told["orders"]["value"] == 7
