"""The trigger on the queue of jobs (guide S3.3, S3.4; host.json: 10 at once, 3 receives)."""

from dataclasses import dataclass
from typing import Any

import azure.durable_functions as df
import azure.functions as func

from blueprints.job_types import works_of
from shared.application.failures import Failures
from shared.application.jobs.job_records import JobRecords
from shared.application.jobs.worker import Worker
from shared.names import CONNECTION, JOBS
from shared.wiring import Wiring


@dataclass(frozen=True, slots=True)
class JobQueue:
    worker: Worker
    failures: Failures

    async def process(self, msg: func.QueueMessage) -> None:
        """Do one slice of a job; whatever this raises, the host hands the message out again."""
        # The host gives the exact text; bytes that are none name no job, and are told so below.
        text = msg.get_body().decode(errors="replace")
        async with self.failures.noting(JOBS, text, msg.dequeue_count or 1):
            await self.worker.process(text)


def job_queue_of(wiring: Wiring) -> JobQueue:
    """The queue's reader over what the app is wired to."""
    jobs = JobRecords(wiring.records("jobs"))
    worker = Worker(jobs, wiring.queues, works_of(wiring), wiring.now, wiring.new_id)
    return JobQueue(worker, Failures(wiring.records("failures"), wiring.now))


def blueprint(wiring: Wiring) -> Any:
    """The trigger of the jobs."""
    functions, queue = df.Blueprint(), job_queue_of(wiring)
    # Binary, or a message with a member `dequeueCount` would hide its own (host-triggers.md 3.5).
    triggered = functions.queue_trigger(
        arg_name="msg", queue_name=JOBS, connection=CONNECTION, data_type=func.DataType.BINARY
    )(queue.process)
    functions.function_name("ProcessJob")(triggered)
    return functions
