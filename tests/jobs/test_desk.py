"""Jobs are taken in, found, revived, parked, sent again and forgotten."""

from datetime import timedelta

import pytest

from shared.application.failures import Reason
from shared.application.jobs.job import RETENTION, JobStatus
from shared.application.jobs.work import WorkFailed
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
    assert await scene.desk.forget(scene.clock.now - timedelta(days=30), 10) == 1
    job = await scene.job()
    assert (job.status, job.error.code) == (JobStatus.FAILED, "expired")
    assert await scene.desk.forget(scene.clock.now - timedelta(days=30), 10) == 0


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
    await scene.submit(a_job("new"))  # made at the same moment, but still waiting
    before = scene.clock.now
    assert [await scene.desk.forget(before, 3) for _ in range(3)] == [3, 1, 0]
    assert sorted(await ids(scene)) == ["new", "parked"]


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
    assert await ids(scene) == []
