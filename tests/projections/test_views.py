"""Views: a thing stands once in each of its lists, and an older version never comes back."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from itertools import count

import pytest

from shared.azure_tables import Tables
from shared.eventstore.port import StoreUnavailable
from shared.projections.azure_tables import AzureTablesRows
from shared.projections.generations import TRUSTED
from shared.projections.rows import Batch, MemoryRows, Rows
from shared.projections.views import View, Views
from shared.storage_account import StorageAccount

_numbers = count(1)


@dataclass
class Ticks:
    """A monotonic clock that the test moves."""

    now: float = 0.0

    def __call__(self) -> float:
        return self.now


def at(version: int, *lists: str) -> View:
    """One thing, called `it`, in these lists."""
    return View("it", version, tuple(f"{each}|it" for each in lists), {"v": version})


async def shown(rows: Rows, listed: str) -> list[int]:
    """The versions a list shows, as a process would see it that was just started."""
    found = await Views(rows).page("things", (f"{listed}|", f"{listed}}}"), 10)
    return [row.fields["version"] for row in found]


class ViewsContract:
    async def test_a_thing_is_listed_where_it_belongs(self, rows):
        await Views(rows).show("things", at(1, "red", "big"))
        assert [await shown(rows, each) for each in ("red", "big", "blue")] == [[1], [1], []]

    async def test_a_thing_that_moves_leaves_no_row_behind(self, rows):
        views = Views(rows)
        await views.show("things", at(1, "red", "big"))
        await views.show("things", at(2, "blue", "big"))
        assert [await shown(rows, each) for each in ("red", "big", "blue")] == [[], [2], [2]]

    async def test_it_moves_as_well_by_a_process_that_did_not_list_it(self, rows):
        await Views(rows).show("things", at(1, "red"))
        await Views(rows).show("things", at(2, "blue"))
        assert [await shown(rows, "red"), await shown(rows, "blue")] == [[], [2]]

    async def test_an_older_version_changes_nothing(self, rows):
        await Views(rows).show("things", at(3, "blue"))
        for views in (Views(rows), Views(rows)):
            await views.show("things", at(2, "red"))
        assert [await shown(rows, "red"), await shown(rows, "blue")] == [[], [3]]

    async def test_what_is_listed_nowhere_does_not_come_back_by_an_older_version(self, rows):
        await Views(rows).show("things", at(1, "red"))
        await Views(rows).show("things", at(2))
        await Views(rows).show("things", at(1, "red"))
        assert await shown(rows, "red") == []

    async def test_of_many_writers_the_newest_version_stays(self, rows):
        versions = [at(version, f"list{version}") for version in range(1, 6)]
        await asyncio.gather(*(Views(rows).show("things", each) for each in versions))
        lists = [await shown(rows, f"list{version}") for version in range(1, 6)]
        assert lists == [[], [], [], [], [5]]


class TestViewsInMemory(ViewsContract):
    @pytest.fixture
    def rows(self) -> MemoryRows:
        return MemoryRows()


class TestViewsOnAzureTables(ViewsContract):
    @pytest.fixture
    async def rows(self, azurite: str) -> AsyncIterator[AzureTablesRows]:
        tables = Tables(StorageAccount(azurite), f"views{next(_numbers)}")
        yield AzureTablesRows(tables)
        await tables.close()


@dataclass
class Watched(MemoryRows):
    """Rows that count what is asked of them, lose answers, and let time pass while they write."""

    asked: list[str] = field(default_factory=list)
    lost: int = 0
    during_write: object = None

    def __post_init__(self) -> None:
        MemoryRows.__init__(self)

    async def get(self, partition, key):
        self.asked.append(f"get {partition}")
        return await super().get(partition, key)

    async def write(self, partition, batch: Batch) -> str:
        self.asked.append(f"write {partition}")
        if callable(self.during_write):
            hook, self.during_write = self.during_write, None
            await hook()
        etag = await super().write(partition, batch)
        if self.lost:
            self.lost -= 1
            raise StoreUnavailable("the answer was lost")
        return etag


async def test_a_thing_this_process_listed_before_is_moved_by_one_request():
    rows = Watched()
    views = Views(rows)
    await views.show("things", at(1, "red"))
    rows.asked.clear()
    await views.show("things", at(2, "blue"))
    await views.show("things", at(2, "blue"))
    assert rows.asked == ["write things.1"]


async def test_a_write_whose_answer_was_lost_may_be_repeated():
    rows = Watched(lost=1)
    views = Views(rows)
    with pytest.raises(StoreUnavailable):
        await views.show("things", at(1, "red"))
    await views.show("things", at(1, "red"))
    await views.show("things", at(2, "blue"))
    assert [await shown(rows, "red"), await shown(rows, "blue")] == [[], [2]]


async def test_while_a_generation_is_built_both_are_written():
    rows = Watched()
    await Views(rows).generations.point("things", 1, beside=2)
    await Views(rows).show("things", at(1, "red"))
    assert rows.asked[-2:] == ["write things.1", "write things.2"]


async def test_a_writer_who_slept_through_the_start_of_a_build_writes_again():
    rows, ticks = Watched(), Ticks()
    views = Views(rows, ticks)

    async def a_build_begins() -> None:
        await Views(rows).generations.point("things", 1, beside=2)
        ticks.now += TRUSTED

    rows.during_write = a_build_begins
    await views.show("things", at(1, "red"))
    assert await rows.get("things.2", "id|it") is not None


async def test_a_guard_that_never_rests_is_unavailable_in_the_end():
    class Restless(MemoryRows):
        async def get(self, partition, key):
            return None

    rows = Restless()
    await Views(rows).show("things", at(1, "red"))
    with pytest.raises(StoreUnavailable):
        await Views(rows).show("things", at(2, "red"))
