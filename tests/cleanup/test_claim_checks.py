"""The data of an event that lies outside the store goes only when no stream can ever name it."""

import asyncio
from datetime import timedelta

import pytest

from shared.application.cleanup.claim_checks import ClaimChecks
from shared.application.cleanup.old_blobs import OldBlobs
from shared.application.cleanup.storage_clock import StorageClock
from shared.eventstore.blob_spill import BlobSpill
from shared.eventstore.memory import MemoryEventStore
from shared.eventstore.port import ConcurrencyConflict, EventStore, Head
from shared.eventstore.spilling import ROOM, SpillingEventStore
from shared.names import CLAIM_CHECKS
from tests.application.memory import Memory
from tests.cleanup.sweeping import Elsewhere, names_in, put, swept
from tests.eventstore.contract import event, snapshot

LONG = "x" * (ROOM + 1)
WEEK = timedelta(days=7)


@pytest.fixture
def memory() -> Memory:
    return Memory()


@pytest.fixture
def store(memory) -> EventStore:
    return SpillingEventStore(MemoryEventStore(), BlobSpill(memory.blobs))


def sweep_of(memory: Memory, store: EventStore) -> OldBlobs:
    return OldBlobs(memory.blobs, CLAIM_CHECKS, WEEK, ClaimChecks(store).judge)


async def written(store: EventStore, stream: str, count: int) -> None:
    for _ in range(count):
        head = await store.head(stream)
        await store.append(head, [event(head, text=LONG)], snapshot())


async def test_whatever_an_event_names_stays_for_ever(memory, store):
    await written(store, "order-1", 130)
    await written(store, "user-2", 1)
    memory.clock.forward(days=400)
    assert await swept(sweep_of(memory, store), memory.clock()) == (0, 0)
    assert len(await store.read("order-1")) == 130


async def test_what_a_lost_append_left_behind_goes(memory, store):
    await written(store, "order-1", 1)
    with pytest.raises(ConcurrencyConflict):
        await store.append(Head("order-1"), [event(Head("order-1"), text=LONG)], snapshot())
    assert len(await names_in(memory, CLAIM_CHECKS)) == 2
    memory.clock.forward(days=7)
    assert await swept(sweep_of(memory, store), memory.clock()) == (1, 0)
    assert len(await store.read("order-1")) == 1


async def test_what_belongs_to_a_stream_that_never_began_goes(memory, store):
    await put(memory, CLAIM_CHECKS, "order-9/some-event")
    memory.clock.forward(days=7)
    assert await swept(sweep_of(memory, store), memory.clock()) == (1, 0)


async def test_an_append_under_way_keeps_its_data_whatever_our_clock_says(memory):
    """Written, not yet named: a clock that jumped by a year meets it at the worst moment."""
    seen = []
    busy: SpillingEventStore

    async def clean_up_now():
        jumped = memory.clock() + timedelta(days=365)
        at = await StorageClock(memory.blobs).earliest(jumped)
        seen.append(await swept(sweep_of(memory, busy), at))

    busy = SpillingEventStore(
        Elsewhere(MemoryEventStore(), "append", clean_up_now), BlobSpill(memory.blobs)
    )
    await written(busy, "order-1", 1)
    assert seen == [(0, 0)]
    assert [each.data["text"] for each in await busy.read("order-1")] == [LONG]


async def test_cleanups_beside_many_appends_take_nothing(memory, store):
    async def clean_up():
        for _ in range(20):
            await swept(sweep_of(memory, store), memory.clock(), limit=3)
            await asyncio.sleep(0)

    writers = (written(store, f"order-{number}", 10) for number in range(5))
    await asyncio.gather(*writers, clean_up())
    for number in range(5):
        assert len(await store.read(f"order-{number}")) == 10


async def test_one_lost_blob_does_not_hide_what_the_other_events_name(memory, store):
    await written(store, "order-1", 3)
    lost = (await names_in(memory, CLAIM_CHECKS))[0]
    await memory.blobs.remove(CLAIM_CHECKS, lost)
    memory.clock.forward(days=30)
    assert await swept(sweep_of(memory, store), memory.clock()) == (0, 0)


@pytest.mark.parametrize("name", ["readme.txt", "order-1/", "/event", "order-1/sub/event"])
async def test_what_is_not_called_like_ours_stays_in_doubt(memory, store, name):
    await put(memory, CLAIM_CHECKS, name)
    memory.clock.forward(days=30)
    assert await swept(sweep_of(memory, store), memory.clock()) == (0, 1)
    assert await names_in(memory, CLAIM_CHECKS) == [name]
