"""Orders that run while we deploy go on: recorded histories ask today's processes for the same."""

import json
from pathlib import Path

import pytest

from blueprints.fulfilment import PROCESSES, START_LATE_CONFIRMATION, activities_of
from localhost.durable.functions import Functions
from orchestrations import fulfil_order
from orchestrations.messages import PROCESS_VERSION
from tests.application.memory import Memory
from tests.localhost.durable.scene import functions_of
from tests.orchestrations.record import histories_of
from tests.orchestrations.recorded import FOLDER, Recorded
from tests.orchestrations.stage import own
from tests.orchestrations.stories import STORIES

FILES = sorted(FOLDER.glob("v*/*.json"))
ACTIVITIES = {*activities_of(Memory().wiring), START_LATE_CONFIRMATION}


@pytest.fixture
def todays():
    """Today's processes; their activities have answered long ago."""
    functions, invoker = functions_of(
        {name: own(process) for name, process in PROCESSES.items()},
        {name: unreachable() for name in ACTIVITIES},
    )
    yield functions
    invoker.close()


def unreachable():
    def activity(value):
        raise AssertionError(value)

    return activity


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
async def test_a_recorded_instance_would_go_the_same_way_today(todays: Functions, path: Path):
    assert await Recorded.read(path).differences(todays) == []


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
async def test_the_present_version_has_recorded_every_story(story):
    for file in await histories_of(story):
        path = FOLDER / f"v{PROCESS_VERSION}" / file
        assert path.exists(), "python -m tests.orchestrations.record"


def test_every_activity_was_called_in_some_history():
    called = {
        event["Name"]
        for path in FILES
        for event in json.loads(path.read_text(encoding="utf-8"))["history"]
        if event["EventType"] == 4
    }
    assert called == ACTIVITIES


async def test_a_change_that_would_break_running_orders_names_the_step(todays, monkeypatch):
    monkeypatch.setattr(fulfil_order, "PAY", fulfil_order.SHIP)
    recorded = Recorded.read(FOLDER / "v1" / "a-good-order.FulfilOrder.json")
    first, *_ = await recorded.differences(todays)
    assert "recorded ['TaskScheduled 2 ProcessPayment']" in first
    assert "today ['TaskScheduled 2 CreateShipment']" in first
    assert "change-the-process.md" in first


async def test_a_running_order_that_meets_a_changed_process_fails_with_the_steps_name(
    todays, monkeypatch
):
    monkeypatch.setattr(fulfil_order, "PAY", fulfil_order.SHIP)
    recorded = Recorded.read(FOLDER / "v1" / "a-good-order.FulfilOrder.json")
    *_, last = await recorded.differences(todays)
    assert "Non-Deterministic workflow detected" in last
    assert "'ProcessPayment'" in last
