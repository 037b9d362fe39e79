"""The bulk re-drive on the real engine: paced, patient, and the same after a restart."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from localhost.clock import ManualClock
from orchestrations import redrive_dead_letters as process
from orchestrations.activities.dead_letters import activities_of
from orchestrations.redrive_messages import (
    COUNT_REDRIVEN,
    REDRIVE_DEAD_LETTERS,
    REDRIVE_PAGE,
    RedriveDeadLetters,
)
from shared.application.dead_letters import Status
from shared.eventstore.port import StoreUnavailable
from shared.plain import to_plain
from tests.application.memory import Memory
from tests.dead_letters.scene import Diary, Scene
from tests.given import NOW
from tests.localhost.durable.scene import Scene as Stage
from tests.orchestrations.stage import HostClock, own

TASK = "redrive-1"


class Deaf(Diary):
    """An owner that can be told nothing of one text."""

    async def redriven(self, text):
        if text == "text 1":
            raise ZeroDivisionError
        await super().redriven(text)


class Bulk:
    """The process on a stage, over a desk whose clock is the stage's."""

    def __init__(self, diary: Diary | None = None) -> None:
        self.clock = ManualClock(NOW)
        self.desk = Scene(Memory(clock=HostClock(self.clock)), diary or Diary())
        self.down_for = 0
        self.asked_at: list[Any] = []
        activities = activities_of(self.desk.redrives)

        async def page(value: Any) -> Any:
            self.asked_at.append(self.clock.now())
            self.down_for -= 1
            if self.down_for >= 0:
                raise StoreUnavailable("down")
            return await activities[REDRIVE_PAGE](value)

        async def count(value: Any) -> Any:
            return await activities[COUNT_REDRIVEN](value)

        functions = {REDRIVE_PAGE: page, COUNT_REDRIVEN: count}
        played = own(process.redrive_dead_letters)
        self.stage = Stage({REDRIVE_DEAD_LETTERS: played}, functions, clock=self.clock)

    async def file(self, letters: int) -> None:
        for number in range(letters):
            await self.desk.file(f"text {number}", f"m-{number}")

    async def start(self) -> None:
        before = self.clock.now() + timedelta(milliseconds=1)
        given = to_plain(RedriveDeadLetters(before, "ops"))
        await self.stage.start(REDRIVE_DEAD_LETTERS, given, TASK)


@pytest.fixture
def bulk() -> Iterator[Bulk]:
    made = Bulk()
    yield made
    made.stage.close()


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "PAGE", 2)
    monkeypatch.setattr(process, "PAGES", 3)


async def test_every_letter_is_sent_and_no_more_than_fifty_a_second(bulk):
    await bulk.file(120)
    await bulk.start()
    assert len(bulk.desk.sent) == process.PAGE == 50
    await bulk.stage.pass_time(0.9)
    assert len(bulk.desk.sent) == 50
    await bulk.stage.pass_time(2)
    assert sorted(bulk.desk.sent) == sorted(f"text {number}" for number in range(120))
    told = {"redriven": 120, "left": 0, "failed": 0}
    assert await bulk.stage.outcome(TASK) == ("Completed", told)


async def test_a_long_one_begins_anew_so_that_its_history_stays_short(bulk, small_pages):
    await bulk.file(20)
    await bulk.start()
    await bulk.stage.pass_time(30)
    told = {"redriven": 20, "left": 0, "failed": 0}
    assert await bulk.stage.outcome(TASK) == ("Completed", told)
    assert (await bulk.stage.story(TASK)).count("TS#") <= process.PAGES + 1


async def test_it_waits_for_a_storage_that_is_down(bulk):
    await bulk.file(3)
    bulk.down_for = 3
    await bulk.start()
    assert bulk.desk.sent == []
    await bulk.stage.pass_time(10)
    assert len(bulk.desk.sent) == 3
    waits = [(at - NOW).total_seconds() for at in bulk.asked_at]
    assert waits == [0, 1, 3, 7]


async def test_it_gives_up_when_patience_ends_and_says_so(bulk, monkeypatch):
    monkeypatch.setattr(process, "PATIENCE", timedelta(hours=1))
    await bulk.file(1)
    bulk.down_for = 10_000
    await bulk.start()
    await bulk.stage.pass_time(timedelta(hours=2).total_seconds())
    status, output = await bulk.stage.outcome(TASK)
    assert status == "Failed"
    assert "RedriveIncomplete" in output
    assert await bulk.desk.listed(status=Status.WAITING) == ["m-0"]


async def test_what_could_not_be_sent_is_not_told_as_a_success():
    bulk = Bulk(Deaf())
    try:
        await bulk.file(3)
        await bulk.start()
        status, output = await bulk.stage.outcome(TASK)
        assert (status, sorted(bulk.desk.sent)) == ("Failed", ["text 0", "text 2"])
        assert "RedriveIncomplete: 1 letters could not be sent" in output
    finally:
        bulk.stage.close()


async def test_a_host_that_dies_between_two_pages_goes_on(bulk, small_pages):
    await bulk.file(7)
    await bulk.start()
    bulk.stage.engine = bulk.stage.new_engine()
    await bulk.stage.engine.start()
    await bulk.stage.pass_time(30)
    assert sorted(bulk.desk.sent) == [f"text {number}" for number in range(7)]
    assert (await bulk.stage.outcome(TASK))[1]["redriven"] == 7
