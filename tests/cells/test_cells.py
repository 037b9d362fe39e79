"""One contract for cells, on memory and on Azure Tables."""

import asyncio
from collections.abc import AsyncIterator
from itertools import count

import pytest

from shared.azure_tables import Tables
from shared.cells.azure_tables import AzureTablesCells
from shared.cells.memory import MemoryCells
from shared.cells.port import Cell, CellMoved, Cells
from shared.eventstore.port import StoreUnavailable
from shared.storage_account import StorageAccount
from tests.application.storage import NOBODY

_numbers = count(1)


class CellsContract:
    @pytest.fixture
    def key(self) -> str:
        return f"key-{next(_numbers)}"

    async def test_a_key_nobody_wrote_to_has_no_cell(self, cells: Cells, key):
        assert await cells.read(key) is None

    async def test_what_was_written_is_read_back_with_its_tag(self, cells: Cells, key):
        text = "ä🎉 plain" * 20_000
        written = await cells.write(key, {"text": text, "none": None}, None)
        assert await cells.read(key) == written
        assert written.document == {"text": text, "none": None}

    async def test_of_many_first_writes_one_wins(self, cells: Cells, key):
        tries = [cells.write(key, {"n": number}, None) for number in range(8)]
        ends = await asyncio.gather(*tries, return_exceptions=True)
        (won,) = [end for end in ends if isinstance(end, Cell)]
        assert sum(isinstance(end, CellMoved) for end in ends) == 7
        assert await cells.read(key) == won

    async def test_only_who_saw_the_present_cell_replaces_it(self, cells: Cells, key):
        first = await cells.write(key, {"n": 1, "long": "x" * 40_000}, None)
        second = await cells.write(key, {"n": 2}, first)
        for seen in (first, None):
            with pytest.raises(CellMoved):
                await cells.write(key, {"n": 3}, seen)
        assert await cells.read(key) == second
        assert second.document == {"n": 2}

    async def test_only_who_saw_the_present_cell_removes_it(self, cells: Cells, key):
        first = await cells.write(key, {"n": 1}, None)
        second = await cells.write(key, {"n": 2}, first)
        with pytest.raises(CellMoved):
            await cells.remove(first)
        await cells.remove(second)
        await cells.remove(second)
        assert await cells.read(key) is None
        with pytest.raises(CellMoved):
            await cells.write(key, {"n": 3}, second)
        await cells.write(key, {"n": 3}, None)

    async def test_pages_hold_every_cell_once_in_the_order_of_keys(self, cells: Cells, key):
        keys = [f"{key}-{number}" for number in (3, 1, 4, 0, 2)]
        written = [await cells.write(each, {"long": each * 9_000}, None) for each in keys]
        assert await cells.page(f"{key}-", 2) == sorted(written, key=lambda cell: cell.key)[:2]
        found, after = [], ""
        while page := await cells.page(after, 2):
            found += [cell.key for cell in page]
            after = page[-1].key
        assert [each for each in found if each in keys] == sorted(keys)

    async def test_a_cell_that_goes_between_two_pages_is_not_missed_by_others(
        self, cells: Cells, key
    ):
        written = [await cells.write(f"{key}-{number}", {}, None) for number in range(4)]
        page = await cells.page(f"{key}-", 2)
        await cells.remove(page[-1])
        assert await cells.page(page[-1].key, 2) == written[2:]


class TestMemoryCells(CellsContract):
    @pytest.fixture
    def cells(self) -> MemoryCells:
        return MemoryCells()


class TestAzureTablesCells(CellsContract):
    @pytest.fixture
    async def cells(self, azurite: str) -> AsyncIterator[AzureTablesCells]:
        tables = Tables(StorageAccount(azurite), f"cells{next(_numbers)}")
        yield AzureTablesCells(tables, "cells")
        await tables.close()


async def test_a_table_nobody_wrote_to_has_no_pages(azurite: str):
    tables = Tables(StorageAccount(azurite), f"cells{next(_numbers)}")
    assert await AzureTablesCells(tables, "cells").page("", 10) == []
    await tables.close()


async def test_cells_whose_storage_is_down_are_unavailable():
    tables = Tables(StorageAccount(NOBODY), "x")
    cells = AzureTablesCells(tables, "cells")
    try:
        with pytest.raises(StoreUnavailable):
            await cells.read("key")
        with pytest.raises(StoreUnavailable):
            await cells.write("key", {}, None)
        with pytest.raises(StoreUnavailable):
            await cells.remove(Cell("key", {}, "tag"))
        with pytest.raises(StoreUnavailable):
            await cells.page("", 1)
    finally:
        await tables.close()
