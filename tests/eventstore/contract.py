"""What every event store must do; a subclass only says which store."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count

import pytest

from shared.eventstore.port import (
    ConcurrencyConflict,
    EventStore,
    EventTooLarge,
    Head,
    Recorded,
    Snapshot,
)

WHEN = datetime(2026, 11, 23, 9, 0, 0, 123000, tzinfo=UTC)
_ids = count(1)


def event(head: Head, offset: int = 1, **data: object) -> Recorded:
    """A fresh event that would follow a head."""
    return Recorded(
        event_id=f"event-{next(_ids)}",
        type="Happened",
        schema_version=1,
        stream=head.stream,
        version=head.version + offset,
        occurred_at=WHEN,
        recorded_at=WHEN,
        correlation_id="cid",
        causation_id="test",
        actor="tester",
        data=dict(data),
    )


def snapshot(**state: object) -> Snapshot:
    return Snapshot(dict(state), "shape-1")


async def grow(store: EventStore, head: Head, by: int, *, text: str = "") -> Head:
    """Append single events."""
    for _ in range(by):
        happened = event(head, number=head.version + 1, text=text)
        head = await store.append(head, [happened], snapshot(count=head.version + 1))
    return head


class EventStoreContract:
    """Fixture `store` gives the store; stream names are fresh, so a store may be shared."""

    @pytest.fixture
    def stream(self) -> str:
        return f"stream-{next(_ids)}"

    async def test_a_stream_nobody_wrote_to_is_empty(self, store, stream):
        assert await store.head(stream) == Head(stream)
        assert await store.read(stream) == ()

    async def test_what_was_appended_is_read_back(self, store, stream):
        empty = Head(stream)
        events = [event(empty, 1, a=1), event(empty, 2, b={"c": [None, True, "ü 🎉 \\ \" '"]})]
        await store.append(empty, events, snapshot(total=2))
        assert await store.read(stream) == tuple(events)
        head = await store.head(stream)
        assert (head.version, head.snapshot) == (2, snapshot(total=2))

    async def test_the_head_an_append_returns_is_good_for_the_next(self, store, stream):
        head = await grow(store, Head(stream), 3)
        assert head == await store.head(stream)

    async def test_an_append_at_a_stale_head_is_a_conflict_that_tells_what_was_missed(
        self, store, stream
    ):
        stale = await grow(store, Head(stream), 1)
        missed = event(stale, 1, by="another")
        await store.append(stale, [missed], snapshot())
        with pytest.raises(ConcurrencyConflict) as conflict:
            await store.append(stale, [event(stale)], snapshot())
        assert conflict.value.missed == (missed,)
        assert len(await store.read(stream)) == 2

    async def test_of_two_first_appends_one_is_a_conflict(self, store, stream):
        first = event(Head(stream))
        await store.append(Head(stream), [first], snapshot())
        with pytest.raises(ConcurrencyConflict) as conflict:
            await store.append(Head(stream), [event(Head(stream))], snapshot())
        assert conflict.value.missed == (first,)

    async def test_of_many_appends_at_once_exactly_one_wins(self, store, stream):
        head = await grow(store, Head(stream), 1)
        tries = [store.append(head, [event(head)], snapshot()) for _ in range(8)]
        ends = await asyncio.gather(*tries, return_exceptions=True)
        assert sum(isinstance(end, Head) for end in ends) == 1
        assert sum(isinstance(end, ConcurrencyConflict) for end in ends) == 7

    @pytest.mark.parametrize("before", [0, 1, 20])
    async def test_an_append_whose_answer_was_lost_may_be_made_again(self, store, stream, before):
        head = await grow(store, Head(stream), before)
        happened = [event(head, 1), event(head, 2)]
        await store.append(head, happened, snapshot(once=True))
        again = await store.append(head, happened, snapshot(once=True))
        assert again.version == before + 2
        assert len(await store.read(stream)) == before + 2

    async def test_a_long_stream_is_read_in_order_and_by_parts(self, store, stream):
        head = await grow(store, Head(stream), 65)
        versions = [each.version for each in await store.read(stream)]
        assert versions == list(range(1, 66))
        assert [each.version for each in await store.read(stream, after=7, limit=3)] == [8, 9, 10]
        assert [each.version for each in await store.read(stream, after=58)] == list(range(59, 66))
        assert await store.read(stream, after=65) == ()
        assert (await store.head(stream)).snapshot == snapshot(count=65)
        assert head.version == 65

    async def test_every_page_size_shows_every_event_once(self, store, stream):
        await grow(store, Head(stream), 33)
        for size in (1, 7, 11, 32, 33, 50):
            seen: list[int] = []
            while page := await store.read(stream, after=seen[-1] if seen else 0, limit=size):
                seen += [each.version for each in page]
            assert seen == list(range(1, 34))

    async def test_long_texts_of_any_script_come_back_whole(self, store, stream):
        text = "äöü" * 5_000 + "🎉" * 20_000 + "plain" * 10_000
        head = await grow(store, Head(stream), 3, text=text)
        assert [each.data["text"] for each in await store.read(stream)] == [text] * 3
        big = Snapshot({"text": text}, "shape-2")
        await store.append(head, [event(head)], big)
        assert (await store.head(stream)).snapshot == big

    async def test_a_state_that_fits_into_no_row_is_refused(self, store, stream):
        with pytest.raises(EventTooLarge, match="state"):
            await store.append(Head(stream), [event(Head(stream))], snapshot(text="🎉" * 250_000))

    async def test_an_append_of_nothing_is_a_fault_of_the_caller(self, store, stream):
        with pytest.raises(ValueError, match="at least one"):
            await store.append(Head(stream), [], snapshot())

    async def test_the_streams_of_a_category_are_named_page_by_page(self, store):
        kind = f"kind{next(_ids)}"
        assert list(await store.streams(kind, "", 10)) == []
        for name in (f"{kind}-b", f"{kind}-a", f"{kind}-c", f"{kind}x-d"):
            await grow(store, Head(name), 25 if name.endswith("a") else 1)
        assert list(await store.streams(kind, "", 2)) == [f"{kind}-a", f"{kind}-b"]
        assert list(await store.streams(kind, f"{kind}-b", 2)) == [f"{kind}-c"]

    async def test_streams_do_not_see_each_other(self, store, stream):
        await grow(store, Head(stream), 2)
        other = replace(Head(stream), stream=f"{stream}0")
        assert await store.read(other.stream) == ()


class BoundedStoreContract(EventStoreContract):
    """A store by itself: what fits into no row is refused, never cut."""

    async def test_an_event_that_fits_into_no_row_is_refused_and_nothing_is_written(
        self, store, stream
    ):
        with pytest.raises(EventTooLarge, match="Happened"):
            await store.append(Head(stream), [event(Head(stream), text="x" * 500_000)], snapshot())
        assert await store.head(stream) == Head(stream)

    async def test_many_events_that_fit_into_no_transaction_are_refused(self, store, stream):
        events = [event(Head(stream), offset, text="x" * 100_000) for offset in range(1, 6)]
        with pytest.raises(EventTooLarge, match="Happened"):
            await store.append(Head(stream), events, snapshot())
        head = await store.append(Head(stream), events[:4], snapshot())
        assert head.version == len(await store.read(stream)) == 4
