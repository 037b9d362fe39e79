"""Azure Tables keeps the contract, in as few requests as promised."""

from collections.abc import AsyncIterator
from itertools import count

import pytest

from shared.azure_tables import Tables
from shared.eventstore.azure_tables import AzureTablesEventStore
from shared.eventstore.entity import KEPT_EVENTS, TIP_EVENTS
from shared.eventstore.port import EventTooLarge, Head, StoreUnavailable
from shared.storage_account import StorageAccount
from tests.application.storage import NOBODY, sent_requests
from tests.eventstore.contract import BoundedStoreContract, event, grow, snapshot

_prefixes = count(1)


@pytest.fixture
async def tables(azurite: str) -> AsyncIterator[Tables]:
    made = Tables(StorageAccount(azurite), f"store{next(_prefixes)}")
    yield made
    await made.close()


@pytest.fixture
def store(tables: Tables) -> AzureTablesEventStore:
    return AzureTablesEventStore(tables)


class TestAzureTablesEventStore(BoundedStoreContract):
    @pytest.fixture
    def store(self, tables: Tables) -> AzureTablesEventStore:
        return AzureTablesEventStore(tables)


@pytest.fixture
def requests(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    return sent_requests(monkeypatch)


async def test_reading_the_present_state_is_one_request_however_long_the_stream(store, requests):
    await grow(store, Head("long"), 2 * TIP_EVENTS + 5)
    requests.clear()
    await store.head("long")
    assert len(requests) == 1


async def test_an_append_is_one_request(store, requests):
    head = await grow(store, Head("short"), 3)
    requests.clear()
    await store.append(head, [event(head, 1), event(head, 2)], snapshot())
    assert len(requests) == 1


async def test_moving_older_events_to_rows_is_part_of_that_one_request(store, requests):
    head = await grow(store, Head("moving"), TIP_EVENTS)
    requests.clear()
    head = await store.append(head, [event(head)], snapshot())
    assert len(requests) == 1
    assert len(head.tip) == KEPT_EVENTS


async def test_a_short_stream_is_read_in_one_request(store, requests):
    await grow(store, Head("brief"), TIP_EVENTS)
    requests.clear()
    assert len(await store.read("brief")) == TIP_EVENTS
    assert len(requests) == 1


async def test_an_append_of_more_events_than_a_transaction_holds_is_refused(store):
    head = Head("flood")
    many = [event(head, offset) for offset in range(1, 200)]
    with pytest.raises(EventTooLarge, match="199 events in one append"):
        await store.append(head, many, snapshot())
    first = await store.append(head, many[:100], snapshot())
    assert [each.version for each in await store.read("flood")] == list(range(1, 101))
    assert first.version == 100


async def test_storage_that_does_not_answer_is_unavailable_and_not_empty():
    tables = Tables(StorageAccount(NOBODY), "x")
    try:
        with pytest.raises(StoreUnavailable):
            await AzureTablesEventStore(tables).head("any")
    finally:
        await tables.close()
