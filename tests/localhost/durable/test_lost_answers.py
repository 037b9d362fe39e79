"""The store does what it was asked and its answer is lost; nothing is forgotten, nobody waits."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from localhost.durable.engine import NewInstance
from localhost.durable.memory_hub import MemoryTaskHub
from localhost.durable.taskhub import InstanceExists
from localhost.tables import TableError
from tests.localhost.durable.scene import Scene


class Forgetful(MemoryTaskHub):
    """A store that does its work and loses some answers, or takes its time over one load."""

    def __init__(self, **loses: int) -> None:
        """``create=2``: the answer to the second creation is lost."""
        super().__init__()
        self._loses, self._asked = loses, Counter[str]()
        self.during_load: Callable[[], Awaitable[None]] | None = None

    async def _told(self, name: str, work: Awaitable[Any]) -> Any:
        self._asked[name] += 1
        answer = await work
        if self._asked[name] == self._loses.get(name):
            raise ConnectionError("lost answer")
        return answer

    async def create(self, instance, start):
        return await self._told("create", super().create(instance, start))

    async def enqueue(self, instance_id, message):
        return await self._told("enqueue", super().enqueue(instance_id, message))

    async def checkpoint(self, checkpoint):
        return await self._told("checkpoint", super().checkpoint(checkpoint))

    async def load(self, instance_id):
        stored = await super().load(instance_id)
        if self.during_load is not None:
            during, self.during_load = self.during_load, None
            await during()
        return stored


def label(context):
    text = yield context.call_activity("Echo", context.get_input())
    return f"[{text}]"


def wait(context):
    value = yield context.wait_for_external_event("Go")
    return f"gone: {value}"


ECHO = {"Echo": lambda value: value}
BOX = NewInstance("Label", "one", '"\\"box\\""')


async def quiet(stage: Scene) -> None:
    """Let time pass, second by second, until nothing runs or waits for the store any more."""
    async with asyncio.timeout(20):
        while running := stage.engine._running():
            await asyncio.wait(running, timeout=0.005)
            stage.clock.advance(1)


async def test_a_start_whose_answer_was_lost_lives_once_it_is_asked_for_again(scene):
    stage = scene({"Label": label}, ECHO, hub=Forgetful(create=1))
    with pytest.raises(ConnectionError):
        await stage.engine.start_new(BOX)
    with pytest.raises(InstanceExists):
        await stage.engine.start_new(BOX)
    await stage.engine.settle()
    assert await stage.outcome() == ("Completed", "[box]")


async def test_a_start_whose_answer_was_lost_lives_once_anybody_speaks_to_it(scene):
    stage = scene({"Label": label}, ECHO, hub=Forgetful(create=1, enqueue=1))
    for ask in (stage.engine.start_new(BOX), stage.engine.raise_event("one", "Go", "1")):
        with pytest.raises(ConnectionError):
            await ask
    await stage.engine.settle()
    assert await stage.outcome() == ("Completed", "[box]")


async def test_an_event_whose_answer_was_lost_is_heard(scene):
    stage = scene({"Wait": wait}, hub=Forgetful(enqueue=1))
    await stage.start("Wait")
    with pytest.raises(ConnectionError):
        await stage.send("Go", "first")
    await stage.engine.settle()
    assert await stage.outcome() == ("Completed", "gone: first")


async def test_an_instance_nobody_took_up_goes_on_whole_once_somebody_speaks_to_it(scene):
    def nap(context):
        yield context.create_timer(context.current_utc_datetime + timedelta(minutes=1))
        return "rested"

    stage = scene({"Nap": nap})
    await stage.start("Nap")
    await stage.engine.stop(0)
    stage.engine = stage.new_engine()  # which is not started, so it takes up nothing by itself
    await stage.send("Hello")
    await stage.pass_time(60)
    assert await stage.outcome() == ("Completed", "rested")


async def test_an_event_that_is_sent_again_because_its_answer_was_lost_does_no_harm(scene):
    def wait_twice(context):
        first = yield context.wait_for_external_event("Go")
        second = yield context.wait_for_external_event("Stop")
        return [first, second]

    stage = scene({"Wait": wait_twice}, hub=Forgetful(enqueue=1))
    await stage.start("Wait")
    with pytest.raises(ConnectionError):
        await stage.engine.raise_event("one", "Go", "1")
    await stage.send("Go", 1)
    await stage.send("Stop", 2)
    assert await stage.outcome() == ("Completed", [1, 2])


async def test_an_event_that_comes_while_an_instance_is_read_again_is_kept(scene):
    hub = Forgetful(checkpoint=1)
    stage = scene({"Wait": wait}, hub=hub)
    hub.during_load = lambda: stage.engine.raise_event("one", "Go", '"now"')
    await stage.engine.start_new(NewInstance("Wait", "one"))
    await quiet(stage)
    assert await stage.outcome() == ("Completed", "gone: now")


async def test_a_child_whose_start_lost_its_answer_lives_and_tells_its_parent(scene, caplog):
    def parent(context):
        return (yield context.call_sub_orchestrator("Label", "box", "the-child"))

    stage = scene({"Parent": parent, "Label": label}, ECHO, hub=Forgetful(create=2))
    await stage.engine.start_new(NewInstance("Parent", "one"))
    await quiet(stage)
    assert await stage.outcome() == ("Completed", "[box]")
    assert "was not started" not in caplog.text


@pytest.mark.parametrize("lost", range(1, 5))
async def test_a_new_generation_whose_start_lost_its_answer_runs_its_own_tasks(scene, lost):
    def over_and_over(context):
        generation = context.get_input()
        if generation == 3:
            return (yield context.call_activity("Echo", "done"))
        patience = context.create_timer(context.current_utc_datetime + timedelta(days=1))
        go = context.wait_for_external_event(f"Go{generation}")
        yield context.task_any([patience, go])
        patience.cancel()  # its alarm stays, under the number of the next generation's task
        context.continue_as_new(generation + 1)

    stage = scene({"Over": over_and_over}, ECHO, hub=Forgetful(checkpoint=lost))
    await stage.engine.start_new(NewInstance("Over", "one", '"1"'))
    await quiet(stage)
    for event in ("Go1", "Go2"):
        await stage.engine.raise_event("one", event, "null")
        await quiet(stage)
    assert await stage.outcome() == ("Completed", "done")


class Refusing(Forgetful):
    """One that moreover refuses what it should not, a few times."""

    refusals = 0

    def _refuse_a_few(self) -> None:
        if self.refusals:
            self.refusals -= 1
            raise TableError(403, "AuthenticationFailed", "the clock jumped")

    async def checkpoint(self, checkpoint):
        self._refuse_a_few()
        return await super().checkpoint(checkpoint)

    async def load(self, instance_id):
        self._refuse_a_few()
        return await super().load(instance_id)


async def test_a_store_that_refuses_everything_for_a_while_stops_nothing_for_good(scene):
    hub = Refusing()
    stage = scene({"Label": label}, ECHO, hub=hub)
    await stage.engine.start_new(BOX)
    hub.refusals = 5
    await quiet(stage)
    assert await stage.outcome() == ("Completed", "[box]")


async def test_an_event_whose_answer_was_lost_is_heard_though_the_store_refuses_to_be_read(scene):
    hub = Refusing(enqueue=1)
    stage = scene({"Wait": wait}, hub=hub)
    await stage.start("Wait")
    hub.refusals = 3
    with pytest.raises(ConnectionError):
        await stage.engine.raise_event("one", "Go", '"late"')
    await quiet(stage)
    assert await stage.outcome() == ("Completed", "gone: late")
