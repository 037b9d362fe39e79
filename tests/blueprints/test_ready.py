"""Readiness: a line for each dependency, and how far the lists lag."""

from typing import Any

import pytest

from blueprints.ready import ReadyApi
from shared.eventstore.memory import MemoryEventStore
from shared.eventstore.port import StoreUnavailable
from shared.projections.rows import MemoryRows
from tests.application.memory import Memory
from tests.blueprints.caller import Engine


class NoStore(MemoryEventStore):
    async def head(self, *_: Any):
        raise StoreUnavailable


class NoRows(MemoryRows):
    async def page(self, *_: Any):
        raise StoreUnavailable


async def test_when_all_is_well_every_line_says_so():
    well, document = await ReadyApi(Memory().wiring).ask(Engine())
    assert (well, document["status"]) == (True, "ready")
    lines = [(line["name"], line["status"]) for line in document["dependencies"]]
    assert lines == [("eventStore", "ok"), ("readModels", "ok"), ("workflow", "ok")]
    assert all(line["latencyMs"] >= 0 for line in document["dependencies"])
    assert document["projectionLag"] == {"waiting": 0, "oldest": None}


async def test_a_marker_is_lag():
    wiring = Memory().wiring
    await wiring.read_models.backlog.add("product-MUG")
    _, document = await ReadyApi(wiring).ask(Engine())
    assert document["projectionLag"] == {"waiting": 1, "oldest": "2026-11-23T09:00:00.000Z"}


@pytest.mark.parametrize(
    ("memory", "engine", "down"),
    [
        (Memory(store=NoStore()), Engine(), "eventStore"),
        (Memory(rows=NoRows()), Engine(), "readModels"),
        (Memory(), Engine(fault=Exception("no engine")), "workflow"),
    ],
    ids=["store", "rows", "engine"],
)
async def test_one_that_is_down_makes_the_app_not_ready(memory, engine, down):
    well, document = await ReadyApi(memory.wiring).ask(engine)
    assert (well, document["status"]) == (False, "not_ready")
    assert [each["name"] for each in document["dependencies"] if each["status"] == "down"] == [down]
