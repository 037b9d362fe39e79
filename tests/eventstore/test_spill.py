"""Events of any length come back whole, or not at all: on memory and on Azure."""

from collections.abc import AsyncIterator
from dataclasses import replace
from itertools import count

import pytest

from shared.azure_tables import Tables
from shared.blobs.azure_blobs import AzureBlobs
from shared.eventstore.azure_tables import AzureTablesEventStore
from shared.eventstore.blob_spill import BlobSpill
from shared.eventstore.memory import MemoryEventStore
from shared.eventstore.port import ConcurrencyConflict, EventTooLarge, Head, StoreUnavailable
from shared.eventstore.spill import MemorySpill, Spill, SpillBroken
from shared.eventstore.spilling import CLAIM, ROOM, SpillingEventStore
from shared.storage_account import StorageAccount
from tests.application.storage import NOBODY
from tests.eventstore.contract import EventStoreContract, event, snapshot

THREE_MEGABYTES = "three MB of ä and 🎉 " * 120_000
_numbers = count(1)


class SpillContract:
    @pytest.fixture
    def name(self) -> str:
        return f"stream-ä/{next(_numbers)}"

    async def test_what_nobody_kept_is_not_there(self, spill: Spill, name):
        assert await spill.get(name) is None

    async def test_what_was_kept_is_there_and_stays(self, spill: Spill, name):
        content = bytes(range(256)) * 12_000
        await spill.put(name, content)
        await spill.put(name, content)
        assert await spill.get(name) == content


class LongEventContract(EventStoreContract):
    async def test_an_event_of_three_megabytes_comes_back_whole(self, store, stream):
        happened = event(Head(stream), text=THREE_MEGABYTES)
        await store.append(Head(stream), [happened], snapshot())
        assert await store.read(stream) == (happened,)
        await store.append(Head(stream), [happened], snapshot())
        assert (await store.head(stream)).version == 1

    async def test_a_conflict_tells_long_events_whole(self, store, stream):
        missed = event(Head(stream), text=THREE_MEGABYTES)
        await store.append(Head(stream), [missed], snapshot())
        with pytest.raises(ConcurrencyConflict) as conflict:
            await store.append(Head(stream), [event(Head(stream))], snapshot())
        assert conflict.value.missed == (missed,)

    async def test_as_many_events_as_a_command_decides_fit_at_any_length(self, store, stream):
        for length in (ROOM - 20, ROOM, 500_000):
            head = await store.head(stream)
            long = [event(head, offset, text="x" * length) for offset in (1, 2, 3, 4)]
            await store.append(head, long, snapshot())
            assert await store.read(stream, after=head.version) == tuple(long)

    async def test_a_short_event_stays_in_its_row(self, store, stream):
        head = await store.append(Head(stream), [event(Head(stream), text="short")], snapshot())
        assert head.tip[0].data == {"text": "short"}
        long = event(head, text="x" * ROOM)
        head = await store.append(head, [long], snapshot())
        assert head.tip[1].data[CLAIM]["name"] == f"{stream}/{long.event_id}"


class TestMemorySpill(SpillContract):
    @pytest.fixture
    def spill(self) -> MemorySpill:
        return MemorySpill()


class TestBlobSpill(SpillContract):
    @pytest.fixture
    async def spill(self, azurite: str) -> AsyncIterator[BlobSpill]:
        blobs = AzureBlobs(StorageAccount(azurite))
        yield BlobSpill(blobs)
        await blobs.close()


class TestSpillingInMemory(LongEventContract):
    @pytest.fixture
    def store(self) -> SpillingEventStore:
        return SpillingEventStore(MemoryEventStore(), MemorySpill())


class TestSpillingOnAzure(LongEventContract):
    @pytest.fixture
    async def store(self, azurite: str) -> AsyncIterator[SpillingEventStore]:
        account = StorageAccount(azurite)
        tables, blobs = Tables(account, f"spill{next(_numbers)}"), AzureBlobs(account)
        yield SpillingEventStore(AzureTablesEventStore(tables), BlobSpill(blobs))
        await blobs.close()
        await tables.close()


@pytest.mark.parametrize(("damage", "what"), [(b"{}", "altered"), (None, "missing")])
async def test_a_blob_that_is_not_what_was_written_is_a_loud_error(damage, what):
    spill = MemorySpill()
    store = SpillingEventStore(MemoryEventStore(), spill)
    long = replace(event(Head("order-1"), text="x" * ROOM), event_id="e1")
    await store.append(Head("order-1"), [long], snapshot())
    del spill.kept["order-1/e1"]
    if damage is not None:
        await spill.put("order-1/e1", damage)
    with pytest.raises(SpillBroken, match=f"order-1 at version 1: order-1/e1 is {what}"):
        await store.read("order-1")


async def test_an_append_that_is_refused_leaves_a_blob_that_names_its_stream():
    spill = MemorySpill()
    store = SpillingEventStore(MemoryEventStore(), spill)
    long = replace(event(Head("order-1"), text="x" * ROOM), event_id="e1")
    with pytest.raises(EventTooLarge, match="state"):
        await store.append(Head("order-1"), [long], snapshot(text="x" * 500_000))
    assert list(spill.kept) == ["order-1/e1"]
    assert await store.read("order-1") == ()


async def test_blobs_whose_storage_is_down_are_unavailable():
    blobs = AzureBlobs(StorageAccount(f"{NOBODY}BlobEndpoint=http://127.0.0.1:9/a;"))
    spill = BlobSpill(blobs)
    try:
        with pytest.raises(StoreUnavailable):
            await spill.put("name", b"content")
        with pytest.raises(StoreUnavailable):
            await spill.get("name")
    finally:
        await blobs.close()
