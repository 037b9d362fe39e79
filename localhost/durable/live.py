"""One unfinished instance, resident: takes its messages and lives its episodes one at a time."""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import Protocol, TypeVar

from localhost.clock import Alarm, Clock
from localhost.durable import history
from localhost.durable.episode import Episode, EpisodeRunner
from localhost.durable.history import Event, EventType, RuntimeStatus
from localhost.durable.patience import patiently, pause
from localhost.durable.taskhub import (
    Checkpoint,
    LostRace,
    Message,
    PayloadTooLarge,
    Stored,
    TaskHub,
)
from localhost.durable.trigger import Transcript

MAX_STORED = 90
"""Inbox messages one episode takes: each is a delete in a transaction of 100 operations."""

PAUSE = 5
"""Seconds after an error nobody foresaw."""

T = TypeVar("T")
log = logging.getLogger("localhost.durable")


class Surroundings(Protocol):
    """What an instance needs of the engine."""

    hub: TaskHub
    runner: EpisodeRunner
    clock: Clock

    def run_activity(self, live: "Live", scheduled: Event, body: str | None) -> None:
        """Run an activity in the background and give its end to ``live.answer``."""

    def start_child(self, live: "Live", created: Event, body: str | None) -> None:
        """Make sure a child runs, or give its end to ``live.answer`` when it has run."""

    async def finished(self, live: "Live") -> None:
        """Take leave of a finished instance."""


