"""The worker: takes the job that a message names, lets its type do the work, and says what came."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from shared import logs
from shared.application.failures import reason_of
from shared.application.jobs.job import Job
from shared.application.jobs.job_records import JobRecords
from shared.application.jobs.messages import job_id_of, send
from shared.application.jobs.slice import Overtaken, Slice
from shared.application.jobs.work import BadPayload, GoOn, Work, WorkFailed
from shared.eventstore.port import StoreUnavailable
from shared.queues.port import Queues
from shared.records import RecordMoved

ROUNDS = 20


class UnknownJob(LookupError):
    """There is no such job: it was never made, or it was over long ago and is forgotten."""

    code = "unknown_job"


class UnknownType(LookupError):
    """This program knows no such type of job. Deploy one that does, and send the message again."""

    code = "unknown_job_type"


@dataclass(frozen=True, slots=True)
class Worker:
    """Whoever takes a job last has it: a worker that lost its message finds itself shut out."""

    jobs: JobRecords
    queues: Queues
    works: Mapping[str, Work]
    now: Callable[[], datetime]
    new_id: Callable[[], str]
    monotonic: Callable[[], float] = time.monotonic

    async def process(self, text: str) -> None:
        """Do the work of the job that a message names, or one slice of it.

        A message of a finished job changes nothing.

        Raises:
            UnreadableMessage, UnknownJob, UnknownType: no try will help; the host puts it aside.
            StoreUnavailable, and whatever the work raises: the host tries again.
        """
        run = await self._taken(job_id_of(text))
        if run is None:
            return
        try:
            await self._worked(self.works[run.job.type], run)
        except Overtaken:
            # The host's deletion of our message comes too late as well, if it was the same one.
            _log(logs.info, run.job, "was taken over by another worker.", "job_overtaken")

    async def _taken(self, job_id: str) -> Slice | None:
        worker = self.new_id()
        for _ in range(ROUNDS):
            kept = await self.jobs.read(job_id)
            if kept is None:
                raise UnknownJob(UnknownJob.__doc__)
            if kept.job.is_finished:
                _log(logs.info, kept.job, "is finished; a message came late.", "job_message_late")
                return None
            if kept.job.type not in self.works:
                raise UnknownType(f"{UnknownType.__doc__} ({kept.job.type})")
            if kept.job.taken_by != worker:  # else the write below arrived, but not its answer
                try:
                    kept = await self.jobs.write(kept.job.taken(worker, self.now()), kept)
                except RecordMoved:
                    continue
            return Slice(self.jobs, self.now, self.monotonic, kept)
        raise StoreUnavailable(f"job {job_id} never rested")

    async def _worked(self, work: Work, run: Slice) -> None:
        try:
            result = await work.run(work.read(run.job.payload), run)
        except GoOn as rest:
            await self._sent_on(run, rest)
        except (BadPayload, WorkFailed) as error:
            reason = reason_of(error)
            await run.change(lambda job: job.failed(reason, self.now()))
            _log(logs.warning, run.job, f"failed: {reason.detail}", "job_failed", reason.code)
        except Overtaken:
            raise
        except Exception as error:
            await self._put_back(run, error)
            raise
        else:
            await run.change(lambda job: job.succeeded(result, self.now()))
            _log(logs.info, run.job, "succeeded.", "job_succeeded")

    async def _sent_on(self, run: Slice, rest: GoOn) -> None:
        """The next slice has its message before this one's is deleted."""
        await send(self.queues, run.job_id, rest.after)
        await run.change(lambda job: job.put_back(self.now()).sent(self.now()))
        _log(logs.info, run.job, "goes on in another slice.", "job_sent_on")

    async def _put_back(self, run: Slice, error: Exception) -> None:
        reason = reason_of(error)
        try:
            await run.change(lambda job: job.put_back(self.now(), reason))
        except StoreUnavailable as outage:
            # The message comes again, whatever the record says of the job until then.
            sentence = f"is shown as running, but its worker failed. {outage}"
            _log(logs.warning, run.job, sentence, "job_not_put_back")


def _log(
    level: Callable[..., None], job: Job, what: str, action: str, code: str | None = None
) -> None:
    ids = {"jobId": job.job_id, "type": job.type, "attempts": job.attempts}
    correlated = {"correlationId": job.correlation_id, "code": code}
    level(f"Job {job.job_id} {what}", action, **ids, **correlated)
