"""Blobs go when they are old and nobody needs them, and not one moment earlier."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest

from shared.application.cleanup.exports import Exports
from shared.application.cleanup.old_blobs import OldBlobs
from shared.application.cleanup.storage_clock import StorageClock
from shared.application.cleanup.sweep import Fate
from shared.blobs.azure_blobs import AzureBlobs
from shared.blobs.memory import MemoryBlobs
from shared.blobs.port import BlobInfo
from shared.eventstore.port import StoreUnavailable
from shared.names import EXPORTS, TEMP
from shared.records import Record
from shared.storage_account import StorageAccount
from tests.application.memory import Memory
from tests.cleanup.sweeping import Elsewhere, names_in, put, swept
from tests.given import NOW

WEEK = timedelta(days=7)


async def test_what_is_old_goes_over_any_number_of_pages():
    memory = Memory()
    await put(memory, TEMP, *(f"old/{number}" for number in range(7)))
    memory.clock.forward(days=7)
    await put(memory, TEMP, "new")
    assert await swept(OldBlobs(memory.blobs, TEMP, WEEK), memory.clock()) == (7, 0)
    assert await names_in(memory, TEMP) == ["new"]
    assert await swept(OldBlobs(memory.blobs, TEMP, WEEK), memory.clock()) == (0, 0)


async def test_a_blob_one_moment_too_young_stays():
    memory = Memory()
    await put(memory, TEMP, "young")
    memory.clock.forward(days=7, milliseconds=-1)
    assert await swept(OldBlobs(memory.blobs, TEMP, WEEK), memory.clock()) == (0, 0)


@pytest.mark.parametrize(("ours", "judged_by"), [(400, 0), (0, 0), (-400, -400)])
async def test_of_two_clocks_the_one_behind_is_believed(ours, judged_by):
    memory = Memory()
    at = await StorageClock(memory.blobs).earliest(NOW + timedelta(days=ours))
    assert at == NOW + timedelta(days=judged_by)


async def test_a_blob_that_is_written_again_while_it_is_looked_at_stays():
    memory = Memory()
    await put(memory, TEMP, "again")
    memory.clock.forward(days=8)

    async def rewrite():
        await put(memory, TEMP, "again")

    blobs = Elsewhere(memory.blobs, "remove", rewrite)
    assert await swept(OldBlobs(blobs, TEMP, WEEK), memory.clock()) == (0, 0)
    assert "again" in await names_in(memory, TEMP)


async def test_a_container_nobody_wrote_to_is_clean():
    assert await swept(OldBlobs(MemoryBlobs(Memory().clock), TEMP, WEEK), NOW) == (0, 0)


async def test_what_is_needed_or_doubtful_stays_and_doubts_are_counted():
    memory = Memory()
    await put(memory, TEMP, "doubtful", "needed", "useless")
    memory.clock.forward(days=8)

    async def judge(blob: BlobInfo, _at: datetime) -> Fate:
        return Fate(blob.name)

    assert await swept(OldBlobs(memory.blobs, TEMP, WEEK, judge), memory.clock()) == (1, 1)
    assert await names_in(memory, TEMP) == ["doubtful", "needed"]


async def test_a_judge_who_cannot_ask_ends_the_page_and_nothing_goes():
    memory = Memory()
    await put(memory, TEMP, "one")
    memory.clock.forward(days=8)

    async def judge(_blob: BlobInfo, _at: datetime) -> Fate:
        raise StoreUnavailable

    with pytest.raises(StoreUnavailable):
        await swept(OldBlobs(memory.blobs, TEMP, WEEK, judge), memory.clock())
    assert "one" in await names_in(memory, TEMP)


async def test_a_blob_that_cannot_be_deleted_is_in_doubt_and_holds_up_no_other(azurite, caplog):
    """A snapshot of it is enough: whoever holds an upload link can make one (409)."""
    blobs, container = AzureBlobs(StorageAccount(azurite)), f"c{uuid.uuid4().hex}"
    try:
        for name in ("a", "b", "c", "d"):
            await blobs.write(container, name, b"content", "text/plain")
        await blobs._blob(container, "b").create_snapshot()
        sweep, at = OldBlobs(blobs, container, WEEK), datetime.now(UTC) + timedelta(days=8)
        assert await swept(sweep, at) == (3, 1)
        assert await swept(sweep, at) == (0, 1)
        left = (await blobs.page(container, "", None, 9)).blobs
    finally:
        await blobs.close()
    assert [blob.name for blob in left] == ["b"]
    assert "SnapshotsPresent" in caplog.text


async def test_a_judge_who_breaks_on_one_blob_leaves_it_and_goes_on():
    memory = Memory()
    await put(memory, TEMP, "one", "odd", "two")
    memory.clock.forward(days=8)

    async def judge(blob: BlobInfo, _at: datetime) -> Fate:
        return {"one": Fate.USELESS, "two": Fate.NEEDED}[blob.name]

    assert await swept(OldBlobs(memory.blobs, TEMP, WEEK, judge), memory.clock()) == (1, 1)
    assert await names_in(memory, TEMP) == ["odd", "two"]


async def test_an_export_goes_with_its_job():
    memory = Memory()
    jobs = memory.wiring.records("jobs")
    await jobs.write(Record("kept-job", NOW, {}), None)
    names = ("orders/kept-job.csv", "orders/gone-job.csv", "by-hand.txt", "orders/a/b.csv")
    await put(memory, EXPORTS, *names)
    memory.clock.forward(days=2)
    sweep = OldBlobs(memory.blobs, EXPORTS, timedelta(days=1), Exports(jobs).judge)
    assert await swept(sweep, memory.clock()) == (1, 2)
    assert await names_in(memory, EXPORTS) == sorted(set(names) - {"orders/gone-job.csv"})