class Live:
    """The instance's state as last stored, and what is to be done about it."""

    def __init__(self, stored: Stored, around: Surroundings) -> None:
        self._around = around
        self._messages: deque[Message] = deque()
        self._alarms: dict[int, Alarm] = {}
        self._in_flight: set[int] = set()
        self._is_in_doubt = False
        self.task: asyncio.Task[None] | None = None
        self._adopt(stored)

    def _adopt(self, stored: Stored) -> None:
        self.instance, self._etag = stored.instance, stored.etag
        self._transcript = Transcript(stored.history)
        self._bodies: dict[int, str | None] = dict(stored.outbox)
        self._messages.extend(stored.inbox)

    def resume(self) -> None:
        """Take up what the history says was asked and not yet answered, and the inbox."""
        self._dispatch(self._unanswered())
        self._wake()

    def post(self, message: Message) -> None:
        """Hand over a message; the instance lives an episode as soon as it can."""
        self._messages.append(message)
        self._wake()

    def doubt(self) -> None:
        """Say that the store may hold a message nobody handed over: it is read again."""
        self._is_in_doubt = True
        self._wake()

    def answer(self, task_id: int, event: Event, execution_id: str) -> None:
        """Hand over the end of an activity, child or timer."""
        if execution_id == self.instance.execution_id:
            self._in_flight.discard(task_id)
            self.post(Message(event, execution_id=execution_id))

    def put_away(self) -> None:
        """Call off the alarms; the history still knows them."""
        for alarm in self._alarms.values():
            alarm.cancel()
        self._alarms.clear()

    def _wake(self) -> None:
        if self.task is None and self._has_work():
            self.task = asyncio.get_running_loop().create_task(self._live())

    def _has_work(self) -> bool:
        heard = bool(self._messages) or self._is_in_doubt
        return heard and not self.instance.status.is_terminal

    async def _live(self) -> None:
        try:
            while self._has_work():
                await self._episode()
            if self.instance.status.is_terminal:
                self.put_away()
                await self._around.finished(self)
        except Exception:
            log.exception("The instance %s stopped: a bug in the host", self.instance.instance_id)
        finally:
            self.task = None

    async def _episode(self) -> None:
        batch: list[Message] = []
        try:
            if self._is_in_doubt:
                self._is_in_doubt = False
                await self._reload(())
            if batch := self._take():
                events = [message.event for message in batch]
                episode = await self._around.runner.run(self.instance, self._transcript, events)
                await self._store(episode, batch)
        except Exception:  # whatever the store said: nothing of the batch may be lost
            log.exception("%s goes on from what is stored", self.instance.instance_id)
            self._messages.extendleft(reversed(batch))
            self._is_in_doubt = True
            await pause(self._around.clock, PAUSE)

    def _take(self) -> list[Message]:
        current = self.instance.execution_id
        batch: list[Message] = []
        stored = 0
        while self._messages and stored < MAX_STORED:
            message = self._messages.popleft()
            stored += message.key is not None
            if message.execution_id in (None, current):
                batch.append(message)
        return batch

    async def _store(self, episode: Episode, batch: Sequence[Message]) -> None:
        checkpoint = Checkpoint(
            episode.instance,
            self._etag,
            episode.events,
            episode.decision.bodies,
            [message.key for message in batch if message.key is not None],
            fresh=episode.fresh,
        )
        try:
            etag = await self._patiently(lambda: self._around.hub.checkpoint(checkpoint))
        except LostRace:
            await self._reload(batch)
        except PayloadTooLarge as error:
            await self._store(self._around.runner.fail(episode, str(error)), batch)
        else:
            self._apply(episode, etag)

    def _apply(self, episode: Episode, etag: str) -> None:
        if episode.fresh:
            self.put_away()
            self._in_flight.clear()
            self._transcript, self._bodies = Transcript(), {}
        self.instance, self._etag = episode.instance, etag
        self._transcript.extend(episode.events)
        self._bodies.update(episode.decision.bodies)
        # Even an ending instance sends what it asked for in its last breath (host-durable 3.5).
        self._dispatch({row["EventId"]: row for row in episode.decision.rows})

    async def _reload(self, batch: Sequence[Message]) -> None:
        """Start again from what is stored; keep what only memory knows and the history does not.

        This happens when the answer to a checkpoint was lost, or when somebody else wrote.
        """
        instance_id, execution_id = self.instance.instance_id, self.instance.execution_id
        known = (*batch, *self._messages)
        self._messages.clear()
        try:
            stored = await self._patiently(lambda: self._around.hub.load(instance_id))
        except Exception:
            self._messages.extendleft(reversed(known))
            raise
        if stored is None:  # purged under our feet
            self.instance = replace(self.instance, status=RuntimeStatus.Terminated)
            return
        seen = {message.key for message in stored.inbox}
        meanwhile = [m for m in self._messages if m.key is None or m.key not in seen]
        unstored = [message for message in (*known, *meanwhile) if message.key is None]
        self._messages.clear()
        self._adopt(stored)
        # Stored after the load looked: the inbox it saw cannot have it.
        self._messages.extend(message for message in meanwhile if message.key is not None)
        if stored.instance.execution_id != execution_id:
            self.put_away()
            self._in_flight.clear()
        missing = self._unanswered()
        for message in unstored:
            if missing.pop(_answers(message.event), None) is not None:
                self._messages.append(message)
        self._dispatch({key: row for key, row in missing.items() if key not in self._in_flight})

    async def _patiently(self, call: Callable[[], Awaitable[T]]) -> T:
        return await patiently(self._around.clock, self.instance.instance_id, call)

    def _unanswered(self) -> dict[int, Event]:
        asked: dict[int, Event] = {}
        for event in self._transcript.events:
            if event["EventType"] in _ASKING:
                asked[event["EventId"]] = event
            else:
                asked.pop(_answers(event), None)
        return asked

    def _dispatch(self, rows: Mapping[int, Event]) -> None:
        for task_id, row in rows.items():
            match EventType(row["EventType"]):
                case EventType.TaskScheduled:
                    self._in_flight.add(task_id)
                    self._around.run_activity(self, row, self._bodies.get(task_id))
                case EventType.SubOrchestrationInstanceCreated:
                    self._in_flight.add(task_id)
                    self._around.start_child(self, row, self._bodies.get(task_id))
                case EventType.TimerCreated if not self.instance.status.is_terminal:
                    self._in_flight.add(task_id)
                    self._set_alarm(task_id, row)
                case _:
                    pass  # an ending asks for nothing

    def _set_alarm(self, task_id: int, created: Event) -> None:
        execution_id = self.instance.execution_id

        def ring() -> None:
            self._alarms.pop(task_id, None)
            self.answer(task_id, history.timer_fired(created), execution_id)

        due = history.moment(created["FireAt"])
        self._alarms[task_id] = self._around.clock.call_at(due, ring)


_ASKING = frozenset(
    {
        EventType.TaskScheduled,
        EventType.TimerCreated,
        EventType.SubOrchestrationInstanceCreated,
    }
)


def _answers(event: Event) -> int:
    """Return the id of the task whose end the event tells, or a number no task has."""
    task_id: int = event.get("TaskScheduledId", event.get("TimerId", -1))
    return task_id
