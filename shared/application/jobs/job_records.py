"""Jobs as they are kept: a record each, listed with all and with those of its status."""

from collections.abc import Sequence
from dataclasses import dataclass

from shared.application.jobs.job import Job, JobStatus
from shared.plain import from_plain, rfc3339, to_plain
from shared.projections.newest_first import ALWAYS, Period
from shared.records import Listed, Record, Records

ALL = "all"


@dataclass(frozen=True, slots=True)
class Kept:
    """A job as it was read, and the record that a write must find unchanged."""

    job: Job
    record: Record


class JobRecords:
    """Reads and writes jobs; who writes over a job that moved on gets `RecordMoved`."""

    def __init__(self, records: Records) -> None:
        """`records`: those of kind `jobs`."""
        self._records = records

    async def read(self, job_id: str) -> Kept | None:
        """One job, or None; one point read."""
        record = await self._records.read(job_id)
        return Kept(from_plain(Job, record.document), record) if record else None

    async def write(self, job: Job, over: Kept | None) -> Kept:
        """Write a job that still stands as `over` says; None for a new one.

        Raises:
            RecordMoved: it does not; or it was this very write, and only its answer was lost.
            StoreUnavailable: perhaps written.
        """
        record = Record(
            job.job_id, job.created_at, to_plain(job), (ALL, job.status.value), _shown(job)
        )
        return Kept(job, await self._records.write(record, over.record if over else None))

    async def remove(self, kept: Kept) -> None:
        """Remove a job that still stands so.

        Raises:
            RecordMoved: someone wrote or removed it meanwhile.
            StoreUnavailable: perhaps removed.
        """
        await self._records.remove(kept.record)

    async def page(
        self,
        status: JobStatus | None,
        limit: int,
        cursor: str | None = None,
        period: Period = ALWAYS,
    ) -> Sequence[Listed]:
        """At most `limit` jobs of a status, or of all, the newest first."""
        return await self._records.page(status or ALL, limit, cursor, period)


def _shown(job: Job) -> dict[str, object]:
    return {
        "jobId": job.job_id,
        "type": job.type,
        "status": job.status.value,
        "attempts": job.attempts,
        "progress": job.progress,
        "createdAt": rfc3339(job.created_at),
    }
