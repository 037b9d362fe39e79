"""One contract for the rows of read models, on memory and on Azure Tables."""

import asyncio
from collections.abc import AsyncIterator
from itertools import count

import pytest

from shared.azure_tables import Tables
from shared.eventstore.port import StoreUnavailable
from shared.projections.azure_tables import AzureTablesRows
from shared.projections.rows import Batch, MemoryRows, Row, RowConflict, Rows
from shared.storage_account import StorageAccount
from tests.application.storage import NOBODY

_numbers = count(1)


def row(key: str, etag: str | None = None, **fields: str) -> Row:
    return Row(key, fields, etag)


async def keys(rows: Rows, partition: str = "p", after: str = "", limit: int = 100) -> list[str]:
    return [each.key for each in await rows.page(partition, after, "~", limit)]


class RowsContract:
    async def test_where_nothing_was_written_nothing_is_found(self, rows):
        assert await rows.get("p", "a") is None
        assert await keys(rows) == []
        await rows.drop("p", ["a"])

    async def test_a_row_is_read_as_it_was_written(self, rows):
        await rows.put("p", row("a|*|=x@y:z", text="Ünï 𝄞" * 20_000))
        found = await rows.get("p", "a|*|=x@y:z")
        assert found.fields == {"text": "Ünï 𝄞" * 20_000}

    async def test_a_page_lies_strictly_between_two_keys_of_one_partition(self, rows):
        for key in ("a", "b", "c", "d"):
            await rows.put("p", row(key))
        await rows.put("q", row("bb"))
        found = await rows.page("p", "a", "d", 10)
        assert [each.key for each in found] == ["b", "c"]
        assert await keys(rows, after="a", limit=1) == ["b"]

    async def test_a_batch_writes_all_its_rows_and_drops_the_others(self, rows):
        etag = await rows.write("p", Batch(row("guard"), [row("x"), row("y")]))
        await rows.write("p", Batch(row("guard", etag), [row("z")], ["x"]))
        assert await keys(rows) == ["guard", "y", "z"]

    async def test_rows_are_dropped_together_and_one_that_is_gone_does_not_matter(self, rows):
        for key in ("a", "b", "c"):
            await rows.put("p", row(key))
        await rows.drop("p", ["a", "gone", "b"])
        assert await keys(rows) == ["c"]

    async def test_a_guard_that_is_there_already_writes_nothing(self, rows):
        await rows.write("p", Batch(row("guard")))
        with pytest.raises(RowConflict):
            await rows.write("p", Batch(row("guard"), [row("x")]))
        assert await keys(rows) == ["guard"]

    async def test_a_guard_that_changed_writes_nothing(self, rows):
        old = await rows.write("p", Batch(row("guard")))
        await rows.write("p", Batch(row("guard", old, now="this")))
        with pytest.raises(RowConflict):
            await rows.write("p", Batch(row("guard", old), [row("x")]))
        assert (await rows.get("p", "guard")).fields == {"now": "this"}

    async def test_a_row_to_drop_that_is_gone_does_not_stop_the_rest_of_its_batch(self, rows):
        etag = await rows.write("p", Batch(row("guard"), [row("y")]))
        await rows.write("p", Batch(row("guard", etag), [row("x")], ["a-gone", "y", "z-gone"]))
        assert await keys(rows) == ["guard", "x"]

    async def test_a_guard_may_end_with_its_rows(self, rows):
        etag = await rows.write("p", Batch(row("guard"), [row("x")]))
        await rows.write("p", Batch(row("guard", etag), (), ["x"], ends=True))
        assert await keys(rows) == []

    async def test_a_guard_that_changed_does_not_end(self, rows):
        old = await rows.write("p", Batch(row("guard"), [row("x")]))
        new = await rows.write("p", Batch(row("guard", old)))
        with pytest.raises(RowConflict):
            await rows.write("p", Batch(row("guard", old), (), ["x"], ends=True))
        assert await keys(rows) == ["guard", "x"]
        await rows.write("p", Batch(row("guard", new), (), ["x"], ends=True))
        with pytest.raises(RowConflict):
            await rows.write("p", Batch(row("guard", new), (), ["x"], ends=True))

    async def test_of_many_batches_at_once_one_is_written(self, rows):
        etag = await rows.write("p", Batch(row("guard")))
        batches = [Batch(row("guard", etag), [row(f"x{number}")]) for number in range(6)]
        ends = await asyncio.gather(
            *(rows.write("p", each) for each in batches), return_exceptions=True
        )
        assert sum(isinstance(end, RowConflict) for end in ends) == 5
        assert len(await keys(rows)) == 2


class TestMemoryRows(RowsContract):
    @pytest.fixture
    def rows(self) -> MemoryRows:
        return MemoryRows()


class TestAzureTablesRows(RowsContract):
    @pytest.fixture
    async def rows(self, azurite: str) -> AsyncIterator[AzureTablesRows]:
        tables = Tables(StorageAccount(azurite), f"rows{next(_numbers)}")
        yield AzureTablesRows(tables)
        await tables.close()


async def test_storage_that_does_not_answer_is_unavailable_and_not_empty():
    tables = Tables(StorageAccount(NOBODY), "x")
    try:
        with pytest.raises(StoreUnavailable):
            await AzureTablesRows(tables).page("p", "", "~", 1)
    finally:
        await tables.close()
