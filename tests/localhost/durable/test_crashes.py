"""The engine is killed at every request to its store; after the next start all goes on."""

import asyncio
from collections import Counter
from datetime import timedelta

import pytest

from localhost.durable.engine import NewInstance
from localhost.durable.history import EventType
from localhost.durable.memory_hub import MemoryTaskHub
from localhost.tables import TableError


class MortalHub(MemoryTaskHub):
    """A store whose n-th request is the process's last: nothing that comes after is done."""

    def __init__(self) -> None:
        super().__init__()
        self.requests = 0
        self.dies_at = -1
        self.does_it_first = False
        self.dead = asyncio.Event()

    def revive(self) -> None:
        self.dies_at, self.dead = -1, asyncio.Event()

    async def _request(self, call, *arguments):
        if not self.dead.is_set():
            self.requests += 1
            if self.requests != self.dies_at:
                return await call(*arguments)
            self.dead.set()
            if self.does_it_first:
                await call(*arguments)
        await asyncio.Event().wait()

    async def create(self, instance, start):
        return await self._request(super().create, instance, start)

    async def enqueue(self, instance_id, message):
        return await self._request(super().enqueue, instance_id, message)

    async def checkpoint(self, checkpoint):
        return await self._request(super().checkpoint, checkpoint)

    async def read(self, instance_id):
        return await self._request(super().read, instance_id)

    async def load(self, instance_id):
        return await self._request(super().load, instance_id)

    async def retire(self, instance_id):
        return await self._request(super().retire, instance_id)


def order(context):
    """Every kind of step: activities in sequence and in parallel, a timer, a child, an event."""
    first = yield context.call_activity("Echo", "first")
    both = yield context.task_all(
        [context.call_activity("Echo", "left"), context.call_activity("Echo", "right")]
    )
    yield context.create_timer(context.current_utc_datetime + timedelta(seconds=30))
    child = yield context.call_sub_orchestrator("Label", "box", "label-of-one")
    yield context.wait_for_external_event("Go")
    last = yield context.call_activity("Echo", "last")
    return [first, *both, child, last]


def label(context):
    text = yield context.call_activity("Echo", context.get_input())
    return f"[{text}]"


WHOLE = ["first", "left", "right", "[box]", "last"]


def counting(ran):
    def echo(value):
        ran[value] += 1
        return value

    return echo


async def live_until_dead_or_done(stage, hub):
    """Do what a client and the world do, as often as it takes: start, send the event, wait."""

    async def world():
        instance = await MemoryTaskHub.read(hub, "one")
        if instance is None:
            await stage.start("Order")
        for _ in range(4):
            await stage.pass_time(60)
        instance = await MemoryTaskHub.read(hub, "one")
        if instance is not None and not instance.status.is_terminal:
            await stage.send("Go")

    work, death = asyncio.create_task(world()), asyncio.create_task(hub.dead.wait())
    await asyncio.wait({work, death}, return_when=asyncio.FIRST_COMPLETED)
    if work.done():
        await work
    for task in (work, death):
        task.cancel()
    await asyncio.gather(work, death, return_exceptions=True)


async def requests_of_a_quiet_life(scene):
    hub = MortalHub()
    stage = scene({"Order": order, "Label": label}, {"Echo": lambda value: value}, hub=hub)
    await live_until_dead_or_done(stage, hub)
    assert await stage.outcome() == ("Completed", WHOLE)
    return hub.requests


@pytest.mark.parametrize("does_it_first", [False, True], ids=["before it", "after it"])
async def test_a_kill_at_any_request_loses_nothing_and_doubles_no_history(scene, does_it_first):
    total = await requests_of_a_quiet_life(scene)
    assert total > 10
    for fatal in range(1, total + 1):
        hub = MortalHub()
        hub.dies_at, hub.does_it_first = fatal, does_it_first
        ran: Counter[str] = Counter()
        activities = {"Echo": counting(ran)}
        stage = scene({"Order": order, "Label": label}, activities, hub=hub)
        await live_until_dead_or_done(stage, hub)
        await stage.engine.stop(0)
        hub.revive()
        stage.engine = stage.new_engine()
        await stage.engine.start()
        await stage.engine.settle()
        await live_until_dead_or_done(stage, hub)
        assert await stage.outcome() == ("Completed", WHOLE), f"killed at request {fatal}"
        await no_event_twice(hub, "one")
        await no_event_twice(hub, "label-of-one")
        assert all(times <= 2 for times in ran.values())
        assert list(await hub.active()) == []


async def no_event_twice(hub, instance_id):
    stored = await MemoryTaskHub.load(hub, instance_id)
    assert stored is not None
    numbers = [event["EventId"] for event in stored.history if event["EventId"] >= 0]
    assert numbers == list(range(len(numbers)))
    answers = Counter(
        event.get("TaskScheduledId", event.get("TimerId"))
        for event in stored.history
        if "TaskScheduledId" in event or "TimerId" in event
    )
    assert set(answers.values()) == {1}
    kinds = Counter(EventType(event["EventType"]) for event in stored.history)
    assert kinds[EventType.ExecutionStarted] == kinds[EventType.ExecutionCompleted] == 1


class FlakyHub(MemoryTaskHub):
    """A store that sometimes does not answer, having done the work or not."""

    def __init__(self, trouble) -> None:
        super().__init__()
        self._trouble = iter(trouble)

    async def checkpoint(self, checkpoint):
        mood = next(self._trouble, "fine")
        if mood == "lost request":
            raise ConnectionError(mood)
        if mood == "odd refusal":
            raise TableError(403, "AuthenticationFailed", "the clock jumped")
        etag = await super().checkpoint(checkpoint)
        if mood == "lost answer":
            raise ConnectionError(mood)
        return etag


@pytest.mark.parametrize("mood", ["lost request", "lost answer", "odd refusal"])
@pytest.mark.parametrize("at", range(9))
async def test_an_unanswered_checkpoint_is_taken_up_where_the_store_stands(scene, mood, at):
    hub = FlakyHub(["fine"] * at + [mood])
    ran: Counter[str] = Counter()
    stage = scene({"Order": order, "Label": label}, {"Echo": counting(ran)}, hub=hub)
    await stage.engine.start_new(NewInstance("Order", "one"))
    await stage.engine.raise_event("one", "Go", "null")
    async with asyncio.timeout(20):
        while not (await stage.instance()).status.is_terminal:
            stage.clock.advance(1)
            if running := stage.engine._running():
                await asyncio.wait(running, timeout=0.005)
    assert await stage.outcome() == ("Completed", WHOLE)
    await no_event_twice(hub, "one")
    assert set(ran.values()) == {1}
