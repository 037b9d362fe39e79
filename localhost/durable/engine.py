"""The engine: it keeps unfinished instances alive, runs their activities, and takes orders."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, replace
from typing import Any, TypeVar
from weakref import WeakValueDictionary

from localhost.clock import Clock
from localhost.durable import history
from localhost.durable.activities import Activities
from localhost.durable.episode import EpisodeRunner
from localhost.durable.functions import Functions
from localhost.durable.history import Event, RuntimeStatus
from localhost.durable.live import Live
from localhost.durable.patience import patiently
from localhost.durable.taskhub import (
    Instance,
    InstanceExists,
    Message,
    Parent,
    Query,
    TaskHub,
)
from localhost.tracing import Trace

LOADS_AT_ONCE = 16

T = TypeVar("T")
log = logging.getLogger("localhost.durable")


class NoInstance(Exception):
    """There is no instance with this id."""


class Gone(Exception):
    """The instance is finished and takes no more messages."""


class NotFinished(Exception):
    """Only a finished instance can be purged."""

    def __init__(self, instance: Instance) -> None:
        super().__init__(
            "Only orchestrations in a terminal state can be purged, but the orchestration with "
            f"instance ID {instance.instance_id} has status {instance.status.name}"
        )


@dataclass(frozen=True, slots=True)
class Limits:
    """How much runs at once; the host's default is 10 activities a core (host-durable 10.3)."""

    activities: int = 20


@dataclass(frozen=True, slots=True)
class NewInstance:
    """An order to start: ``body`` is the input as JSON text."""

    name: str
    instance_id: str
    body: str | None = None
    version: str = ""
    parent: Parent | None = None
    trace: Trace | None = None


