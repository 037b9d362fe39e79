"""A stage for the engine: a real app of the test's own, a memory hub, a clock moved by hand."""

import itertools
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import azure.durable_functions as df

from localhost.clock import ManualClock
from localhost.durable.engine import Engine, Limits, NewInstance
from localhost.durable.functions import AppFunctions
from localhost.durable.history import EventType
from localhost.durable.memory_hub import MemoryTaskHub
from localhost.durable.taskhub import Instance, TaskHub
from localhost.indexing import index
from localhost.invoke import Invoker
from localhost.settings import HostSettings

SHORT = {
    EventType.OrchestratorStarted: "OS",
    EventType.OrchestratorCompleted: "OC",
    EventType.ExecutionStarted: "ES",
    EventType.ExecutionCompleted: "EC",
    EventType.ExecutionTerminated: "TERM",
    EventType.ExecutionSuspended: "SUS",
    EventType.ExecutionResumed: "RES",
    EventType.ContinueAsNew: "CAN",
    EventType.TaskScheduled: "TS",
    EventType.TaskCompleted: "TC",
    EventType.TaskFailed: "TF",
    EventType.TimerCreated: "TM",
    EventType.TimerFired: "TMF",
    EventType.EventRaised: "EV",
    EventType.SubOrchestrationInstanceCreated: "SC",
    EventType.SubOrchestrationInstanceCompleted: "SCC",
    EventType.SubOrchestrationInstanceFailed: "SCF",
}


def functions_of(
    orchestrators: Mapping[str, Callable[..., Any]], activities: Mapping[str, Callable[..., Any]]
) -> tuple[AppFunctions, Invoker]:
    """Return a real app's functions, indexed as the host does it."""
    app = df.DFApp()
    for name, function in orchestrators.items():
        app.orchestration_trigger(context_name="context", orchestration=name)(
            _named(function, f"orchestrator_{name}")
        )
    for name, function in activities.items():
        app.activity_trigger(input_name="value", activity=name)(
            _named(function, f"activity_{name}")
        )
    invoker = Invoker(lambda _binding: "{}", threads=4)
    return AppFunctions(index(app, HostSettings(Path.cwd())), invoker), invoker


def _named(function: Callable[..., Any], name: str) -> Callable[..., Any]:
    function.__name__ = name
    return function


@dataclass
class Scene:
    """One hub, one clock, one app, and engines that come and go."""

    orchestrators: Mapping[str, Callable[..., Any]]
    activities: Mapping[str, Callable[..., Any]] = field(default_factory=dict)
    hub: TaskHub = field(default_factory=MemoryTaskHub)
    clock: ManualClock = field(default_factory=ManualClock)
    limits: Limits = field(default_factory=Limits)

    def __post_init__(self) -> None:
        self.functions, self.invoker = functions_of(self.orchestrators, self.activities)
        self._ids = itertools.count(1)
        self.engine = self.new_engine()

    def new_engine(self) -> Engine:
        return Engine(
            self.hub, self.functions, self.clock, lambda: f"{next(self._ids):032x}", self.limits
        )

    async def start(self, name: str, value: Any = None, instance_id: str = "one") -> None:
        """Start an instance as the SDK's client does: JSON text inside a JSON string."""
        body = None if value is None else json.dumps(json.dumps(value))
        await self.engine.start_new(NewInstance(name, instance_id, body))
        await self.engine.settle()

    async def send(self, name: str, value: Any = None, instance_id: str = "one") -> None:
        await self.engine.raise_event(instance_id, name, json.dumps(value))
        await self.engine.settle()

    async def pass_time(self, seconds: float) -> None:
        """Let time pass; every alarm on the way is followed by all the work it causes."""
        end = self.clock.now().timestamp() + seconds
        while (alarm := self.clock.next_alarm()) is not None and alarm.timestamp() <= end:
            self.clock.advance((alarm - self.clock.now()).total_seconds())
            await self.engine.settle()
        self.clock.advance(end - self.clock.now().timestamp())
        await self.engine.settle()

    async def instance(self, instance_id: str = "one") -> Instance:
        found = await self.hub.read(instance_id)
        assert found is not None, f"no instance {instance_id}"
        return found

    async def outcome(self, instance_id: str = "one") -> tuple[str, Any]:
        """Return the runtime status and the output."""
        instance = await self.instance(instance_id)
        return instance.status.name, _parsed(instance.output)

    async def story(self, instance_id: str = "one") -> str:
        """Return the history in the reference's shorthand (host-durable 2.6)."""
        stored = await self.hub.load(instance_id)
        assert stored is not None
        words = " ".join(_word(event) for event in stored.history)
        return words.replace("OC OS", "OC | OS")

    def close(self) -> None:
        self.invoker.close()


def _word(event: Mapping[str, Any]) -> str:
    word = SHORT[EventType(event["EventType"])]
    if event["EventId"] >= 0:
        return f"{word}#{event['EventId']}"
    answered = event.get("TaskScheduledId", event.get("TimerId"))
    return word if answered is None else f"{word}←{answered}"


def _parsed(text: str | None) -> Any:
    try:
        return None if text is None else json.loads(text)
    except ValueError:
        return text
