"""The JSON an orchestrator's handle is called with (reference/host-durable.md 2.1)."""

import json
from collections.abc import Sequence
from typing import Any

from localhost.durable.history import Event, unplayed
from localhost.durable.reply import compact
from localhost.durable.taskhub import Instance

CONSTANTS = {
    "upperSchemaVersion": 1,
    "upperSchemaVersionNew": 2,
    "longRunningTimerIntervalDuration": "3.00:00:00",
    "maximumShortTimerDuration": "6.00:00:00",
    "defaultHttpAsyncRequestSleepTimeMillseconds": 30000,
}


class Transcript:
    """A generation's history as JSON text, each event written once and not at every episode."""

    def __init__(self, events: Sequence[Event] = ()) -> None:
        self.events: list[Event] = []
        self._texts: list[str] = []
        self.extend(events)

    def extend(self, events: Sequence[Event]) -> None:
        """Append events that are stored by now."""
        self.events.extend(events)
        self._texts.extend(compact(event) for event in events)

    def trigger(self, instance: Instance, opening: Sequence[Event]) -> str:
        """Return the trigger JSON of the episode that ``opening`` begins."""
        new = [compact(unplayed(event)) for event in opening]
        rest: dict[str, Any] = {
            "input": _parsed(instance.body),
            "instanceId": instance.instance_id,
            "isReplaying": bool(self.events),
            "parentInstanceId": instance.parent.instance_id if instance.parent else None,
            **CONSTANTS,
        }
        return f'{{"history":[{",".join(self._texts + new)}],{json.dumps(rest)[1:]}'


def _parsed(body: str | None) -> Any:
    return None if body is None else json.loads(body)
