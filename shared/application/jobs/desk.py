"""The desk of the jobs: takes them in, shows them, and hears what became of their messages."""

from collections.abc import Callable, Sequence
from datetime import datetime

from shared import logs
from shared.application.failures import Reason
from shared.application.jobs.job import EXPIRED, FINISHED, WAITING, Job, JobStatus
from shared.application.jobs.job_records import JobRecords, Kept
from shared.application.jobs.messages import UnreadableMessage, job_id_of, send
from shared.eventstore.port import StoreUnavailable
from shared.projections.newest_first import Period
from shared.queues.port import Queues
from shared.records import Listed, RecordMoved, Records

PAGE = 100
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

    async def revive(self, limit: int) -> int:
        """Send the messages of jobs that seem forgotten; how many, 0 for none left.

        Raises:
            StoreUnavailable: some are left.
        """
        revived = 0
        for job_id in await self._waiting():
            kept = await self._jobs.read(job_id) if revived < limit else None
            if kept is not None and kept.job.seems_forgotten(self._now()):
                revived += await self._sent_again(kept)
        return revived

    async def forget(self, before: datetime, limit: int) -> int:
        """End jobs that waited too long, and remove finished ones made before then.

        `limit`: at most so many in all. A dead letter is no finished job: it may be sent again.

        Returns:
            How many there were; 0 for none left.

        Raises:
            StoreUnavailable: some are left.
        """
        ended = await self._expired(limit)
        for status in FINISHED:
            cursor: str | None = None
            while ended < limit and (
                page := await self._jobs.page(status, limit - ended, cursor, Period(before=before))
            ):
                for listed in page:
                    ended += await self._removed(listed.shown["jobId"])
                cursor = page[-1].place
        return ended

    async def _expired(self, limit: int) -> int:
        ended = 0
        for job_id in await self._waiting():
            kept = await self._jobs.read(job_id) if ended < limit else None
            if kept is not None and kept.job.has_expired(self._now()):
                ended += await self._rewritten(kept, kept.job.failed(EXPIRED, self._now()))
        return ended

    async def _removed(self, job_id: str) -> bool:
        kept = await self._jobs.read(job_id)
        if kept is None:
            return False
        try:
            await self._jobs.remove(kept)
        except RecordMoved:
            return False
        return True

    async def _waiting(self) -> Sequence[str]:
        """Every job that waits or runs: a full look first, for sending moves them in the lists."""
        found: list[str] = []
        for status in WAITING:
            cursor: str | None = None
            while page := await self._jobs.page(status, PAGE, cursor):
                found += [listed.shown["jobId"] for listed in page]
                cursor = page[-1].place
        return found

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
