"""Jobs are taken in, found, revived, parked, sent again and forgotten."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from shared.application.failures import Reason
from shared.application.jobs import job_records
from shared.application.jobs.job import REMEMBERED, RETENTION, JobStatus
from shared.application.jobs.work import WorkFailed
from shared.projections.rows import MemoryRows
from tests.application.memory import Memory
from tests.application.mortal import Died, Mortal
from tests.jobs.scene import Doer, Scene, a_job

TEXT = '{"jobId": "job-1"}'
BROKEN = Reason("internal", "RuntimeError: as always")


async def done(_payload, _run):
    return {}


@pytest.fixture
def scene() -> Scene:
    return Scene({"test": Doer(done)})


async def ids(scene: Scene, status: JobStatus | None = None) -> list[str]:
    return [each.shown["jobId"] for each in await scene.desk.page(status, 10, None)]


async def test_a_submitted_job_is_kept_and_its_message_lives_for_fourteen_days(scene):
    await scene.submit()
    (message,) = scene.messages
    assert (message.text, message.life) == (TEXT, timedelta(days=14))  # guide S3.1
    assert (await scene.job()).status is JobStatus.QUEUED


async def test_to_submit_a_job_again_makes_no_second_one(scene):
    await scene.submit()
    await scene.submit()
    await scene.drain()
    assert await ids(scene) == ["job-1"]
    assert (await scene.job()).attempts == 1
    await scene.submit()
    assert scene.messages == []


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("request_number", [1, 2])
async def test_a_process_that_dies_while_it_takes_a_job_in_loses_none(scene, request_number, after):
    """Whether its client comes again or not, what was kept is done in the end."""
    dies, memory = [request_number], scene.memory
    rows, queues = memory.records, memory.queues
    memory.records = Mortal(rows, dies, after=after)
    memory.replaced = {"queues": Mortal(queues, dies, after=after)}
    with pytest.raises(Died):
        await scene.submit()
    memory.records, memory.replaced = rows, {}
    was_kept = await scene.records.read("job-1") is not None
    scene.clock.forward(minutes=31)
    await scene.desk.revive(10)
    await scene.drain()
    found = await scene.records.read("job-1")
    assert (found is not None) == was_kept
    assert found is None or found.job.status is JobStatus.SUCCEEDED
    await scene.submit()
    await scene.drain()
    assert (await scene.job()).status is JobStatus.SUCCEEDED


async def test_a_job_whose_message_vanished_is_sent_again_by_whoever_looks_at_it(scene):
    await scene.submit()
    scene.messages.clear()
    scene.clock.forward(minutes=29)
    await scene.desk.find("job-1")
    assert scene.messages == []
    scene.clock.forward(minutes=1)
    for _ in range(3):
        await scene.desk.find("job-1")
    assert [message.text for message in scene.messages] == [TEXT]
    await scene.drain()
    assert (await scene.job()).status is JobStatus.SUCCEEDED


async def test_forgotten_jobs_are_revived_so_many_at_a_time(scene):
    for number in range(5):
        await scene.submit(a_job(f"job-{number}"))
    scene.messages.clear()
    scene.clock.forward(hours=1)
    assert [await scene.desk.revive(3) for _ in range(3)] == [3, 2, 0]
    assert len(scene.messages) == 5


async def test_a_job_that_no_worker_finished_in_the_life_of_its_message_has_failed(scene):
    await scene.submit()
    scene.clock.forward(days=RETENTION.days)
    assert await scene.desk.forget(scene.clock.now, 10) == 1
    job = await scene.job()
    assert (job.status, job.error.code) == (JobStatus.FAILED, "expired")
    assert await scene.desk.forget(scene.clock.now, 10) == 0


async def test_a_job_that_is_sent_again_and_again_ends_all_the_same(scene):
    await scene.submit()
    for _ in range(RETENTION.days):
        scene.clock.forward(days=1)
        await scene.desk.revive(100)
        await scene.desk.forget(scene.clock.now, 100)
    assert (await scene.job()).status is JobStatus.FAILED
    assert len(scene.messages) <= RETENTION.days + 1


async def test_a_worker_that_moves_a_job_puts_its_end_off(scene):
    await scene.submit()
    kept = await scene.records.read("job-1")
    scene.clock.forward(days=13)
    await scene.records.write(kept.job.taken("worker", scene.clock.now), kept)
    scene.clock.forward(days=2)
    assert await scene.desk.forget(scene.clock.now, 10) == 0
    assert (await scene.job()).status is JobStatus.RUNNING


async def test_messages_of_a_job_that_nobody_takes_up_do_not_pile_up(scene):
    """KeepWarm looks every five minutes; somebody follows the job by hand beside it."""
    await scene.submit()
    for _ in range(12 * 24):
        scene.clock.forward(minutes=5)
        await scene.desk.revive(100)
        await scene.desk.find("job-1")
    assert len(scene.messages) == 4  # the first one, and those of 00:30, 02:00 and 08:00


class TestClocks:
    """Ours may jump ahead by a year, and be put right again."""

    async def test_no_job_ends_by_a_clock_that_the_caller_does_not_believe(self, scene):
        await scene.submit()
        at = scene.clock.now
        scene.clock.forward(days=365)
        assert await scene.desk.forget(at, 10) == 0
        assert (await scene.job()).status is JobStatus.QUEUED

    async def test_a_job_touched_in_times_to_come_is_sent_again_and_ends_in_time(self, scene):
        await scene.submit()
        scene.clock.forward(days=365)
        await scene.desk.revive(10)
        scene.clock.forward(days=-365)
        scene.messages.clear()
        scene.clock.forward(minutes=31)
        assert [await scene.desk.revive(10) for _ in range(2)] == [1, 0]
        scene.clock.forward(days=14)
        assert await scene.desk.forget(scene.clock.now, 10) == 1

    async def test_a_job_made_in_times_to_come_is_sent_again_and_ends_in_time(self, scene):
        ahead = scene.clock.now + timedelta(days=365)
        made = {"created_at": ahead, "updated_at": ahead, "sent_at": ahead}
        await scene.submit(replace(a_job(), **made))
        scene.messages.clear()
        assert [await scene.desk.revive(10) for _ in range(2)] == [1, 0]
        assert len(scene.messages) == 1
        assert await scene.desk.forget(scene.clock.now, 10) == 0
        scene.clock.forward(days=14)
        assert await scene.desk.forget(scene.clock.now, 10) == 1

    async def test_a_clock_that_is_ahead_by_a_little_sends_nothing_twice(self, scene):
        await scene.submit()
        scene.clock.forward(minutes=-29)
        assert await scene.desk.revive(10) == 0


class Counting:
    """Rows that count what is asked of them."""

    def __init__(self) -> None:
        self.rows = MemoryRows()
        self.asked: Counter[str] = Counter()

    def __getattr__(self, name):
        self.asked[name] += 1
        return getattr(self.rows, name)


async def test_a_look_at_many_waiting_jobs_reads_lists_and_none_of_the_jobs():
    rows = Counting()
    scene = Scene(memory=Memory(records=rows))
    for number in range(2_500):
        await scene.submit(a_job(f"job-{number}"))
    for minutes, due in ((0, 0), (29, 0), (1, 100), (1, 100)):
        scene.clock.forward(minutes=minutes)
        for look, found in ((scene.desk.revive(100), due), (_forgotten(scene), 0)):
            rows.asked.clear()
            assert await look == found
            assert rows.asked["get"] == found
            assert rows.asked["page"] <= 12


async def _forgotten(scene: Scene) -> int:
    return await scene.desk.forget(scene.clock.now, 100)


async def test_what_lists_hold_for_our_own_sake_is_not_shown(scene):
    await scene.submit()
    (row,) = await scene.desk.page(None, 10, None)
    assert set(row.shown) == {"jobId", "type", "status", "attempts", "progress", "createdAt"}


async def test_a_row_of_an_earlier_version_is_looked_at(scene, monkeypatch):
    monkeypatch.setattr(job_records, "_shown", lambda job: {"jobId": job.job_id})
    await scene.submit()
    scene.messages.clear()
    assert await scene.desk.revive(10) == 0
    scene.clock.forward(minutes=31)
    assert await scene.desk.revive(10) == 1


async def test_finished_jobs_are_forgotten_in_time_and_the_others_stay(scene):
    async def hopeless(_payload, _run):
        raise WorkFailed("hopeless", "It is.")

    scene.works["hopeless"] = Doer(hopeless)
    for number in range(4):
        await scene.submit(a_job(f"old-{number}", "hopeless" if number % 2 else "test"))
    await scene.drain()
    await scene.submit(a_job("parked"))
    scene.messages.clear()
    await scene.desk.dead_lettered('{"jobId": "parked"}', BROKEN)
    scene.clock.forward(days=1)
    await scene.submit(a_job("young"))
    await scene.drain()
    at = scene.clock.now + REMEMBERED - timedelta(days=1)
    assert await scene.desk.forget(at, 3) == 0
    at += timedelta(milliseconds=1)
    assert [await scene.desk.forget(at, 3) for _ in range(3)] == [3, 1, 0]
    assert sorted(await ids(scene)) == ["parked", "young"]


async def test_a_job_that_was_made_long_ago_and_ended_today_stays_its_time(scene):
    await scene.submit()
    scene.messages.clear()
    await scene.desk.dead_lettered(TEXT, BROKEN)
    scene.clock.forward(days=40)
    await scene.desk.redriven(TEXT)
    assert await scene.desk.forget(scene.clock.now, 10) == 0
    await scene.desk.submit(a_job())
    kept = await scene.records.read("job-1")
    await scene.records.write(kept.job.succeeded({}, scene.clock.now), kept)
    scene.clock.forward(days=30)
    assert await scene.desk.forget(scene.clock.now, 10) == 0
    scene.clock.forward(milliseconds=1)
    assert await scene.desk.forget(scene.clock.now, 10) == 1
    assert await ids(scene) == []


async def test_a_job_whose_letter_was_discarded_has_failed_and_goes_in_the_end(scene):
    await scene.submit()
    scene.messages.clear()
    await scene.desk.dead_lettered(TEXT, BROKEN)
    for words in ("Made by mistake.", "Again."):
        await scene.desk.discarded(TEXT, words)
    job = await scene.job()
    assert (job.status, job.error) == (JobStatus.FAILED, Reason("discarded", "Made by mistake."))
    assert job.finished_at == scene.clock.now
    scene.clock.forward(days=31)
    assert await scene.desk.forget(scene.clock.now, 10) == 1


async def test_a_letter_discarded_in_the_middle_of_its_redrive_ends_the_job_too(scene):
    await scene.submit()
    scene.messages.clear()
    await scene.desk.dead_lettered(TEXT, BROKEN)
    await scene.desk.redriven(TEXT)  # and the process died before it sent the message
    await scene.desk.discarded(TEXT, "why")
    assert (await scene.job()).status is JobStatus.FAILED


async def test_a_job_that_runs_by_another_message_is_not_ended_by_a_discarded_letter(scene):
    async def discarded_meanwhile(_payload, _run):
        await scene.desk.discarded(TEXT, "why")
        return {}

    scene.works["test"] = Doer(discarded_meanwhile)
    await scene.submit()
    await scene.drain()
    assert (await scene.job()).status is JobStatus.SUCCEEDED


async def test_a_dead_letter_that_is_told_twice_is_one(scene):
    await scene.submit()
    for _ in range(2):
        await scene.desk.dead_lettered(TEXT, BROKEN)
    assert await ids(scene, JobStatus.DEAD_LETTERED) == ["job-1"]
    assert await ids(scene, JobStatus.QUEUED) == []


async def test_a_finished_job_is_not_parked_by_a_second_message_of_it(scene):
    await scene.submit()
    await scene.drain()
    await scene.desk.dead_lettered(TEXT, BROKEN)
    assert (await scene.job()).status is JobStatus.SUCCEEDED


async def test_a_redriven_job_waits_again_and_goes_on_where_it_was(scene):
    seen = []

    async def broken(_payload, run):
        seen.append(run.checkpoint)
        await run.report(0.5, {"at": 5})
        raise RuntimeError("as always")

    scene.works["test"] = Doer(broken)
    await scene.submit()
    await scene.drain()
    await scene.desk.dead_lettered(TEXT, BROKEN)
    for _ in range(2):
        await scene.desk.redriven(TEXT)
    job = await scene.job()
    assert (job.status, job.error, job.progress) == (JobStatus.QUEUED, None, 0.5)
    assert seen == [None, {"at": 5}, {"at": 5}]


async def test_a_message_that_comes_before_its_redrive_is_told_runs_the_job(scene):
    await scene.submit()
    await scene.desk.dead_lettered(TEXT, BROKEN)
    await scene.deliver()
    await scene.desk.redriven(TEXT)
    assert (await scene.job()).status is JobStatus.SUCCEEDED


@pytest.mark.parametrize("text", ["", "junk", '{"jobId": "unknown"}', '{"jobId": 1}'])
async def test_messages_of_no_job_are_heard_of_without_a_fault(scene, text):
    await scene.desk.dead_lettered(text, BROKEN)
    await scene.desk.redriven(text)
    await scene.desk.discarded(text, "why")
    assert await ids(scene) == []
