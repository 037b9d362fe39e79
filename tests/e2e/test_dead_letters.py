"""Messages that fail for good at a running host, and come back when what was wrong is put right."""

import asyncio
import os
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from shared import names
from shared.application.jobs.job import Job
from shared.application.jobs.job_records import JobRecords
from shared.azure_tables import Tables
from shared.projections.azure_tables import AzureTablesRows
from shared.queues.azure_queues import AzureQueues
from shared.records import Records
from shared.storage_account import StorageAccount
from tests.e2e.conftest import host_on
from tests.e2e.running_host import RunningHost
from tests.e2e.shop import Shop
from workbench import azurite as emulator

# Two attempts a message without a pause: what is counted here is messages, not patience. With one,
# a short outage would make new dead letters: once a minute the emulator stands still for a while.
QUEUES = "AzureFunctionsJobHost__extensions__queues__"
FAST = {
    f"{QUEUES}maxDequeueCount": "2",
    f"{QUEUES}visibilityTimeout": "00:00:00",
    f"{QUEUES}maxPollingInterval": "00:00:00.1",
}
# A thousand take minutes on a busy machine: BAD_MESSAGES=1000 pytest tests/e2e/test_dead_letters.py
MESSAGES = int(os.environ.get("BAD_MESSAGES", "100"))
PATIENCE = 120 + MESSAGES  # seconds
JUNK = ["no job", "bm8gam9i", '{"jobId": 7}', "𝄞 <&>\u2028", " \t{ "]
EMPTY = {"placedAfter": "2020-01-01T00:00:00Z", "placedBefore": "2020-01-02T00:00:00Z"}


@dataclass
class Desk:
    """An operator at a host with an Azurite of its own: queue names are fixed."""

    host: RunningHost
    shop: Shop
    storage: str

    async def send(self, texts: Sequence[str]) -> None:
        queues = AzureQueues(StorageAccount(self.storage))
        await queues.send(names.JOBS, texts[0])  # which makes the queue
        await asyncio.gather(*(queues.send(names.JOBS, text) for text in texts[1:]))
        await queues.close()

    async def put_right(self, job_ids: Sequence[str]) -> None:
        """The jobs that the messages name are there after all."""
        tables = Tables(StorageAccount(self.storage), self.host.setting("TABLE_PREFIX"))
        jobs = JobRecords(Records(AzureTablesRows(tables, names.RECORDS), "jobs"))
        now = datetime.now(UTC)
        made = [Job(each, "orders.export", EMPTY, "cid", now, now, now) for each in job_ids]
        await asyncio.gather(*(jobs.write(job, None) for job in made))
        await tables.close()

    async def all(self, path: str) -> list[dict[str, Any]]:
        """Every item of a list."""
        found: list[dict[str, Any]] = []
        cursor = ""
        while True:
            status, said = await self.shop.ask("GET", f"/api/{path}limit=100{cursor}")
            assert status == 200, said
            found += said["items"]
            if not said["nextCursor"]:
                return found
            cursor = f"&cursor={said['nextCursor']}"

    async def until(self, path: str, number: int) -> list[dict[str, Any]]:
        """The items of a list once there are as many; a queue may still hide what is done."""
        deadline = time.monotonic() + PATIENCE
        while len(found := await self.all(path)) < number:
            assert time.monotonic() < deadline, f"{len(found)} of {number}: {self.host.output()}"
            await asyncio.sleep(0.5)
        return found

    async def letter(self, letter_id: str) -> dict[str, Any]:
        """All of one letter."""
        status, said = await self.shop.ask("GET", f"/api/dead-letters/{letter_id}")
        assert status == 200, said
        return dict(said)

    async def redrive(self, **wanted: str) -> str:
        """Start a bulk re-drive and return where to watch it."""
        status, said = await self.shop.ask("POST", "/api/dead-letters/redrive", wanted)
        assert status == 202, said
        return str(said["links"]["self"])

    async def progress(self, path: str, *, redriven: int = 0) -> dict[str, Any]:
        """A bulk re-drive once it sent as many, or once it ended."""
        deadline = time.monotonic() + PATIENCE
        while True:
            status, said = await self.shop.ask("GET", path)
            assert status == 200, said
            if said["runtimeStatus"] not in ("Pending", "Running"):
                return dict(said)
            if redriven and said.get("redriven", 0) >= redriven:
                return dict(said)
            assert time.monotonic() < deadline, said
            await asyncio.sleep(0.1)


