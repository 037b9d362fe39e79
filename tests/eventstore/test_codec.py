"""Stored names and forms stay readable for ever; unknown ones fail loudly."""

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

import pytest

from shared.application.aggregates import ORDER, Cause
from shared.domain.order.state import OrderStatus
from shared.domain.order.values import Outcome
from shared.eventstore.codec import CODEC, Codec, UnknownEvent
from shared.eventstore.port import Head, Snapshot
from shared.plain import shape
from tests.application.memory import Memory
from tests.domain import scenes as the
from tests.eventstore.contract import event

# One line for every version of every event that was ever written. Add lines, never change one.
GOLDEN = json.loads(Path(__file__).with_name("golden.json").read_text(encoding="utf-8"))
# The form (shared/plain.py, shape) of every event at its version, deep: it catches what a golden
# line cannot, such as a field that may be missing now.
SHAPES = json.loads(Path(__file__).with_name("shapes.json").read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True)
class Renamed:
    title: str


@pytest.mark.parametrize(
    "stored", GOLDEN, ids=lambda stored: f"{stored['type']}-{stored['schemaVersion']}"
)
def test_every_event_ever_written_can_still_be_read(stored):
    event = CODEC.decode(stored["type"], stored["schemaVersion"], stored["data"])
    assert CODEC.encode(event)[0] == stored["type"]


@pytest.mark.parametrize(
    "stored", GOLDEN, ids=lambda stored: f"{stored['type']}-{stored['schemaVersion']}"
)
def test_the_present_version_is_still_written_so(stored):
    event = CODEC.decode(stored["type"], stored["schemaVersion"], stored["data"])
    _, version, data = CODEC.encode(event)
    if version == stored["schemaVersion"]:
        assert data == stored["data"]


def test_every_version_of_every_name_has_a_golden_form():
    written = {(stored["type"], stored["schemaVersion"]) for stored in GOLDEN}
    wanted = {
        (name, version)
        for name, (_, present) in CODEC._table.items()
        for version in range(1, present + 1)
    }
    assert written == wanted


@pytest.mark.parametrize("name", sorted(CODEC._table))
def test_an_event_changes_its_form_only_with_its_version(name):
    kind, version = CODEC._table[name]
    form = shape(cast("Any", kind))
    known = SHAPES.get(f"{name} {version}")
    assert known == form, (
        f"{name} has another form now, and stored events keep the old one. Raise its version in"
        " codec.py, add an upcaster, a line to golden.json, and to shapes.json"
        f' "{name} {version + bool(known)}": "{form}". A new event needs the two lines only.'
    )


def test_no_form_is_forgotten():
    written = {f"{stored['type']} {stored['schemaVersion']}" for stored in GOLDEN}
    assert set(SHAPES) <= written


def test_an_old_version_is_brought_up_step_by_step():
    codec = Codec(
        {"Renamed": (Renamed, 3)},
        {
            ("Renamed", 1): lambda data: {"label": data["name"]},
            ("Renamed", 2): lambda data: {"title": data["label"]},
        },
    )
    assert codec.decode("Renamed", 1, {"name": "old"}) == Renamed("old")


@pytest.mark.parametrize(("name", "version"), [("Unheard", 1), ("Renamed", 1), ("Renamed", 9)])
def test_a_name_or_version_nobody_knows_is_refused(name, version):
    codec = Codec({"Renamed": (Renamed, 2)})
    with pytest.raises(UnknownEvent, match=name):
        codec.decode(name, version, {})


def test_an_event_without_a_name_is_refused():
    with pytest.raises(UnknownEvent, match="has no name"):
        CODEC.encode(Renamed("new"))


@pytest.mark.parametrize(
    ("stored", "why"),
    [
        ({"type": "OrderTeleported"}, "OrderTeleported version 1"),
        ({"type": "StockReserved", "schema_version": 99}, "known up to"),
        ({"type": "StockReserved", "schema_version": 0}, "no upcaster from version 0"),
        ({"type": "StockReserved", "data": {"expiresAt": "soon"}}, "StockReserved"),
        ({"type": "CompensationFailed", "data": {}}, "detail"),
    ],
)
def test_a_stored_event_that_cannot_be_read_is_named_with_its_place(stored, why):
    recorded = replace(event(Head("order-7", 4)), **stored)
    form = f"{recorded.type} version {recorded.schema_version}"
    with pytest.raises(UnknownEvent, match=f"order-7 at version 5, {form}: .*{why}"):
        CODEC.read(recorded)


async def test_a_stream_from_an_older_program_is_folded_from_its_events_by_todays_rules():
    memory = Memory()
    aggregates = memory.wiring.aggregates
    for command in (the.PLACE, the.VALIDATE, the.RESERVE, the.PAY):
        await aggregates.handle(ORDER, "order-1", command, Cause("cid", "test", "tester"))
    (old,) = [
        stored
        for stored in GOLDEN
        if (stored["type"], stored["schemaVersion"]) == ("CompensationFailed", 1)
    ]
    head = await memory.store.head("order-order-1")
    parked = replace(event(head), type=old["type"], schema_version=1, data=old["data"])
    state_then = Snapshot({"parked": "in the words of that time"}, "shape-of-that-time")
    await memory.store.append(head, [parked], state_then)
    order = (await memory.wiring.aggregates.load(ORDER, "order-1")).state
    assert order
    assert (order.status, order.outcome) == (
        OrderStatus.COMPENSATION_FAILED,
        Outcome("compensation_failed", "down"),
    )
