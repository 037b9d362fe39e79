"""One run of a job: it writes the job as long as nobody took it over."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from shared.application.jobs.job import Job
from shared.application.jobs.job_records import JobRecords, Kept
from shared.eventstore.port import StoreUnavailable
from shared.plain import Json
from shared.records import RecordMoved

LONGEST = 240.0  # seconds; functionTimeout ends the process after 300 (host.json)
ROUNDS = 20


class Overtaken(Exception):
    """Another worker has this job now, or it is over. Stop: nothing more of this run counts."""


@dataclass(slots=True)
class Slice:
    """What a worker offers the work (work.Run)."""

    jobs: JobRecords
    now: Callable[[], datetime]
    monotonic: Callable[[], float]
    kept: Kept
    began: float = field(init=False)

    def __post_init__(self) -> None:
        self.began = self.monotonic()

    @property
    def job(self) -> Job:
        """The job as this run last wrote it."""
        return self.kept.job

    @property
    def job_id(self) -> str:
        return self.job.job_id

    @property
    def attempt(self) -> int:
        return self.job.attempts

    @property
    def checkpoint(self) -> Json | None:
        return self.job.checkpoint

    async def report(self, progress: float, checkpoint: Json | None) -> None:
        await self.change(lambda job: job.reported(progress, checkpoint, self.now()))

    def is_over_time(self) -> bool:
        return self.monotonic() - self.began >= LONGEST

    async def change(self, change: Callable[[Job], Job]) -> None:
        """Write the job as this run changes it.

        Raises:
            Overtaken: this run has no say in it any more.
            StoreUnavailable: perhaps written.
        """
        for _ in range(ROUNDS):
            try:
                self.kept = await self.jobs.write(change(self.job), self.kept)
            except RecordMoved:
                self.kept = await self._mine()
            else:
                return
        raise StoreUnavailable(f"job {self.job_id} never rested")

    async def _mine(self) -> Kept:
        """The job as it stands: others may note something on it, or our own write had arrived."""
        present = await self.jobs.read(self.job_id)
        if present is None or present.job.is_finished or present.job.taken_by != self.job.taken_by:
            raise Overtaken(Overtaken.__doc__)
        return present