@asynccontextmanager
async def desk_at(tmp_path, session) -> AsyncIterator[Desk]:
    with emulator.in_memory() as storage:
        host = host_on(storage, tmp_path / "log", **FAST)
        host.start()
        await host.ready(session)
        try:
            yield Desk(host, Shop(host.url, session), storage)
        finally:
            code = host.stop()
        assert code == 0, host.output()


def messages_of(job_ids: Sequence[str]) -> list[str]:
    return [f'{{"jobId": "{each}"}}' for each in job_ids]


@pytest.mark.timeout(2 * PATIENCE)
async def test_bad_messages_are_sent_again_once_after_one_fix(tmp_path, session):
    job_ids = [f"job-{number:04d}" for number in range(MESSAGES - len(JUNK))]
    async with desk_at(tmp_path, session) as desk:
        await desk.send([*messages_of(job_ids), *JUNK])
        filed = await desk.until("dead-letters?", MESSAGES)
        assert Counter(each["reason"]["code"] for each in filed) == {
            "unknown_job": len(job_ids),
            "unreadable_message": len(JUNK),
        }

        await desk.put_right(job_ids)
        ended = await desk.progress(await desk.redrive(queue=names.JOBS, reason="unknown_job"))
        assert ended["runtimeStatus"] == "Completed", ended
        assert (ended["redriven"], ended["left"], ended["failed"]) == (len(job_ids), 0, 0)
        # None lost: each job ran, and no message came back. None doubled: none met its job at
        # work in other hands, or finished.
        done = await desk.until("jobs?status=succeeded&", len(job_ids))
        assert sorted(each["jobId"] for each in done) == job_ids
        assert len(await desk.all("dead-letters?")) == MESSAGES
        log = (tmp_path / "log").read_text()
        assert log.count('"dead_letter_redriven"') == len(job_ids)
        assert ("job_message_late" in log, "job_overtaken" in log) == (False, False)

        waiting = await desk.all("dead-letters?status=waiting&")
        letters = [await desk.letter(each["deadLetterId"]) for each in waiting]
        assert sorted(letter["body"] for letter in letters) == sorted(JUNK)


@pytest.mark.timeout(180)
async def test_a_host_killed_in_the_middle_of_a_bulk_redrive_goes_on_with_it(tmp_path, session):
    job_ids = [f"job-{number:04d}" for number in range(60)]
    async with desk_at(tmp_path, session) as desk:
        await desk.send(messages_of(job_ids))
        await desk.until("dead-letters?", len(job_ids))
        await desk.put_right(job_ids)
        where = await desk.redrive()
        assert (await desk.progress(where, redriven=50))["redriven"] < len(job_ids)
        desk.host.kill()
        desk.host.start()
        await desk.host.ready(session)
        ended = await desk.progress(where)
        assert (ended["runtimeStatus"], ended["redriven"]) == ("Completed", len(job_ids)), ended
        # A job that was killed in its last attempt is a dead letter now: once more.
        while len(await desk.all("jobs?status=succeeded&")) < len(job_ids):
            await desk.progress(await desk.redrive())
        assert await desk.all("dead-letters?status=waiting&") == []


@pytest.mark.timeout(120)
async def test_what_fails_again_comes_back_and_names_the_letter_before(tmp_path, session):
    async with desk_at(tmp_path, session) as desk:
        await desk.send(["no job"])
        (first,) = await desk.until("dead-letters?", 1)
        path = f"/api/dead-letters/{first['deadLetterId']}"
        status, said = await desk.shop.ask("POST", f"{path}/redrive")
        assert (status, said["status"]) == (202, "redriven"), said
        (again,) = await desk.until("dead-letters?status=waiting&", 1)
        assert again["earlierId"] == first["deadLetterId"]
        assert (again["reason"]["code"], again["dequeueCount"]) == ("unreadable_message", 2)
        path = f"/api/dead-letters/{again['deadLetterId']}"
        status, said = await desk.shop.ask("DELETE", path, {"reason": "it never was a job"})
        assert (status, said["status"]) == (200, "discarded"), said
