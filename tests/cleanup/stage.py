"""The real process of the cleanup on the real engine, with sweeps of the test's own."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from localhost.clock import ManualClock
from orchestrations.activities.cleanup import CleanupActivities
from orchestrations.cleanup_messages import CLEAN_UP, CleanUp, cleanup_of
from orchestrations.daily_cleanup import clean_up
from shared.application.cleanup.cleanups import Cleanups
from shared.application.cleanup.sweep import Sweep, Swept
from shared.plain import Json, to_plain
from tests.application.memory import Memory
from tests.given import NOW
from tests.localhost.durable.scene import Scene
from tests.orchestrations.stage import own

DAY = "2026-11-23"


@dataclass
class Heap:
    """A sweep over a number of things; each page takes some time, and may end badly."""

    left: int
    takes: float = 0.0
    faults: list[Exception] = field(default_factory=list)
    pages: list[str | None] = field(default_factory=list)
    wait: Callable[[float], None] = lambda _seconds: None

    async def page(self, at: datetime, cursor: str | None, limit: int) -> Swept:
        self.pages.append(cursor)
        self.wait(self.takes)
        gone = min(self.left, limit)
        self.left -= gone
        if self.faults and gone:
            self.left += gone
            raise self.faults.pop(0)
        return Swept(gone, str(len(self.pages)) if self.left else None)


@dataclass
class Stage:
    """`sweeps` by name; what they take passes on the host's clock, too.

    `before` and `after` each activity something may happen.
    """

    sweeps: dict[str, Sweep]
    memory: Memory = field(default_factory=Memory)
    before: Callable[[], Awaitable[None]] | None = None
    after: Callable[[], Awaitable[None]] | None = None

    def __post_init__(self) -> None:
        self.clock = ManualClock(NOW)
        for sweep in self.sweeps.values():
            if isinstance(sweep, Heap):
                sweep.wait = self.clock.advance
        self.cleanups = Cleanups(self.memory.wiring.records("cleanups"))
        self.activities = CleanupActivities(self.cleanups, lambda: self.clock.now().timestamp())
        played = {
            name: self._played(run)
            for name, run in {
                "BeginCleanup": self.activities.begin,
                "KeepCleanup": self.activities.keep,
                "Sweep": self._sweep,
            }.items()
        }
        self.scene = Scene({CLEAN_UP: own(clean_up)}, played, clock=self.clock)

    async def run(self, day: str = DAY, minutes: float = 60) -> tuple[str, Any]:
        """Start a day's cleanup, let an hour pass, and see how it ended."""
        given = CleanUp(day, self.clock.now(), tuple(self.sweeps), (2, 4, 8), minutes)
        await self.scene.start(CLEAN_UP, to_plain(given), cleanup_of(day))
        await self.scene.pass_time(60)
        return await self.outcome(day)

    async def outcome(self, day: str = DAY) -> tuple[str, Any]:
        return await self.scene.outcome(cleanup_of(day))

    async def killed(self) -> None:
        """End the engine where it stands, and start another on the same hub."""
        await self.scene.engine.stop(0)
        self.scene.engine = self.scene.new_engine()
        await self.scene.engine.start()
        await self.scene.engine.settle()

    async def kept(self) -> list[Json]:
        """What is kept of every run, the newest first."""
        return [row.shown for row in await self.cleanups.page(10)]

    async def _sweep(self, step: Any) -> Any:
        return await self.activities.sweep(step, self.sweeps)

    def _played(self, run: Callable[[Any], Awaitable[Any]]) -> Callable[[Any], Any]:
        async def play(value: Any) -> Any:
            if self.before:
                await self.before()
            result = await run(value)
            if self.after:
                await self.after()
            return result

        return play


def tallies(run: Json) -> dict[str, tuple[str, int]]:
    """Status and count of each sweep."""
    return {each["sweep"]: (each["status"], each["count"]) for each in run["sweeps"]}