class Engine:
    """Everything durable in one process. Call ``start`` before, ``stop`` after use."""

    def __init__(
        self,
        hub: TaskHub,
        functions: Functions,
        clock: Clock,
        new_id: Callable[[], str],
        limits: Limits | None = None,
    ) -> None:
        """``new_id`` makes execution ids: 32 hexadecimal digits."""
        self.hub, self.functions, self.clock, self.new_id = hub, functions, clock, new_id
        self.runner = EpisodeRunner(functions, clock, new_id)
        self._activities = Activities(functions, clock, (limits or Limits()).activities)
        self._lives: dict[str, Live] = {}
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> int:
        """Take up every unfinished instance; return how many there are."""
        gate = asyncio.Semaphore(LOADS_AT_ONCE)

        async def take_up(instance_id: str) -> None:
            async with gate:
                await self._load(instance_id)

        await asyncio.gather(*(take_up(instance_id) for instance_id in await self.hub.active()))
        for live in list(self._lives.values()):
            live.resume()
        return len(self._lives)

    async def stop(self, grace: float) -> None:
        """Give running work ``grace`` seconds, then leave the rest to the next start."""
        self._activities.stopping = True
        try:
            async with asyncio.timeout(grace):
                await self.settle()
        except TimeoutError:
            late = self._running()
            log.warning("%s pieces of work go on after the next start", len(late))
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        for live in self._lives.values():
            live.put_away()

    async def settle(self) -> None:
        """Wait until nothing runs: what is left waits for the clock or the world."""
        while running := self._running():
            await asyncio.wait(running)

    def live(self, instance_id: str) -> Live | None:
        """Return an unfinished instance, None once it is over or was never there."""
        return self._lives.get(instance_id)

    def _running(self) -> set[asyncio.Task[None]]:
        living = {live.task for live in self._lives.values() if live.task is not None}
        return living | self._tasks

    # ---- what clients ask ------------------------------------------------------------------

    async def start_new(self, new: NewInstance) -> Instance:
        """Store a new instance and let it live; it is safe once this returns.

        Raises:
            InstanceExists: the id is taken by an unfinished instance.
        """
        now = self.clock.now()
        instance = Instance(
            instance_id=new.instance_id,
            execution_id=self.new_id(),
            name=new.name,
            version=new.version,
            body=new.body,
            status=RuntimeStatus.Pending,
            created_at=now,
            updated_at=now,
            parent=new.parent,
            trace=new.trace,
        )
        started = history.execution_started(
            now,
            new.name,
            new.instance_id,
            instance.execution_id,
            body=new.body,
            Version=new.version,
            ParentInstance=_parent_fields(new.parent),
            ParentTraceContext=new.trace.document() if new.trace else None,
        )
        async with self._lock(new.instance_id):
            if (live := self._lives.get(new.instance_id)) is not None:
                raise InstanceExists(new.instance_id, live.instance.status)
            try:
                live = Live(await self.hub.create(instance, Message(started)), self)
            except InstanceExists:
                # Perhaps our own, whose answer was lost: stored and alive nowhere.
                if (found := await self._load(new.instance_id)) is not None:
                    found.resume()
                raise
            self._lives[new.instance_id] = live
        live.resume()
        return instance

    async def raise_event(self, instance_id: str, name: str, body: str | None) -> None:
        """Store an external event for an instance. Raises NoInstance, Gone."""
        await self._tell(instance_id, history.event_raised(self.clock.now(), name, body))

    async def terminate(self, instance_id: str, reason: str | None) -> None:
        """Store the order to end an instance. Raises NoInstance, Gone."""
        await self._tell(instance_id, history.execution_terminated(self.clock.now(), reason))

    async def suspend(self, instance_id: str, reason: str | None) -> None:
        """Store the order to hold an instance. Raises NoInstance, Gone."""
        await self._tell(instance_id, history.execution_suspended(self.clock.now(), reason))

    async def resume(self, instance_id: str, reason: str | None) -> None:
        """Store the order to let an instance go on. Raises NoInstance, Gone."""
        await self._tell(instance_id, history.execution_resumed(self.clock.now(), reason))

    async def purge(self, instance_id: str) -> None:
        """Delete a finished instance. Raises NoInstance, NotFinished."""
        async with self._lock(instance_id):
            instance = await self.hub.read(instance_id)
            if instance is None:
                raise NoInstance(instance_id)
            if not instance.status.is_terminal:
                raise NotFinished(instance)
            await self.hub.purge(instance_id)

    async def purge_all(self, query: Query) -> int:
        """Delete the finished instances that a query wants; return how many."""
        query, purged = replace(query, statuses=_finished(query.statuses), token=""), 0
        while True:
            page = await self.hub.list(query)
            for instance in page.instances:
                purged += await self._purge_finished(instance.instance_id)
            if not page.token:
                return purged
            query = replace(query, token=page.token)

    async def _purge_finished(self, instance_id: str) -> int:
        try:
            await self.purge(instance_id)
        except (NoInstance, NotFinished):  # purged or started again since it was listed
            return 0
        return 1

    async def restart(self, instance_id: str, *, new_id: bool) -> Instance:
        """Start an instance again with the name and input it had.

        Raises:
            NoInstance: there is none.
            InstanceExists: it is not finished.
        """
        old = await self.hub.read(instance_id)
        if old is None:
            raise NoInstance(instance_id)
        if not old.status.is_terminal:
            raise InstanceExists(instance_id, old.status)
        again = self.new_id() if new_id else instance_id
        return await self.start_new(NewInstance(old.name, again, old.body, old.version))

    async def _tell(self, instance_id: str, event: Event) -> None:
        async with self._lock(instance_id):
            live = self._lives.get(instance_id)
            if live is None and (live := await self._load(instance_id)) is not None:
                live.resume()
            if live is None:
                instance = await self.hub.read(instance_id)
                raise NoInstance(instance_id) if instance is None else Gone(instance_id)
            if live.instance.status.is_terminal:
                raise Gone(instance_id)
            try:
                message = await self.hub.enqueue(instance_id, Message(event))
            except ConnectionError:
                live.doubt()  # perhaps stored: then the instance hears it, though we cannot say so
                raise
        live.post(message)

    def _lock(self, instance_id: str) -> asyncio.Lock:
        return self._locks.setdefault(instance_id, asyncio.Lock())

    async def _load(self, instance_id: str) -> Live | None:
        stored = await self.hub.load(instance_id)
        if stored is None:
            await self.hub.retire(instance_id)
            return None
        live = Live(stored, self)
        if stored.instance.status.is_terminal:
            await self._take_leave(live)
            return None
        self._lives[instance_id] = live
        return live

    # ---- what instances ask ----------------------------------------------------------------

    def run_activity(self, live: Live, scheduled: Event, body: str | None) -> None:
        """Run an activity in the background and give its end to the instance."""
        self._spawn(self._activity(live, scheduled, body))

    async def _activity(self, live: Live, scheduled: Event, body: str | None) -> None:
        execution_id = live.instance.execution_id
        end = await self._activities.run(scheduled, body, live.instance.trace)
        if end is not None:
            live.answer(scheduled["EventId"], end, execution_id)

    def start_child(self, live: Live, created: Event, body: str | None) -> None:
        """Make sure a child runs, or tell its parent how it ended."""
        self._spawn(self._child(live, created, body))

    async def _child(self, live: Live, created: Event, body: str | None) -> None:
        task_id, execution_id = created["EventId"], live.instance.execution_id
        parent = Parent(live.instance.instance_id, execution_id, live.instance.name, task_id)
        child = await self._patiently(lambda: self.hub.read(created["InstanceId"]))
        if child is not None and child.parent == parent:
            if child.status.is_terminal:
                live.answer(task_id, self._end_of(child, task_id), execution_id)
            return
        try:
            trace = live.instance.trace.below() if live.instance.trace else None
            new = NewInstance(
                created["Name"], created["InstanceId"], body, parent=parent, trace=trace
            )
            await self._patiently(lambda: self.start_new(new))
        except InstanceExists as error:
            found = await self._patiently(lambda: self.hub.read(created["InstanceId"]))
            if found is not None and found.parent == parent:
                return  # ours, and its answer was lost
            # The real host drops the start and the parent waits for ever (host-durable 3.10).
            log.warning("The child %s was not started: %s", created["InstanceId"], error)

    async def finished(self, live: Live) -> None:
        """Take leave of a finished instance: its parent learns of it, the active list forgets."""
        async with self._lock(live.instance.instance_id):
            self._lives.pop(live.instance.instance_id, None)
            await self._take_leave(live)

    async def _take_leave(self, live: Live) -> None:
        parent = live.instance.parent
        if parent is not None and (waiting := self._lives.get(parent.instance_id)) is not None:
            end = self._end_of(live.instance, parent.task_id)
            waiting.answer(parent.task_id, end, parent.execution_id)
        # A parent that is not resident finds the finished child when it is taken up.
        await self._patiently(lambda: self.hub.retire(live.instance.instance_id))

    async def _patiently(self, call: Callable[[], Awaitable[T]]) -> T:
        return await patiently(self.clock, "The engine", call)

    def _end_of(self, child: Instance, task_id: int) -> Event:
        if child.status is RuntimeStatus.Completed:
            return history.sub_orchestration_completed(child.updated_at, task_id, child.output)
        return history.sub_orchestration_failed(child.updated_at, task_id, child.output or "")

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _finished(statuses: frozenset[RuntimeStatus]) -> frozenset[RuntimeStatus]:
    finished = frozenset(status for status in RuntimeStatus if status.is_terminal)
    return statuses & finished or finished


def _parent_fields(parent: Parent | None) -> dict[str, Any] | None:
    if parent is None:
        return None
    return {
        "Name": parent.name,
        "OrchestrationInstance": {
            "InstanceId": parent.instance_id,
            "ExecutionId": parent.execution_id,
        },
        "TaskScheduleId": parent.task_id,
        "Version": "",
    }
