"""One durable instance, driven by hand through the real SDK: its history is the test's to write."""

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from azure.durable_functions.orchestrator import Orchestrator

from orchestrations.fulfil_order import fulfil_order
from shared.plain import Json
from tests.given import NOW

ACTIVITY, TIMER, COMPOUND = 0, 5, (11, 12)


@dataclass
class Instance:
    """Episodes as host-durable.md 2 and 3.4 describe them: ids by order of invocation."""

    given: Json
    now: datetime = NOW
    history: list[Json] = field(default_factory=list)
    actions: list[Json] = field(default_factory=list)
    status: Any = None
    statuses: list[Any] = field(default_factory=list)
    output: Any = None
    error: Any = None
    closed: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._episode({"EventType": 0, "Name": "FulfilOrder", "Version": "", "Input": ""})

    @property
    def is_over(self) -> bool:
        return self.output is not None or self.error is not None

    @property
    def activities(self) -> list[str]:
        """Every activity called so far, in order."""
        return [each["functionName"] for each in self.actions if each["actionType"] == ACTIVITY]

    @property
    def timers(self) -> list[Json]:
        return [each for each in self.actions if each["actionType"] == TIMER]

    @property
    def open(self) -> list[tuple[int, Json]]:
        """What was started and has not ended: (id, action)."""
        return [
            (number, action)
            for number, action in enumerate(self.actions)
            if number not in self.closed and not action.get("isCanceled")
        ]

    def answer(self, result: Any) -> None:
        """The open activity returns."""
        number, _ = self._only_open(ACTIVITY)
        self._episode({"EventType": 5, "TaskScheduledId": number, "Result": json.dumps(result)})

    def breaks(self) -> None:
        """The open activity raises."""
        number, _ = self._only_open(ACTIVITY)
        failed = {"EventType": 6, "TaskScheduledId": number, "Reason": "boom", "Details": None}
        self._episode(failed)

    def fire(self) -> None:
        """The open timer comes due."""
        number, action = self._only_open(TIMER)
        self.now = datetime.fromisoformat(action["fireAt"])
        self._episode({"EventType": 11, "TimerId": number, "FireAt": action["fireAt"]})

    def raise_event(self, name: str, payload: Any) -> None:
        self._episode({"EventType": 15, "Name": name, "Input": json.dumps(payload)})

    def _only_open(self, kind: int) -> tuple[int, Json]:
        (found,) = self.open
        assert found[1]["actionType"] == kind, f"open is {found}"
        self.closed.add(found[0])
        return found

    def _episode(self, event: Json) -> None:
        self.now += timedelta(milliseconds=100)
        stamp = {"EventId": -1, "IsPlayed": False, "Timestamp": self._time()}
        self.history += [{"EventType": 12, **stamp}, {**stamp, **event}]
        reply = self._replay()
        before, self.actions = self.actions, _flat(reply["actions"][0])
        # What an earlier episode started may not change (host-durable.md 3.8).
        for old, new in zip(before, self.actions, strict=False):
            assert old.get("functionName") == new.get("functionName")
            assert old["actionType"] == new["actionType"]
        assert len(self.actions) >= len(before)
        self.status, self.error = reply.get("customStatus"), reply.get("error")
        self.statuses.append(self.status)
        self.output = reply.get("output") if reply["isDone"] else None
        self.history.append({"EventType": 13, **stamp})

    def _replay(self) -> Json:
        body = {
            "history": self.history,
            "input": json.dumps(self.given),
            "instanceId": "order-1",
            "isReplaying": False,
            "parentInstanceId": None,
            "upperSchemaVersion": 1,
            "upperSchemaVersionNew": 2,
            "longRunningTimerIntervalDuration": "3.00:00:00",
            "maximumShortTimerDuration": "6.00:00:00",
        }
        try:
            reply: Json = json.loads(Orchestrator.create(fulfil_order)(json.dumps(body)))
        except Exception as error:
            reply = json.loads(str(error).split("$OutOfProcData$:")[1])
        return reply

    def _time(self) -> str:
        return self.now.isoformat().replace("+00:00", "Z")


def _flat(actions: list[Json]) -> list[Json]:
    """The actions that take ids, in the order the host invokes them."""
    found: list[Json] = []
    for action in actions:
        if action["actionType"] in COMPOUND:
            found += _flat(action["compoundActions"])
        elif action["actionType"] in (ACTIVITY, TIMER):
            found.append(action)
    return found
