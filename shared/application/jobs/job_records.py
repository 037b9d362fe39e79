"""Jobs as they are kept: a record each, listed with all and with those of its status."""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from shared.application.jobs.job import Job, JobStatus, is_overdue
from shared.plain import Json, from_plain, rfc3339, to_plain
from shared.projections.newest_first import ALWAYS, EPOCH, Period
from shared.records import Listed, Record, Records

ALL = "all"
PAGE = 1_000  # rows of a list; as many as Table storage answers at once
HIDDEN = ("updatedAt", "sentAt")  # in the rows of lists for our own sake
EVER = rfc3339(EPOCH)


@dataclass(frozen=True, slots=True)
class Glimpse:
    """What a list alone tells of a job."""

    updated_at: datetime
    sent_at: datetime

    def is_overdue(self, now: datetime) -> bool:
        """As the job's own, whatever its status."""
        return is_overdue(self.updated_at, self.sent_at, now)


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
        """At most `limit` jobs of a status, or of all, the newest first, as clients see them."""
        rows = await self._records.page(status or ALL, limit, cursor, period)
        return [replace(row, shown=_public(row.shown)) for row in rows]

    async def some(
        self, status: JobStatus, where: Callable[[Glimpse], bool], period: Period
    ) -> AsyncIterator[Kept]:
        """The jobs of a status that were made in a period and seem to be so, each read when due.

        Lists alone are gone through for the others: a thousand in one request. Jobs may be moved
        and removed meanwhile.
        """
        cursor: str | None = None
        while rows := await self._records.page(status, PAGE, cursor, period):
            for row in rows:
                kept = await self.read(row.shown["jobId"]) if where(_glimpse(row.shown)) else None
                if kept is not None and kept.job.status is status:
                    yield kept
            cursor = rows[-1].place


def _glimpse(shown: Json) -> Glimpse:
    updated_at, sent_at = (shown.get(name) for name in HIDDEN)
    # A row of an earlier version does not say; one that is long ago is looked at.
    return Glimpse(from_plain(datetime, updated_at or EVER), from_plain(datetime, sent_at or EVER))


def _public(shown: Json) -> Json:
    return {name: value for name, value in shown.items() if name not in HIDDEN}


def _shown(job: Job) -> dict[str, object]:
    return {
        "jobId": job.job_id,
        "type": job.type,
        "status": job.status.value,
        "attempts": job.attempts,
        "progress": job.progress,
        "createdAt": rfc3339(job.created_at),
        "updatedAt": rfc3339(job.updated_at),
        "sentAt": rfc3339(job.sent_at),
    }
