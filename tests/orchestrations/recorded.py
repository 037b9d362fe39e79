"""A recorded history of one instance, and what today's processes would do differently in it."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from localhost.clock import ManualClock
from localhost.durable.episode import EpisodeRunner
from localhost.durable.functions import Functions
from localhost.durable.history import UNNUMBERED, EventType, RuntimeStatus, moment
from localhost.durable.taskhub import Instance
from localhost.durable.trigger import Transcript

FOLDER = Path(__file__).with_name("histories")
CURE = "docs/howto/change-the-process.md says how to change it safely."
Event = Mapping[str, Any]


@dataclass(frozen=True)
class Recorded:
    """The input and every event of one instance."""

    process: str
    instance_id: str
    body: str
    history: tuple[Event, ...]

    @classmethod
    def read(cls, path: Path) -> "Recorded":
        document = json.loads(path.read_text(encoding="utf-8"))
        document["history"] = tuple(document["history"])
        return cls(**document)

    def write(self, path: Path) -> None:
        """One line an event, so that a difference can be read."""
        events = ",\n".join("  " + json.dumps(event, ensure_ascii=False) for event in self.history)
        head = {"process": self.process, "instance_id": self.instance_id, "body": self.body}
        text = json.dumps(head, ensure_ascii=False)[:-1]
        path.write_text(f'{text}, "history": [\n{events}\n]}}\n', encoding="utf-8")

    async def differences(self, functions: Functions) -> list[str]:
        """Replay each episode from the start; the steps that today's code would not ask so."""
        found: list[str] = []
        for past, episode in self._episodes():
            messages = [event for event in episode[1:] if event["EventId"] == UNNUMBERED][:-1]
            recorded = [_step(event) for event in episode if event["EventId"] != UNNUMBERED]
            clock = ManualClock(moment(episode[0]["Timestamp"]))
            runner = EpisodeRunner(functions, clock, lambda: "never used")
            played = await runner.run(self._instance(clock), Transcript(past), messages)
            today = [_step(row) for row in played.decision.rows]
            if today != recorded:
                found.append(f"recorded {recorded}, today {today}. {CURE}")
        return found

    def _episodes(self) -> Iterator[tuple[list[Event], list[Event]]]:
        start = 0
        for number, event in enumerate(self.history, start=1):
            if event["EventType"] == EventType.OrchestratorCompleted:
                yield list(self.history[:start]), list(self.history[start:number])
                start = number

    def _instance(self, clock: ManualClock) -> Instance:
        return Instance(
            instance_id=self.instance_id,
            execution_id="recorded",
            name=self.process,
            version="",
            body=self.body,
            status=RuntimeStatus.Running,
            created_at=clock.now(),
            updated_at=clock.now(),
        )


def _step(event: Event) -> str:
    """What of an event may not change: kind, number, name, and how it all ended."""
    name, result = event.get("Name"), event.get("Result")
    kind = EventType(event["EventType"]).name
    return " ".join(str(each) for each in (kind, event["EventId"], name, result) if each)
