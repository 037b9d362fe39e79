"""What the rows look like, so that what was written once can be read for ever."""

import dataclasses

from hypothesis import given
from hypothesis import strategies as st

from shared.eventstore.entity import (
    KEPT_EVENTS,
    TIP_CHARACTERS,
    TIP_EVENTS,
    event_entity,
    event_of,
    gather,
    head_entity,
    head_of,
    row_key,
    split_tip,
    spread,
)
from shared.eventstore.port import Head
from tests.eventstore.contract import event, snapshot

texts = st.text(st.characters(exclude_categories=["Cs"]))


@given(texts, st.integers(1, 20_000))
def test_a_spread_text_is_gathered_again(seed, times):
    text = seed * (times // (len(seed) or 1) + 1)
    pieces = spread("text", text)
    assert gather("text", pieces) == text
    assert all(len(piece.encode("utf-16-le")) <= 64_000 for piece in pieces.values())


def test_rows_sort_by_version_and_the_head_comes_last():
    keys = [row_key(9), row_key(10), row_key(2_000_000_000), "head"]
    assert keys == sorted(keys)


def test_a_tip_within_its_limits_stays_whole():
    events = [event(Head("s"), offset) for offset in range(1, TIP_EVENTS + 1)]
    assert split_tip(events) == ([], events)


def test_a_tip_of_too_many_events_keeps_the_newest():
    events = [event(Head("s"), offset) for offset in range(1, TIP_EVENTS + 2)]
    moved, kept = split_tip(events)
    assert moved + kept == events
    assert len(kept) == KEPT_EVENTS


def test_one_event_longer_than_a_tip_gets_a_row_of_its_own():
    events = [event(Head("s"), text="x" * TIP_CHARACTERS)]
    assert split_tip(events) == (events, [])


def test_a_head_row_is_what_it_was_on_the_first_day():
    happened = dataclasses.replace(event(Head("order-1"), sku="MUG"), event_id="e1")
    row = head_entity("order-1", 1, snapshot(status="accepted"), [happened])
    assert row == {
        "PartitionKey": "order-1",
        "RowKey": "head",
        "version": 1,
        "shape": "shape-1",
        "state0": '{"status":"accepted"}',
        "tip0": '[{"eventId":"e1","type":"Happened","schemaVersion":1,"version":1,'
        '"occurredAt":"2026-11-23T09:00:00.123Z","recordedAt":"2026-11-23T09:00:00.123Z",'
        '"correlationId":"cid","causationId":"test","actor":"tester","data":{"sku":"MUG"}}]',
    }
    assert head_of(row, "tag") == Head(
        "order-1", 1, snapshot(status="accepted"), "tag", (happened,)
    )


def test_an_event_row_is_read_back():
    happened = event(Head("order-1"), sku="MUG")
    assert event_of(event_entity(happened)) == happened
