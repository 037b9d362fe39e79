"""What crosses the border between the cleanup and its activities: frozen, plain, versionable."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from orchestrations.messages import Failure

CLEAN_UP = "CleanUp"


def cleanup_of(day: str) -> str:
    """The id of a day's instance: one a day, however often the timer fires."""
    return f"daily-cleanup-{day}"


@dataclass(frozen=True, slots=True)
class CleanUp:
    """One cleanup; it keeps its sweeps and its limits, whatever is deployed meanwhile.

    `day`: which day's it is, by our clock; `at`: the moment by which everything is judged, and
    which the storage agrees is not to come; `minutes`: how long all of it may take.
    """

    day: str
    at: datetime
    sweeps: tuple[str, ...]
    retry_delays: tuple[float, ...]
    minutes: float = 60


class RunStatus(StrEnum):
    """How a cleanup stands."""

    RUNNING = "running"
    COMPLETED = "completed"
    UNFINISHED = "unfinished"  # some things are left for the next run, for want of time
    FAILED = "failed"  # a sweep did; the others went their way


class SweepStatus(StrEnum):
    """How one sweep ended."""

    COMPLETED = "completed"
    UNFINISHED = "unfinished"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Why:
    """Why a sweep failed: a stable code and a sentence."""

    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class Tally:
    """What one sweep came to: what its count counts stands in docs/cleanup.md.

    `doubtful`: what stays because nobody could judge it. With a cursor the next run goes on there.
    """

    sweep: str
    status: SweepStatus
    count: int
    doubtful: int
    error: Why | None = None
    cursor: str | None = None


@dataclass(frozen=True, slots=True)
class CleanupRun:
    """A cleanup as it is kept and shown."""

    day: str
    started_at: datetime
    status: RunStatus
    sweeps: tuple[Tally, ...] = ()
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SweepSlice:
    """What one call of an activity came to, and where the next one goes on; None at the end.

    A failure tells why it went no further; what it had done by then is counted.
    """

    count: int
    doubtful: int
    cursor: str | None
    failure: Failure | None = None


@dataclass(frozen=True, slots=True)
class SweepStep:
    """Sweep on from a cursor; the counts are what this run has seen so far."""

    sweep: str
    at: datetime
    cursor: str | None
    count: int = 0
    doubtful: int = 0

    def after(self, part: SweepSlice) -> "SweepStep":
        """The next step, behind this slice."""
        count, doubtful = self.count + part.count, self.doubtful + part.doubtful
        return SweepStep(self.sweep, self.at, part.cursor, count, doubtful)


@dataclass(frozen=True, slots=True)
class Begun:
    """Where the run before left off, by sweep; or why that is not known."""

    cursors: dict[str, str]
    failure: Failure | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """Whether the run was written down."""

    failure: Failure | None = None
