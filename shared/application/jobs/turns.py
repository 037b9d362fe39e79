"""Turns: of the jobs that must not run side by side, one holds the turn and the others wait."""

from shared.application.jobs.job import FINISHED, JobStatus
from shared.application.jobs.job_records import JobRecords
from shared.eventstore.port import StoreUnavailable
from shared.records import Record, RecordMoved, Records

ROUNDS = 20


class Turns:
    """A turn is held by a job, not by a process: it ends with the job, however that ends."""

    def __init__(self, records: Records, jobs: JobRecords) -> None:
        """`records`: those of kind `turns`."""
        self._records, self._jobs = records, jobs

    async def take(self, name: str, job_id: str) -> bool:
        """Whether the job has the turn of this name now; if not, another one that is alive has it.

        Raises:
            StoreUnavailable: perhaps taken; take it again.
        """
        for _ in range(ROUNDS):
            held = await self._records.read(name)
            holder = held.document["jobId"] if held else None
            if holder == job_id:
                return True
            if holder is not None and await self._is_alive(holder):
                return False
            kept = await self._jobs.read(job_id)
            if kept is None:
                return False
            turn = Record(name, kept.job.created_at, {"jobId": job_id})
            try:
                await self._records.write(turn, held)
            except RecordMoved:
                continue
            return True
        raise StoreUnavailable(f"the turn of {name} never rested")

    async def _is_alive(self, job_id: str) -> bool:
        """A dead letter waits for a person, so nobody waits for it."""
        kept = await self._jobs.read(job_id)
        return kept is not None and kept.job.status not in (*FINISHED, JobStatus.DEAD_LETTERED)
