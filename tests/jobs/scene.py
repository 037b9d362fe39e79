"""Jobs over memory, and a host that hands out their messages as the real one does."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from shared.application.failures import Failures
from shared.application.jobs.desk import Jobs
from shared.application.jobs.job import Job
from shared.application.jobs.job_records import JobRecords
from shared.application.jobs.work import Run, Work
from shared.application.jobs.worker import Worker
from shared.names import JOBS
from shared.plain import Json
from tests.application.memory import Memory
from tests.given import NOW
from tests.projections.test_views import Ticks

MOST_RECEIVES = 3  # host.json, maxDequeueCount
Doing = Callable[[Json, Run], Awaitable[Json]]


@dataclass(frozen=True)
class Doer:
    """A type of job that does what the test says."""

    do: Doing

    def read(self, payload: Json) -> Json:
        return payload

    async def run(self, payload: Json, run: Run) -> Json:
        return await self.do(payload, run)


def a_job(job_id: str = "job-1", kind: str = "test", **payload: Any) -> Job:
    return Job(job_id, kind, payload, "cid", NOW, NOW, NOW)


@dataclass
class Scene:
    """One app over one memory; `works` are its types of jobs."""

    works: dict[str, Work] = field(default_factory=dict)
    memory: Memory = field(default_factory=Memory)
    ticks: Ticks = field(default_factory=Ticks)
    poison: list[str] = field(default_factory=list)
    receives: dict[int, int] = field(default_factory=dict)

    @property
    def desk(self) -> Jobs:
        return Jobs(self.memory.wiring.records("jobs"), self.memory.wiring.queues, self.clock)

    @property
    def records(self) -> JobRecords:
        return JobRecords(self.memory.wiring.records("jobs"))

    @property
    def clock(self):
        return self.memory.clock

    @property
    def messages(self) -> list[Any]:
        return self.memory.queues.sent[JOBS]

    def worker(self) -> Worker:
        """A process of its own, which knows nothing yet."""
        wiring = self.memory.wiring
        return Worker(
            self.records, wiring.queues, self.works, self.clock, wiring.new_id, self.ticks
        )

    async def job(self, job_id: str = "job-1") -> Job:
        kept = await self.records.read(job_id)
        assert kept
        return kept.job

    async def submit(self, job: Job | None = None) -> Job:
        return await self.desk.submit(job or a_job())

    async def deliver(self) -> BaseException | None:
        """Hand out the oldest message; what the function raised, and what became of the message."""
        message = self.messages[0]
        count = self.receives[id(message)] = self.receives.get(id(message), 0) + 1
        failures = Failures(self.memory.wiring.records("failures"), self.clock)
        try:
            async with failures.noting(JOBS, message.text, count):
                await self.worker().process(message.text)
        except Exception as error:
            if count >= MOST_RECEIVES:
                self.messages.remove(message)
                self.poison.append(message.text)
            return error
        self.messages.remove(message)
        return None

    async def drain(self) -> None:
        """Hand out messages until there is none."""
        for _ in range(1_000):
            if not self.messages:
                return
            await self.deliver()
        raise AssertionError("the messages never end")
