"""A job: what is to be done, where it stands, and the steps from one status to the next."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from shared.application.failures import Reason
from shared.plain import Json

JOB_ID = r"[A-Za-z0-9-]{1,64}"  # what a record's id may be
RETENTION = timedelta(days=14)  # of its message (guide S3.1), so of the wait for a worker, too
# A message that is there is received again after 10 minutes when its worker died, after 5 when the
# work failed (host-triggers.md 3.2, host.json); a job untouched for longer has lost its message, or
# stands in a long line, where a second message does no harm.
UNTOUCHED = timedelta(minutes=30)


class JobStatus(StrEnum):
    """The statuses of design/api.md, jobs."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    DEAD_LETTERED = "dead_lettered"


FINISHED = (JobStatus.SUCCEEDED, JobStatus.FAILED)
WAITING = (JobStatus.QUEUED, JobStatus.RUNNING)
EXPIRED = Reason("expired", "No worker finished it in the 14 days that a message is kept.")


@dataclass(frozen=True, slots=True)
class Job:
    """`taken_by` names the run that may write it: whoever takes the job later shuts it out.

    `attempts` counts the runs, a slice of a long job included, and `version` the writes. `error` is
    what went wrong last, gone when the job is taken up again. `sent_at`: its newest message.
    """

    job_id: str
    type: str
    payload: Json
    correlation_id: str
    created_at: datetime
    updated_at: datetime
    sent_at: datetime
    status: JobStatus = JobStatus.QUEUED
    version: int = 1
    attempts: int = 0
    taken_by: str = ""
    progress: float = 0.0
    started_at: datetime | None = None
    finished_at: datetime | None = None
    checkpoint: Json | None = None
    result: Json | None = None
    error: Reason | None = None

    @property
    def is_finished(self) -> bool:
        """Whether nothing happens to it any more; a dead letter may be sent again."""
        return self.status in FINISHED

    def seems_forgotten(self, now: datetime) -> bool:
        """Whether it waits for a message that should have come long ago."""
        touched = max(self.updated_at, self.sent_at)
        return self.status in WAITING and now - touched >= UNTOUCHED

    def has_expired(self, now: datetime) -> bool:
        """Whether it waits, and no message of it can be left."""
        touched = max(self.updated_at, self.sent_at)
        return self.status in WAITING and now - touched >= RETENTION

    def taken(self, worker: str, now: datetime) -> "Job":
        """A run begins."""
        return replace(
            self._at(now),
            status=JobStatus.RUNNING,
            attempts=self.attempts + 1,
            taken_by=worker,
            started_at=self.started_at or now,
            error=None,
        )

    def reported(self, progress: float, checkpoint: Json | None, now: datetime) -> "Job":
        """A run came this far."""
        return replace(
            self._at(now),
            status=JobStatus.RUNNING,
            progress=round(min(max(progress, 0.0), 1.0), 4),
            checkpoint=checkpoint,
        )

    def put_back(self, now: datetime, error: Reason | None = None) -> "Job":
        """A run ended before the work did: its message comes again, or a new one was sent."""
        return replace(self._at(now), status=JobStatus.QUEUED, error=error)

    def sent(self, now: datetime) -> "Job":
        """A new message of it is on its way; a run that is alive goes on."""
        return replace(self._at(now), sent_at=now)

    def succeeded(self, result: Json, now: datetime) -> "Job":
        """The work is done."""
        done = self.reported(1.0, None, now)
        return replace(done, status=JobStatus.SUCCEEDED, result=result, finished_at=now)

    def failed(self, error: Reason, now: datetime) -> "Job":
        """The work can never be done."""
        return replace(self._at(now), status=JobStatus.FAILED, error=error, finished_at=now)

    def dead_lettered(self, error: Reason, now: datetime) -> "Job":
        """Its message failed too often and waits for somebody who decides on it."""
        return replace(self._at(now), status=JobStatus.DEAD_LETTERED, error=error)

    def _at(self, now: datetime) -> "Job":
        return replace(self, updated_at=now, version=self.version + 1)
