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
# stands in a long line, where a second message does no harm. If that one moves nothing either, the
# next ones come in growing pauses: messages that nobody reads must not pile up.
UNTOUCHED = timedelta(minutes=30)
GROWTH, LONGEST = 3, timedelta(days=1)
REMEMBERED = timedelta(days=30)  # a finished job


class JobStatus(StrEnum):
    """The statuses of design/api.md, jobs."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    DEAD_LETTERED = "dead_lettered"


FINISHED = (JobStatus.SUCCEEDED, JobStatus.FAILED)
WAITING = (JobStatus.QUEUED, JobStatus.RUNNING)
DISCARDED = "discarded"  # the code of a job whose dead letter somebody decided against
EXPIRED = Reason("expired", "No worker finished it in the 14 days that a message is kept.")


@dataclass(frozen=True, slots=True)
class Job:
    """`taken_by` names the run that may write it: whoever takes the job later shuts it out.

    `attempts` counts the runs, a slice of a long job included, and `version` the writes. `error` is
    what went wrong last, gone when the job is taken up again. `sent_at`: its newest message;
    `updated_at`: when a worker or a person last moved it, which another message does not.
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
        return self.status in WAITING and is_overdue(self.updated_at, self.sent_at, now)

    def has_expired(self, at: datetime) -> bool:
        """Whether nothing has moved it for as long as a message lives."""
        return self.status in WAITING and at - self.updated_at >= RETENTION

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
        """A new message of it is on its way; a run that is alive goes on.

        A clock that was ahead may have touched it in times to come; that is put right here.
        """
        updated_at = min(self.updated_at, now)
        return replace(self, updated_at=updated_at, sent_at=now, version=self.version + 1)

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

    def discarded(self, detail: str, now: datetime) -> "Job":
        """Somebody decided that its message is never sent again."""
        return self.failed(Reason(DISCARDED, detail), now)

    def _at(self, now: datetime) -> "Job":
        return replace(self, updated_at=now, version=self.version + 1)


def is_overdue(updated_at: datetime, sent_at: datetime, now: datetime) -> bool:
    """Whether a job that waits has lost its message, or its last touch is a clock's mistake.

    It is sent again after half an hour, 2, 8 and 32 hours, then once a day.
    """
    touched = max(updated_at, sent_at)
    patience = min(max(UNTOUCHED, GROWTH * (sent_at - updated_at)), LONGEST)
    return now - touched >= patience or touched - now >= UNTOUCHED
