"""The desk of the jobs: takes them in, shows them, and hears what became of their messages."""

from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime, timedelta

from shared import logs
from shared.application.failures import Reason
from shared.application.jobs.job import (
    EXPIRED,
    FINISHED,
    REMEMBERED,
    RETENTION,
    UNTOUCHED,
    WAITING,
    Job,
    JobStatus,
)
from shared.application.jobs.job_records import Glimpse, JobRecords, Kept
from shared.application.jobs.messages import UnreadableMessage, job_id_of, send
from shared.eventstore.port import StoreUnavailable
from shared.projections.newest_first import Period
from shared.queues.port import Queues
from shared.records import Listed, RecordMoved, Records

PAGE = 100
MOMENT = timedelta(milliseconds=1)  # as finely as lists are sorted
ROUNDS = 20  # a running job is written every few seconds; twenty conflicts in a row are a fault


class Jobs:
    """Everything about jobs but the work itself, which a `Worker` does."""

    def __init__(self, records: Records, queues: Queues, now: Callable[[], datetime]) -> None:
        """`records`: those of kind `jobs`."""
        self._jobs, self._queues, self._now = JobRecords(records), queues, now

    async def submit(self, job: Job) -> Job:
        """Keep a new job, then send its message; to submit it again does both where they lack.

        A process that dies between the two leaves a job without a message: the caller's next try
        with the same id sends it, or `revive` does.

        Raises:
            StoreUnavailable: perhaps kept, perhaps sent.
        """
        try:
            kept: Kept | None = await self._jobs.write(job, None)
        except RecordMoved:
            kept = await self._jobs.read(job.job_id)
        if kept is None:
            raise StoreUnavailable(f"job {job.job_id} was there and is gone")
        if kept.job.attempts == 0 and not kept.job.is_finished:
            await send(self._queues, job.job_id)
        return kept.job

    async def find(self, job_id: str) -> Job | None:
        """A job as it stands, or None; one that seems forgotten is sent again.

        Raises:
            StoreUnavailable: the storage did not answer.
        """
        kept = await self._jobs.read(job_id)
        if kept is not None and kept.job.seems_forgotten(self._now()):
            await self._sent_again(kept)
        return kept.job if kept else None

    async def page(
        self, status: JobStatus | None, limit: int, cursor: str | None
    ) -> Sequence[Listed]:
        """At most `limit` jobs, the newest first, behind the place `cursor`.

        Raises:
            StoreUnavailable: the storage did not answer.
        """
        return await self._jobs.page(status, limit, cursor)

    async def dead_lettered(self, text: str, reason: Reason) -> None:
        """Its message failed for good (dead_letters.Owner)."""

        def parked(job: Job) -> Job:
            return job if job.is_finished else job.dead_lettered(reason, self._now())

        await self._change(text, parked)

    async def redriven(self, text: str) -> None:
        """Its message is sent once more (dead_letters.Owner)."""

        def waiting(job: Job) -> Job:
            now = self._now()
            is_parked = job.status is JobStatus.DEAD_LETTERED
            return job.put_back(now).sent(now) if is_parked else job

        await self._change(text, waiting)

    async def discarded(self, text: str, why: str) -> None:
        """Its message is never sent again (dead_letters.Owner)."""

        def ended(job: Job) -> Job:
            # One that runs has another message, and an end of its own.
            parked = job.status in (JobStatus.DEAD_LETTERED, JobStatus.QUEUED)
            return job.discarded(why, self._now()) if parked else job

        await self._change(text, ended)

    async def revive(self, limit: int) -> int:
        """Send the messages of jobs that seem forgotten; how many, 0 for none left.

        Raises:
            StoreUnavailable: some are left.
        """
        now, revived = self._now(), 0
        async for kept in self._waiting(now, UNTOUCHED, lambda it: it.is_overdue(now)):
            revived += kept.job.seems_forgotten(now) and await self._sent_again(kept)
            if revived == limit:
                break
        return revived

    async def forget(self, at: datetime, limit: int) -> int:
        """End jobs that nothing moved in 14 days, and remove what was finished 30 days ago.

        `at`: the moment to judge by (cleanup/sweep.py); `limit`: at most so many in all. A dead
        letter is no finished job: it may be sent again.

        Returns:
            How many there were; 0 for none left.

        Raises:
            StoreUnavailable: some are left.
        """
        ended = await self._expire(at, limit)
        before = at - REMEMBERED
        for status in FINISHED:
            if ended == limit:
                break
            async for kept in self._jobs.some(
                status, lambda it: it.updated_at < before, Period(before=before)
            ):
                finished_at = kept.job.finished_at or kept.job.updated_at
                ended += finished_at < before and await self._removed(kept)
                if ended == limit:
                    break
        return ended

    async def _expire(self, at: datetime, limit: int) -> int:
        ended, before = 0, at - RETENTION
        async for kept in self._waiting(at, RETENTION, lambda it: it.updated_at <= before):
            failed = kept.job.failed(EXPIRED, self._now())
            ended += kept.job.has_expired(at) and await self._rewritten(kept, failed)
            if ended == limit:
                break
        return ended

    async def _waiting(
        self, now: datetime, age: timedelta, where: Callable[[Glimpse], bool]
    ) -> AsyncIterator[Kept]:
        """Jobs that wait or run and seem to be so, of that age; and those that a clock foretold."""
        for status in WAITING:
            for period in (Period(after=now + UNTOUCHED), Period(before=now - age + MOMENT)):
                async for kept in self._jobs.some(status, where, period):
                    yield kept

    async def _removed(self, kept: Kept) -> bool:
        try:
            await self._jobs.remove(kept)
        except RecordMoved:
            return False
        return True

    async def _sent_again(self, kept: Kept) -> bool:
        """Noted first, so that of many who look at it at once one sends."""
        if not await self._rewritten(kept, kept.job.sent(self._now())):
            return False
        await send(self._queues, kept.job.job_id)
        sentence = f"Job {kept.job.job_id} seemed forgotten and was sent again."
        ids = {"jobId": kept.job.job_id, "correlationId": kept.job.correlation_id}
        logs.warning(sentence, "job_revived", **ids)
        return True

    async def _rewritten(self, kept: Kept, job: Job) -> bool:
        try:
            await self._jobs.write(job, kept)
        except RecordMoved:
            return False  # somebody touched it, so it is not forgotten
        return True

    async def _change(self, text: str, change: Callable[[Job], Job]) -> None:
        try:
            job_id = job_id_of(text)
        except UnreadableMessage:
            return  # not a job's, so not ours to say anything about
        for _ in range(ROUNDS):
            kept = await self._jobs.read(job_id)
            if kept is None or (changed := change(kept.job)) == kept.job:
                return
            if await self._rewritten(kept, changed):
                return
        raise StoreUnavailable(f"job {job_id} never rested")
