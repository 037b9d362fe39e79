"""What a hundred days leave behind: something useless of every kind, and what is needed beside."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from orchestrations.cleanup_messages import CleanupRun, RunStatus
from shared.application.aggregates import STOCK, Cause
from shared.application.cleanup.cleanups import Cleanups
from shared.application.dead_letters import KIND as DEAD_LETTERS
from shared.application.dead_letters import DeadLetters, Origin
from shared.application.dead_letters_filing import Filing, Poison
from shared.application.failures import Failures
from shared.application.jobs.job import Job, JobStatus
from shared.application.jobs.job_records import JobRecords
from shared.application.uploads.register import Register
from shared.application.uploads.upload import Session, Upload
from shared.domain.stock import AdjustStock, ReserveUnits
from shared.eventstore.spilling import ROOM
from shared.names import CLAIM_CHECKS, EXPORTS, PROCESSED, TEMP, UPLOADS
from shared.plain import to_plain
from shared.wiring import Wiring
from tests.dead_letters.scene import QUEUE, Diary
from tests.eventstore.contract import event, snapshot

LONG_AGO = "2026-08-15"  # the day of the one cleanup that is kept
COUNTS = {
    "expired_sessions": 1,
    "orphaned_thumbnails": 1,
    "expired_keys": 1,
    "expired_reservations": 1,
    "old_jobs": 1,
    "orphaned_exports": 1,
    "temporary_blobs": 150,
    "unclaimed_events": 1,
    "resolved_dead_letters": 1,
    "old_failures": 1,
    "old_cleanups": 1,
}


async def leave_behind(wiring: Wiring, then: datetime) -> None:
    """Something of every kind, as it would be left a hundred days ago."""
    register, jobs = Register(wiring.records("uploads")), JobRecords(wiring.records("jobs"))
    session = Session("ada", "image/jpeg", then + timedelta(minutes=15))
    await register.add(Upload("never-came", "never-came/x.jpg", "x.jpg", then, then, session))
    for number in range(150):
        await wiring.blobs.write(TEMP, f"scratch/{number}", b"x", "text/plain")
    for container, name in (
        (PROCESSED, "thumbnails/gone.jpg"),
        (EXPORTS, "orders/old-job.csv"),
        (CLAIM_CHECKS, "order-1/never-appended"),
        (UPLOADS, "by-hand.png"),
    ):
        await wiring.blobs.write(container, name, b"x", "text/plain")
    for job_id, status in (("old-job", JobStatus.SUCCEEDED), ("parked", JobStatus.DEAD_LETTERED)):
        old = Job(job_id, "orders.export", {}, "cid", then, then, then, status=status)
        await jobs.write(old, None)
    await _leave_rows(wiring, then)


async def _leave_rows(wiring: Wiring, then: datetime) -> None:
    await replace(wiring.keys, now=lambda: then).claim("old-key", "f")
    aggregates = replace(wiring.aggregates, now=lambda: then)
    cause = Cause("cid", "test", "tester")
    await aggregates.handle(STOCK, "TEA", AdjustStock("delivery-1", 10, "delivery"), cause)
    reserve = ReserveUnits("never-placed", 1, then + timedelta(minutes=30))
    await aggregates.handle(STOCK, "TEA", reserve, cause)
    letters = DeadLetters(wiring.records(DEAD_LETTERS), lambda: then)
    failures = Failures(wiring.records("failures"), lambda: then)
    filing = Filing(letters, failures, {QUEUE: Origin(Diary(), QUEUE)})
    for letter_id in ("discarded", "waiting"):
        await filing.file(Poison(QUEUE, letter_id, letter_id, then))
    await filing.discard("discarded", "ops", "seen")
    with pytest.raises(ValueError, match="boom"):
        async with failures.noting(QUEUE, "text", 1):
            raise ValueError("boom")
    store = wiring.aggregates.store
    long = replace(event(await store.head("order-1"), text="x" * (ROOM + 1)), event_id="long")
    await store.append(await store.head("order-1"), [long], snapshot())
    long_ago = CleanupRun(LONG_AGO, then, RunStatus.COMPLETED)
    await Cleanups(wiring.records("cleanups")).keep(then, to_plain(long_ago))
