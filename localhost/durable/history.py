"""The events of an orchestration's history, as the SDK reads them and as the store keeps them.

Field names, numbers and flags are those of the real host (reference/host-durable.md 2.2, 2.3).
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from enum import IntEnum
from typing import Any

Event = Mapping[str, Any]
"""One history event: plain JSON, never changed once made."""


class EventType(IntEnum):
    """The number that stands for an event's kind on the wire."""

    ExecutionStarted = 0
    ExecutionCompleted = 1
    ExecutionFailed = 2
    ExecutionTerminated = 3
    TaskScheduled = 4
    TaskCompleted = 5
    TaskFailed = 6
    SubOrchestrationInstanceCreated = 7
    SubOrchestrationInstanceCompleted = 8
    SubOrchestrationInstanceFailed = 9
    TimerCreated = 10
    TimerFired = 11
    OrchestratorStarted = 12
    OrchestratorCompleted = 13
    EventSent = 14
    EventRaised = 15
    ContinueAsNew = 16
    GenericEvent = 17
    HistoryState = 18
    ExecutionSuspended = 19
    ExecutionResumed = 20


class RuntimeStatus(IntEnum):
    """How an instance stands; the number is what ExecutionCompleted carries."""

    Running = 0
    Completed = 1
    ContinuedAsNew = 2
    Failed = 3
    Canceled = 4
    Terminated = 5
    Pending = 6
    Suspended = 7

    @property
    def is_terminal(self) -> bool:
        """Whether nothing more happens to the instance."""
        return self in _TERMINAL


_TERMINAL = frozenset(
    {
        RuntimeStatus.Completed,
        RuntimeStatus.Failed,
        RuntimeStatus.Canceled,
        RuntimeStatus.Terminated,
    }
)

UNNUMBERED = -1
"""EventId of everything that no orchestrator action asked for."""


def stamp(moment: datetime) -> str:
    """Return a moment as .NET prints it: UTC, ``Z``, no trailing zeros in the fraction."""
    text = moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f").rstrip("0").rstrip(".")
    return text + "Z"


def moment(text: str) -> datetime:
    """Return the moment a timestamp names; a timestamp without a zone is taken as UTC."""
    parsed = datetime.fromisoformat(text)
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)


def _event(kind: EventType, at: datetime, event_id: int = UNNUMBERED, **fields: Any) -> Event:
    # A message from outside is stored after the episode that processed it, so it was played by
    # then; what the host itself writes never was (reference/host-durable.md 2.3).
    played = event_id == UNNUMBERED and kind not in _HOST_MARKS
    return {
        "EventType": int(kind),
        "EventId": event_id,
        "IsPlayed": played,
        "Timestamp": stamp(at),
        **fields,
    }


_HOST_MARKS = frozenset({EventType.OrchestratorStarted, EventType.OrchestratorCompleted})


def unplayed(event: Event) -> Event:
    """Return the event as the SDK sees it in the episode that first processes it."""
    return {**event, "IsPlayed": False}


def orchestrator_started(at: datetime) -> Event:
    """Return the mark that opens an episode and sets the orchestrator's clock."""
    return _event(EventType.OrchestratorStarted, at)


def orchestrator_completed(at: datetime) -> Event:
    """Return the mark that closes an episode."""
    return _event(EventType.OrchestratorCompleted, at)


def execution_started(
    at: datetime, name: str, instance_id: str, execution_id: str, *, body: str | None, **more: Any
) -> Event:
    """Return the event that begins a generation; ``body`` is the input's JSON text.

    ``more`` may hold ``ParentInstance``, ``Version``, ``Generation``, ``ParentTraceContext``.
    """
    fields: dict[str, Any] = {
        "OrchestrationInstance": {"InstanceId": instance_id, "ExecutionId": execution_id},
        "ParentInstance": None,
        "Name": name,
        "Version": "",
        "Input": body,
        "Tags": None,
        "Correlation": None,
        "ScheduledStartTime": None,
        "Generation": 0,
        "ParentTraceContext": None,
    }
    return _event(EventType.ExecutionStarted, at, **{**fields, **more})


