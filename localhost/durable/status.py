"""An instance as the status API shows it, its history included."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from localhost.durable.history import Event, EventType, RuntimeStatus
from localhost.durable.taskhub import Instance

_ENDS = {
    EventType.TaskCompleted: EventType.TaskScheduled,
    EventType.TaskFailed: EventType.TaskScheduled,
    EventType.SubOrchestrationInstanceCompleted: EventType.SubOrchestrationInstanceCreated,
    EventType.SubOrchestrationInstanceFailed: EventType.SubOrchestrationInstanceCreated,
}
_HIDDEN_KINDS = (EventType.OrchestratorStarted, EventType.OrchestratorCompleted)
_HIDDEN_FIELDS = frozenset({"EventType", "EventId", "IsPlayed", "TaskScheduledId", "TimerId"})
_HIDDEN_AT_START = frozenset({"Name", "OrchestrationInstance", "ParentInstance", "Version", "Tags"})


def status_document(instance: Instance, *, show_input: bool) -> dict[str, Any]:
    """Return the status object of reference/host-durable.md 7.3."""
    return {
        "name": instance.name,
        "instanceId": instance.instance_id,
        "runtimeStatus": instance.status.name,
        "input": _parsed(instance.body) if show_input else None,
        "customStatus": _parsed(instance.custom_status),
        "output": _parsed(instance.output),
        "createdTime": _whole_seconds(instance.created_at),
        "lastUpdatedTime": _whole_seconds(instance.updated_at),
    }


def history_document(
    events: Sequence[Event], *, show_input: bool, show_output: bool
) -> list[dict[str, Any]]:
    """Return the historyEvents array of reference/host-durable.md 7.4."""
    asked = {
        (EventType(event["EventType"]), event["EventId"]): event
        for event in events
        if event["EventType"] in _ENDS.values()
    }
    answered = {
        (_ENDS[EventType(event["EventType"])], event["TaskScheduledId"])
        for event in events
        if event["EventType"] in _ENDS
    }
    shown = []
    for event in events:
        kind = EventType(event["EventType"])
        if kind in _HIDDEN_KINDS or (kind, event["EventId"]) in answered:
            continue
        document = _shown(kind, event, show_input=show_input, show_output=show_output)
        if kind in _ENDS:
            scheduled = asked.get((_ENDS[kind], event["TaskScheduledId"]))
            if scheduled is not None:
                document["ScheduledTime"] = scheduled["Timestamp"]
                document["FunctionName"] = scheduled["Name"]
        shown.append(document)
    return shown


def _shown(kind: EventType, event: Event, *, show_input: bool, show_output: bool) -> dict[str, Any]:
    fields = {key: value for key, value in event.items() if key not in _HIDDEN_FIELDS}
    if kind is EventType.ExecutionStarted:
        fields = {key: value for key, value in fields.items() if key not in _HIDDEN_AT_START}
        fields["FunctionName"] = event["Name"]
    elif kind in _ENDS.values():
        fields.pop("Version", None)
    elif kind is EventType.ExecutionCompleted:
        fields["OrchestrationStatus"] = RuntimeStatus(event["OrchestrationStatus"]).name
    if "Result" in fields:
        result = fields.pop("Result")
        if show_output:
            fields["Result"] = _parsed(result)
    if "Input" in fields:
        body = fields.pop("Input")
        if show_input and body is not None:
            fields["Input"] = _parsed(body)
    return {"EventType": kind.name, **fields}


def _whole_seconds(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _parsed(text: str | None) -> Any:
    if text is None:
        return None
    try:
        return json.loads(text)
    except ValueError:
        return text
