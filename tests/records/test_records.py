"""One contract for records, on memory and on Azure Tables."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from itertools import count

import pytest

from shared.azure_tables import Tables
from shared.names import RECORDS
from shared.projections.azure_tables import AzureTablesRows
from shared.projections.newest_first import Period
from shared.projections.rows import MemoryRows
from shared.records import Record, RecordMoved, Records
from shared.storage_account import StorageAccount
from tests.given import NOW

_numbers = count(1)


def record(record_id: str, *lists: str, minutes: int = 0, etag: str | None = None) -> Record:
    at = NOW + timedelta(minutes=minutes)
    return Record(record_id, at, {"of": record_id}, lists, {"id": record_id}, etag)


async def shown(records: Records, listed: str, **how) -> list[str]:
    return [each.shown["id"] for each in await records.page(listed, how.pop("limit", 10), **how)]


class RecordsContract:
    async def test_a_record_is_read_as_it_was_written(self, records):
        written = await records.write(record("a", "all"), None)
        assert await records.read("a") == written
        assert await records.read("b") is None

    async def test_a_list_shows_the_newest_first_and_goes_on_from_a_place(self, records):
        for number, name in enumerate("abc"):
            await records.write(record(name, "all", minutes=number), None)
        first = await records.page("all", 2)
        assert [each.shown["id"] for each in first] == ["c", "b"]
        assert await shown(records, "all", cursor=first[-1].place) == ["a"]

    async def test_a_list_may_be_cut_to_a_period(self, records):
        for number, name in enumerate("abc"):
            await records.write(record(name, "all", minutes=number), None)
        middle = Period(NOW + timedelta(minutes=1), NOW + timedelta(minutes=2))
        assert await shown(records, "all", period=middle) == ["b"]

    async def test_a_record_leaves_one_list_for_another(self, records):
        old = await records.write(record("a", "all", "new"), None)
        await records.write(record("a", "all", "done"), old)
        assert await shown(records, "all") == await shown(records, "done") == ["a"]
        assert await shown(records, "new") == []

    async def test_who_read_an_older_state_changes_nothing(self, records):
        old = await records.write(record("a", "all"), None)
        await records.write(record("a", "done"), old)
        for attempt in (records.write(record("a", "x"), old), records.remove(old)):
            with pytest.raises(RecordMoved):
                await attempt
        with pytest.raises(RecordMoved):
            await records.write(record("a", "x"), None)
        assert await shown(records, "done") == ["a"]

    async def test_of_many_that_make_one_record_at_once_one_does(self, records):
        await records.write(record("other"), None)
        ends = await asyncio.gather(
            *(records.write(record("a", f"l{n}"), None) for n in range(5)), return_exceptions=True
        )
        assert sum(isinstance(end, RecordMoved) for end in ends) == 4

    async def test_a_removed_record_is_in_no_list_and_may_come_again(self, records):
        there = await records.write(record("a", "all", "new"), None)
        await records.remove(there)
        assert await records.read("a") is None
        assert await shown(records, "all") == await shown(records, "new") == []
        await records.write(record("a", "all"), None)


class TestRecordsInMemory(RecordsContract):
    @pytest.fixture
    def records(self) -> Records:
        return Records(MemoryRows(), "kind")


class TestRecordsOnAzureTables(RecordsContract):
    @pytest.fixture
    async def records(self, azurite: str) -> AsyncIterator[Records]:
        tables = Tables(StorageAccount(azurite), f"records{next(_numbers)}")
        yield Records(AzureTablesRows(tables, RECORDS), "kind")
        await tables.close()