def execution_completed(
    at: datetime, event_id: int, status: RuntimeStatus, result: str | None
) -> Event:
    """Return the last event of a finished instance; ``result`` is JSON text or a plain reason."""
    return _event(
        EventType.ExecutionCompleted,
        at,
        event_id,
        OrchestrationStatus=int(status),
        Result=result,
        FailureDetails=None,
    )


def continue_as_new(at: datetime, event_id: int, body: str | None) -> Event:
    """Return the last event of a generation that starts over with new input."""
    return _event(
        EventType.ContinueAsNew,
        at,
        event_id,
        OrchestrationStatus=int(RuntimeStatus.ContinuedAsNew),
        Result=body,
        FailureDetails=None,
    )


def task_scheduled(at: datetime, event_id: int, name: str) -> Event:
    """Return the event that an activity was sent; its input stays out of the history."""
    return _event(EventType.TaskScheduled, at, event_id, Name=name, Version="", Input=None)


def task_completed(at: datetime, task_id: int, result: str | None) -> Event:
    """Return an activity's success; ``result`` is JSON text, None for null."""
    return _event(EventType.TaskCompleted, at, TaskScheduledId=task_id, Result=result)


def task_failed(at: datetime, task_id: int, reason: str, details: str | None) -> Event:
    """Return an activity's failure in the host's words."""
    return _event(
        EventType.TaskFailed,
        at,
        TaskScheduledId=task_id,
        Reason=reason,
        Details=details,
        FailureDetails=None,
    )


def sub_orchestration_created(at: datetime, event_id: int, name: str, child_id: str) -> Event:
    """Return the event that a child orchestration was sent."""
    return _event(
        EventType.SubOrchestrationInstanceCreated,
        at,
        event_id,
        Name=name,
        Version="",
        InstanceId=child_id,
        Input=None,
    )


def sub_orchestration_completed(at: datetime, task_id: int, result: str | None) -> Event:
    """Return a child's success."""
    return _event(
        EventType.SubOrchestrationInstanceCompleted, at, TaskScheduledId=task_id, Result=result
    )


def sub_orchestration_failed(at: datetime, task_id: int, reason: str) -> Event:
    """Return a child's failure; the reason is the child's whole result text."""
    return _event(
        EventType.SubOrchestrationInstanceFailed,
        at,
        TaskScheduledId=task_id,
        Reason=reason,
        Details=reason,
        FailureDetails=None,
    )


def timer_created(at: datetime, event_id: int, fire_at: datetime) -> Event:
    """Return the event that a durable timer was set."""
    return _event(EventType.TimerCreated, at, event_id, FireAt=stamp(fire_at))


def timer_fired(created: Event) -> Event:
    """Return the ring of a timer: stamped with its creation, FireAt tells the due time."""
    return {
        "EventType": int(EventType.TimerFired),
        "EventId": UNNUMBERED,
        "IsPlayed": True,
        "Timestamp": created["Timestamp"],
        "TimerId": created["EventId"],
        "FireAt": created["FireAt"],
    }


def event_raised(at: datetime, name: str, body: str | None) -> Event:
    """Return an external event; ``body`` is JSON text, None for null."""
    return _event(EventType.EventRaised, at, Name=name, Input=body)


def execution_terminated(at: datetime, reason: str | None) -> Event:
    """Return the order to end the instance."""
    return _event(EventType.ExecutionTerminated, at, Input=reason)


def execution_suspended(at: datetime, reason: str | None) -> Event:
    """Return the order to hold the instance."""
    return _event(EventType.ExecutionSuspended, at, Reason=reason)


def execution_resumed(at: datetime, reason: str | None) -> Event:
    """Return the order to let the instance go on."""
    return _event(EventType.ExecutionResumed, at, Reason=reason)
