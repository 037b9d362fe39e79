"""The app's own sweeps over leftovers of every kind, with everything alive beside them."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from blueprints.cleanup import sweeps_of
from orchestrations.activities.cleanup import CleanupActivities
from shared.application.cleanup.cleanups import Cleanups
from shared.application.cleanup.sweep import Sweep, Swept
from shared.application.jobs.job import Job, JobStatus
from shared.application.jobs.job_records import JobRecords
from shared.application.uploads.register import Register
from shared.application.uploads.upload import Session, Upload, UploadStatus
from shared.eventstore.blob_spill import BlobSpill
from shared.eventstore.memory import MemoryEventStore
from shared.eventstore.spilling import ROOM, SpillingEventStore
from shared.names import CLAIM_CHECKS, CONTAINERS, EXPORTS, PROCESSED, TEMP, UPLOADS
from shared.plain import Json, to_plain
from tests.application.memory import Memory
from tests.application.mortal import Died, Mortal
from tests.cleanup.sweeping import names_in, put
from tests.eventstore.contract import event, snapshot
from tests.given import NOW

MONTHS = timedelta(days=100)


class NoHistories:
    """An engine without histories; those have tests of their own."""

    async def page(self, *_: Any) -> Swept:
        return Swept(0, None)


def sweeps(memory: Memory) -> dict[str, Sweep]:
    return {**sweeps_of(memory.wiring, None), "old_histories": NoHistories()}


def job(job_id: str, status: JobStatus) -> Job:
    return Job(job_id, "orders.export", {}, "cid", NOW, NOW, NOW, status=status)


async def leftovers() -> Memory:
    """Something old of every kind, and something old that is needed beside most."""
    memory = Memory()
    memory.store = SpillingEventStore(MemoryEventStore(), BlobSpill(memory.blobs))
    wiring = memory.wiring
    register, jobs = Register(wiring.records("uploads")), JobRecords(wiring.records("jobs"))
    session = Session("cust-1", "image/jpeg", NOW + timedelta(minutes=15))
    for name, status in (("over", UploadStatus.WAITING), ("ready", UploadStatus.READY)):
        await register.add(Upload(name, f"{name}/x.jpg", "x.jpg", NOW, NOW, session, status))
    await put(memory, UPLOADS, "ready/x.jpg")
    await put(memory, PROCESSED, "thumbnails/ready/x.jpg", "thumbnails/gone.jpg")
    await jobs.write(job("done", JobStatus.SUCCEEDED), None)
    await jobs.write(job("parked", JobStatus.DEAD_LETTERED), None)
    await put(memory, EXPORTS, "orders/done.csv", "orders/parked.csv", "orders/gone.csv")
    await put(memory, TEMP, "scratch")
    long = event(await memory.store.head("order-1"), text="x" * (ROOM + 1))
    await memory.store.append(await memory.store.head("order-1"), [long], snapshot())
    await put(memory, CLAIM_CHECKS, "order-1/never-appended")
    await wiring.keys.claim("old-key", "f")
    await Cleanups(wiring.records("cleanups")).keep(NOW, {"day": "2026-11-23"})
    memory.clock.forward(days=MONTHS.days)
    await wiring.keys.claim("new-key", "f")
    await put(memory, TEMP, "new")
    return memory


async def cleaned(memory: Memory) -> dict[str, Any]:
    """Run every sweep as its activity does, and say what each came to."""
    cleanups = Cleanups(memory.wiring.records("cleanups"))
    activities = CleanupActivities(cleanups, lambda: 0.0)
    told = {}
    for name in sweeps(memory):
        step = {"sweep": name, "at": to_plain(memory.clock()), "cursor": None}
        told[name] = await activities.sweep(step, sweeps(memory))
        assert told[name]["failure"] is None, told[name]
    return told


async def what_is_left(memory: Memory) -> Json:
    wiring = memory.wiring
    register = Register(wiring.records("uploads"))
    over = await register.find("over")
    return {
        **{each: await names_in(memory, each) for each in CONTAINERS},
        "keys": sorted(memory.keys.cells),
        "jobs": [row.shown["jobId"] for row in await wiring.records("jobs").page("all", 9)],
        "cleanups": len(await wiring.records("cleanups").page("all", 9)),
        "session": over and over.status,
        "event": len(await memory.store.read("order-1")),
    }


CLEAN = {
    "uploads": ["ready/x.jpg"],
    "processed": ["thumbnails/ready/x.jpg"],
    "exports": ["orders/parked.csv"],
    "reports": [],
    "temp": ["new"],
    "keys": ["new-key"],
    "jobs": ["parked"],
    "cleanups": 0,
    "session": UploadStatus.EXPIRED,
    "event": 1,
}


async def test_all_that_is_useless_goes_and_nothing_else():
    memory = await leftovers()
    told = await cleaned(memory)
    counts = {name: each["count"] for name, each in told.items() if each["count"]}
    assert counts == {
        "expired_sessions": 1,
        "orphaned_thumbnails": 1,
        "expired_keys": 1,
        "old_jobs": 1,
        "orphaned_exports": 2,
        "temporary_blobs": 1,
        "unclaimed_events": 1,
        "old_cleanups": 1,
    }
    left = await what_is_left(memory)
    assert len(left.pop("claim-checks")) == 2  # the event's, and the mark of the app
    assert left == CLEAN


async def test_a_second_run_finds_nothing():
    memory = await leftovers()
    await cleaned(memory)
    assert {each["count"] for each in (await cleaned(memory)).values()} == {0}


@pytest.mark.parametrize("after", [False, True], ids=["before it", "after it"])
async def test_a_run_killed_at_any_request_is_finished_by_the_next_one(after):
    died = 0
    for fatal in range(1, 200):
        memory = await leftovers()
        dies = [fatal]
        blobs = Mortal(memory.blobs, dies, after=after)
        fragile = replace(
            memory,
            keys=Mortal(memory.keys, dies, after=after),
            records=Mortal(memory.records, dies, after=after),
            replaced={"blobs": blobs},
        )
        try:
            await cleaned(fragile)
        except Died:
            died += 1
        else:
            break
        await cleaned(memory)
        left = await what_is_left(memory)
        assert len(left.pop("claim-checks")) == 2  # the event's, and the mark of the app
        assert left == CLEAN, f"killed at request {fatal}"
    assert died > 30
