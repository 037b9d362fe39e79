"""Stored names and forms stay readable for ever; unknown ones fail loudly."""

import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from shared.eventstore.codec import CODEC, Codec, UnknownEvent

# One line for every version of every event that was ever written. Add lines, never change one.
GOLDEN = json.loads(Path(__file__).with_name("golden.json").read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True)
class Renamed:
    title: str


@pytest.mark.parametrize("stored", GOLDEN, ids=lambda stored: stored["type"])
def test_every_event_ever_written_can_still_be_read(stored):
    event = CODEC.decode(stored["type"], stored["schemaVersion"], stored["data"])
    assert CODEC.encode(event)[0] == stored["type"]


@pytest.mark.parametrize("stored", GOLDEN, ids=lambda stored: stored["type"])
def test_the_present_version_is_still_written_so(stored):
    event = CODEC.decode(stored["type"], stored["schemaVersion"], stored["data"])
    _, version, data = CODEC.encode(event)
    if version == stored["schemaVersion"]:
        assert data == stored["data"]


def test_every_name_in_the_table_has_a_golden_form():
    assert set(CODEC._table) == {stored["type"] for stored in GOLDEN}


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
