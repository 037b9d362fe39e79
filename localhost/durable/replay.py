"""The pure heart of the engine: a history and the SDK's reply in, new rows and an ending out."""

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from localhost.durable import history
from localhost.durable.history import Event, EventType, RuntimeStatus
from localhost.durable.reply import Reply
from localhost.durable.script import Kind, Names, NonDeterminism, Script

MAX_CUSTOM_STATUS = 16 * 1024
"""Bytes of UTF-16 (reference/host-durable.md 3.1)."""

_ROWS = {
    EventType.TaskScheduled: Kind.Activity,
    EventType.TimerCreated: Kind.Timer,
    EventType.SubOrchestrationInstanceCreated: Kind.Child,
}

_TASK_ENDS = {
    EventType.TaskCompleted: ("TaskScheduledId", False),
    EventType.TaskFailed: ("TaskScheduledId", True),
    EventType.SubOrchestrationInstanceCompleted: ("TaskScheduledId", False),
    EventType.SubOrchestrationInstanceFailed: ("TaskScheduledId", True),
    EventType.TimerFired: ("TimerId", False),
}


@dataclass(frozen=True, slots=True)
class Decision:
    """What an episode comes to."""

    rows: tuple[Event, ...]
    """Newly asked, ascending by id, the ending last; without the episode's own marks."""
    bodies: Mapping[int, str | None]
    """Input of each new activity and child, by id: the outbox."""
    status: RuntimeStatus
    output: str | None
    custom_status: str | None
    carried: tuple[Event, ...] = ()
    """External events that go on to the next generation."""


def replay(
    past: Iterable[Event], new: Iterable[Event], reply: Reply, names: Names, now: datetime
) -> Decision:
    """Run one episode.

    Args:
        past: the generation's stored history.
        new: this episode's OrchestratorStarted and the messages that woke the instance.
        reply: what the SDK answered to ``past`` + ``new``.
        names: the functions the app has.
        now: the host's clock, for the rows' timestamps.

    Returns:
        The rows to append after ``new``, the outbox, and how the instance stands.
    """
    return _Replay(reply, names, now).run([*past, *new])


class _Replay:
    def __init__(self, reply: Reply, names: Names, now: datetime) -> None:
        self._reply, self._now = reply, now
        self._script = Script(reply, names, now)
        self._name = ""
        self._carried: list[Event] = []
        self._held: deque[Event] | None = None  # not None while suspended
        self._reason: str | None = None

    def run(self, events: list[Event]) -> Decision:
        try:
            for event in events:
                if event["EventType"] == EventType.ExecutionTerminated:
                    return self._end(RuntimeStatus.Terminated, event["Input"])
                self._process(event)
        except NonDeterminism as error:
            return self._end(RuntimeStatus.Failed, f"Non-Deterministic workflow detected: {error}")
        size = len((self._reply.custom_status or "").encode("utf-16-le"))
        if size > MAX_CUSTOM_STATUS:
            self._reply = replace(self._reply, custom_status=None)
            return self._end(RuntimeStatus.Failed, self._failed(_oversize(size)))
        if self._script.over and not self._script.open:
            return self._ending()
        status = RuntimeStatus.Running if self._held is None else RuntimeStatus.Suspended
        # The store writes a suspension's reason where the output goes (host-durable 7.3).
        return self._decide(status, self._reason)

    def _process(self, event: Event) -> None:
        kind = EventType(event["EventType"])
        if kind is EventType.ExecutionSuspended:
            self._held, self._reason = self._held or deque(), event["Reason"]
        elif kind is EventType.ExecutionResumed:
            held, self._held, self._reason = self._held or deque(), None, event["Reason"]
            for message in held:
                self._process(message)
        elif kind in _ROWS:
            self._script.match(_ROWS[kind], event)
        elif self._held is not None and (kind in _TASK_ENDS or kind is EventType.EventRaised):
            self._held.append(event)
        else:
            self._perform(kind, event)

    def _perform(self, kind: EventType, event: Event) -> None:
        if kind is EventType.OrchestratorStarted:
            self._script.begin_episode(history.moment(event["Timestamp"]))
        elif kind is EventType.ExecutionStarted:
            self._name = event["Name"]
            self._script.begin(event["OrchestrationInstance"]["ExecutionId"])
        elif kind is EventType.EventRaised:
            if not self._script.raise_event(event["Name"]):
                self._carried.append(event)
        elif kind in _TASK_ENDS:
            key, failed = _TASK_ENDS[kind]
            self._script.resolve(event[key], failed=failed)

    def _ending(self) -> Decision:
        if self._script.refusal is not None:
            return self._end(RuntimeStatus.Failed, self._failed(self._script.refusal))
        if self._reply.error is not None:
            return self._end(RuntimeStatus.Failed, self._failed(self._reply.error))
        if self._script.starts_over:
            return self._end(RuntimeStatus.ContinuedAsNew, self._script.fresh_body)
        if self._reply.is_done:
            return self._end(RuntimeStatus.Completed, self._reply.output)
        return self._decide(RuntimeStatus.Running, None)

    def _failed(self, error: str) -> str:
        if self._reply.broken:  # no reply rode along: the text is whole already (3.3)
            return error
        return f"Orchestrator function '{self._name}' failed: {error}"

    def _end(self, status: RuntimeStatus, result: str | None) -> Decision:
        if status is RuntimeStatus.ContinuedAsNew:
            last = history.continue_as_new(self._now, self._script.next_id, result)
        else:
            last = history.execution_completed(self._now, self._script.next_id, status, result)
        return self._decide(status, result, last)

    def _decide(
        self, status: RuntimeStatus, output: str | None, last: Event | None = None
    ) -> Decision:
        asked = sorted(self._script.asked.items())
        return Decision(
            rows=tuple(item.row for _, item in asked) + ((last,) if last else ()),
            bodies={key: item.body for key, item in asked if item.kind is not Kind.Timer},
            status=status,
            output=output,
            custom_status=self._reply.custom_status,
            carried=tuple(self._carried),
        )


def _oversize(size: int) -> str:
    return (
        "The UTF-16 size of the JSON-serialized payload must not exceed 16 KB. "
        f"The current payload is {size / 1024:.0f} KB. (Parameter 'customStatus')"
    )
