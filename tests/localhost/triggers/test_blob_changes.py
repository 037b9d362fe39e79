"""Blobs that change, go or are too large while their functions are about them."""

import asyncio
import logging

import azure.functions as func
import pytest

from localhost.memory_blobs import MemoryBlobs
from localhost.memory_storage import MemoryStorage
from localhost.triggers import blob as blob_trigger
from localhost.triggers.room import Room, TooLarge
from tests.localhost.serving import app
from tests.localhost.triggers.scene import settled, staged
from tests.localhost.triggers.test_blob import CONTROL, POISON, messages


class Reading:
    """A blob function that waits to be let go on."""

    def __init__(self) -> None:
        self.contents: list[bytes] = []
        self.gate = asyncio.Event()

    def app(self):
        made = app()

        async def read(blob: func.InputStream) -> None:
            self.contents.append(blob.read())
            await self.gate.wait()

        made.blob_trigger("blob", "uploads/{name}", "")(read)
        return made


@pytest.fixture
def reading():
    return Reading()


async def test_a_blob_rewritten_while_its_function_runs_is_told_once_more(reading, clock):
    async with staged(reading.app(), clock, grace=1) as stage:
        blobs, queues = stage.storage.blobs(), stage.storage.queues()
        await blobs.put("uploads", "x", b"old")
        await stage.advance(3)
        await blobs.put("uploads", "x", b"new")
        await stage.advance(3)
        reading.gate.set()
        for _ in range(3):
            await stage.advance(3)
        assert reading.contents == [b"old", b"new"]
        assert (queues.texts(CONTROL), messages(stage.storage, POISON)) == ([], [])


async def test_a_blob_deleted_while_its_function_runs_is_over(reading, clock):
    async with staged(reading.app(), clock, grace=1) as stage:
        blobs = stage.storage.blobs()
        await blobs.put("uploads", "x", b"x")
        await stage.advance(3)
        await blobs.delete("uploads", "x")
        reading.gate.set()
        await stage.advance(3)
        assert reading.contents == [b"x"]
        assert stage.storage.queues().texts(CONTROL) == []


@pytest.mark.parametrize("change", ["deleted", "rewritten"])
async def test_a_blob_that_changes_between_a_look_and_its_reading_runs_as_it_is(
    reading, clock, change
):
    class Changing(MemoryBlobs):
        async def head(self, container, name):
            known = await super().head(container, name)
            if container == "uploads" and known and known.etag == '"0x1"':
                if change == "deleted":
                    await self.delete(container, name)
                else:
                    self.containers[container][name] = (
                        blob_of(known, '"0x99"'), b"new",
                    )  # fmt: skip
            return known

    def blob_of(known, etag):
        return type(known)(known.name, etag, known.modified, known.created, 3)

    storage, blobs = MemoryStorage(clock), Changing(clock)
    storage._blobs = blobs
    reading.gate.set()
    await blobs.put("uploads", "x", b"old")
    async with staged(reading.app(), clock, storage) as stage:
        for _ in range(4):
            await stage.advance(3)
    assert reading.contents == ([] if change == "deleted" else [b"new"])
    assert storage.queues().texts(CONTROL) == []


async def test_a_blob_too_large_for_memory_is_poison_at_once_and_is_told(
    reading, clock, caplog, monkeypatch
):
    monkeypatch.setattr(blob_trigger, "ROOM", 10)
    reading.gate.set()
    async with staged(reading.app(), clock) as stage:
        await stage.storage.blobs().put("uploads", "large", b"x" * 11)
        await stage.storage.blobs().put("uploads", "small", b"x" * 10)
        for _ in range(3):
            await stage.advance(3)
        assert reading.contents == [b"x" * 10]
        assert [told["BlobName"] for told in messages(stage.storage, POISON)] == ["large"]
        with pytest.raises(TooLarge):
            await stage.by_hand("read", "uploads/large")
    (record,) = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert record.getMessage() == (
        "Functions.read cannot be given 'uploads/large': it has 11 bytes; the limit of this host "
        "is 10. Read large blobs in pieces with the storage SDK."
    )


async def test_blobs_that_do_not_fit_together_wait_for_each_other(reading, clock, monkeypatch):
    monkeypatch.setattr(blob_trigger, "ROOM", 10)
    async with staged(reading.app(), clock, grace=1) as stage:
        for name in "abc":
            await stage.storage.blobs().put("uploads", name, name.encode() * 5)
        await stage.advance(3)
        assert sorted(reading.contents) == [b"aaaaa", b"bbbbb"]
        reading.gate.set()
        await settled()
    assert sorted(reading.contents) == [b"aaaaa", b"bbbbb", b"ccccc"]


async def test_whoever_came_first_is_not_passed_by_smaller_ones():
    room, order = Room(10), []

    async def take(size):
        async with room.held(size):
            order.append(size)
            await asyncio.sleep(0)

    async with room.held(6):
        waiting = [asyncio.create_task(take(size)) for size in (10, 1, 0)]
        await settled()
        assert order == []
    await asyncio.gather(*waiting)
    assert order[0] == 10


async def test_who_stops_waiting_leaves_the_room_as_it_was():
    room = Room(10)
    async with room.held(6):
        waiting = asyncio.create_task(room.held(10).__aenter__())
        await settled()
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
    async with room.held(10):
        pass
