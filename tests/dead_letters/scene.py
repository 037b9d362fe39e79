"""A desk with one queue, whose owner keeps a diary of what it is told."""

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from shared.application.dead_letters import KIND, DeadLetter, DeadLetters, LetterFilter, Origin
from shared.application.dead_letters_filing import Filing, Poison
from shared.application.dead_letters_redrive import Redrives
from shared.application.failures import Failures, Reason
from tests.application.memory import Memory

QUEUE = "work"


class Broken(Exception):
    """The press is jammed."""

    code = "press_jammed"


@dataclass
class Diary:
    """An owner that notes what it is told."""

    told: list[tuple[str, str]] = field(default_factory=list)

    async def dead_lettered(self, text: str, reason: Reason) -> None:
        self.told.append(("dead_lettered", text))

    async def redriven(self, text: str) -> None:
        self.told.append(("redriven", text))

    async def discarded(self, text: str, why: str) -> None:
        self.told.append(("discarded", text))


@dataclass
class Scene:
    """Everything on the storage of `memory`; made anew it is another process on the same one."""

    memory: Memory = field(default_factory=Memory)
    diary: Any = field(default_factory=Diary)

    def __post_init__(self) -> None:
        wiring = self.memory.wiring
        origins = {QUEUE: Origin(self.diary, QUEUE)}
        self.failures = Failures(wiring.records("failures"), wiring.now)
        self.letters = DeadLetters(wiring.records(KIND), wiring.now)
        self.filing = Filing(self.letters, self.failures, origins)
        self.redrives = Redrives(self.letters, self.failures, wiring.queues, origins)

    @property
    def clock(self) -> Any:
        return self.memory.clock

    @property
    def sent(self) -> list[str]:
        """The texts in the queue."""
        return [each.text for each in self.memory.queues.sent[QUEUE]]

    async def fail(self, text: str, attempt: int, error: Exception | None = None) -> None:
        """One attempt at a message that ends in an exception."""
        error = error or Broken(Broken.__doc__)
        with suppress(type(error)):
            async with self.failures.noting(QUEUE, text, attempt):
                raise error

    async def file(
        self, text: str = "text", message_id: str = "m-1", inserted_at: datetime | None = None
    ) -> DeadLetter:
        """The host moved a message, and its poison queue's function runs."""
        moved_at = inserted_at or self.clock.now
        return await self.filing.file(Poison(QUEUE, text, message_id, moved_at))

    async def listed(self, **wanted: Any) -> list[str]:
        rows = await self.letters.page(LetterFilter(**wanted), 100)
        return [row.shown["deadLetterId"] for row in rows]
