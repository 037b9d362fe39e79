"""What becomes of a job between its message and its end."""

import pytest

from shared.application.failures import Failures, Reason
from shared.application.jobs.job import JobStatus
from shared.application.jobs.messages import UnreadableMessage, send
from shared.application.jobs.work import BadMember, BadPayload, GoOn, WorkFailed
from shared.application.jobs.worker import UnknownJob, UnknownType
from shared.eventstore.port import StoreUnavailable
from shared.names import JOBS
from tests.jobs.scene import Doer, Scene, a_job


async def done(payload, _run):
    return {"did": payload.get("what")}


def scene_of(do) -> Scene:
    return Scene({"test": Doer(do)})


async def test_a_job_whose_work_succeeds_keeps_its_result():
    scene = scene_of(done)
    await scene.submit(a_job(what="it"))
    scene.clock.forward(seconds=5)
    assert await scene.deliver() is None
    job = await scene.job()
    assert (job.status, job.result, job.progress) == (JobStatus.SUCCEEDED, {"did": "it"}, 1.0)
    assert (job.attempts, job.error, job.started_at, job.finished_at) == (
        1,
        None,
        scene.clock.now,
        scene.clock.now,
    )
    assert scene.messages == []


async def test_a_job_that_can_never_succeed_fails_at_once_and_is_not_tried_again():
    async def hopeless(_payload, _run):
        raise WorkFailed("nothing_there", "There is nothing to do it with.")

    scene = scene_of(hopeless)
    await scene.submit()
    assert await scene.deliver() is None
    job = await scene.job()
    assert job.status is JobStatus.FAILED
    assert job.error == Reason("nothing_there", "There is nothing to do it with.")
    assert (scene.messages, scene.poison) == ([], [])


async def test_a_payload_this_program_no_longer_accepts_fails_at_once():
    class Pickier(Doer):
        def read(self, payload):
            raise BadPayload([BadMember("/what", "no longer known")])

    scene = Scene({"test": Pickier(done)})
    await scene.submit()
    assert await scene.deliver() is None
    job = await scene.job()
    assert (job.status, job.error) == (
        JobStatus.FAILED,
        Reason("bad_payload", "/what: no longer known"),
    )


async def test_a_job_whose_work_fails_waits_for_the_next_try_and_says_why():
    async def down(_payload, _run):
        raise StoreUnavailable("for a moment")

    scene = scene_of(down)
    await scene.submit()
    assert isinstance(await scene.deliver(), StoreUnavailable)
    job = await scene.job()
    assert (job.status, job.attempts) == (JobStatus.QUEUED, 1)
    assert job.error == Reason("internal", "StoreUnavailable: for a moment")
    scene.works["test"] = Doer(done)
    await scene.deliver()
    assert ((await scene.job()).status, (await scene.job()).error) == (JobStatus.SUCCEEDED, None)


async def test_a_job_that_always_fails_is_dead_lettered_after_three_receives():
    async def broken(_payload, _run):
        raise RuntimeError("as always")

    scene = scene_of(broken)
    await scene.submit()
    await scene.drain()
    (text,) = scene.poison
    failures = Failures(scene.memory.wiring.records("failures"), scene.clock)
    noted = (await failures.of(JOBS, text)).failed
    assert noted
    assert (noted.count, noted.reason.detail) == (3, "RuntimeError: as always")
    await scene.desk.dead_lettered(text, noted.reason)
    job = await scene.job()
    assert (job.status, job.attempts, job.error) == (JobStatus.DEAD_LETTERED, 3, noted.reason)


async def test_a_late_message_of_a_finished_job_changes_nothing():
    scene = scene_of(done)
    await scene.submit()
    await scene.deliver()
    before = await scene.job()
    scene.clock.forward(days=1)
    await send(scene.memory.queues, "job-1")
    assert await scene.deliver() is None
    assert await scene.job() == before


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", "jobs", '{"jobId": 7}', '{"jobId": "a/b"}', '{"jobId": ""}', "{}"],
)
async def test_a_message_that_names_no_job_is_no_jobs(text):
    scene = scene_of(done)
    with pytest.raises(UnreadableMessage) as raised:
        await scene.worker().process(text)
    assert raised.value.code == "unreadable_message"


async def test_a_message_may_come_in_base64():
    scene = scene_of(done)
    await scene.submit()
    await scene.worker().process("eyJqb2JJZCI6ICJqb2ItMSJ9")
    assert (await scene.job()).status is JobStatus.SUCCEEDED


async def test_a_job_nobody_made_is_unknown():
    with pytest.raises(UnknownJob) as raised:
        await scene_of(done).worker().process('{"jobId": "never"}')
    assert raised.value.code == "unknown_job"


async def test_a_type_of_another_program_is_not_taken_for_failed():
    scene = scene_of(done)
    await scene.submit(a_job(kind="of.tomorrow"))
    error = await scene.deliver()
    assert isinstance(error, UnknownType)
    assert (await scene.job()).status is JobStatus.QUEUED


async def test_a_long_job_goes_on_in_slices_from_what_it_reported():
    seen = []

    async def slowly(_payload, run):
        at = (run.checkpoint or {"at": 0})["at"]
        seen.append((run.attempt, at))
        while at < 4:
            if run.is_over_time():
                raise GoOn
            at += 1
            scene.ticks.now += 130.0
            await run.report(at / 4, {"at": at})
        return {"at": at}

    scene = scene_of(slowly)
    await scene.submit()
    await scene.deliver()
    between = await scene.job()
    assert (between.status, between.progress, len(scene.messages)) == (JobStatus.QUEUED, 0.5, 1)
    await scene.drain()
    job = await scene.job()
    assert seen == [(1, 0), (2, 2)]
    assert (job.status, job.result, job.checkpoint) == (JobStatus.SUCCEEDED, {"at": 4}, None)


async def test_who_lost_the_job_to_another_worker_does_no_more_with_it():
    """A message's lease ran out while its worker was stuck: both run, and only one counts."""
    worlds: list[object] = []

    async def stuck(_payload, run):
        if run.attempt == 1:
            await scene.worker().process('{"jobId": "job-1"}')  # the other one, to its end
        worlds.append(run.attempt)
        await run.report(0.5, {"by": run.attempt})
        worlds.append("went on")
        return {"by": run.attempt}

    scene = scene_of(stuck)
    await scene.submit()
    assert await scene.deliver() is None
    assert worlds == [2, "went on", 1]
    assert (await scene.job()).result == {"by": 2}


async def test_a_worker_that_fails_after_it_lost_the_job_says_nothing_against_it():
    async def stuck(_payload, run):
        if run.attempt == 1:
            await scene.worker().process('{"jobId": "job-1"}')
            raise RuntimeError("too late")
        return {"by": run.attempt}

    scene = scene_of(stuck)
    await scene.submit()
    assert await scene.deliver() is None
    assert (await scene.job()).error is None


async def test_what_others_note_on_a_job_does_not_stop_its_worker():
    async def noted(_payload, run):
        scene.clock.forward(minutes=45)
        await scene.desk.find("job-1")  # it seems forgotten, so it is sent again
        await run.report(0.5, None)
        return {}

    scene = scene_of(noted)
    await scene.submit()
    await scene.deliver()
    assert (await scene.job()).status is JobStatus.SUCCEEDED
    assert len(scene.messages) == 1
    await scene.drain()
    assert (await scene.job()).attempts == 1


async def test_a_worker_whose_write_arrived_without_an_answer_still_has_the_job():
    scene = scene_of(done)
    await scene.submit()
    write = scene.memory.records.write

    async def twice(*given):
        """The SDK sends a write again whose answer was lost, and the first one had arrived."""
        await write(*given)
        return await write(*given)

    scene.memory.records.write = twice
    assert await scene.deliver() is None
    job = await scene.job()
    assert (job.status, job.attempts) == (JobStatus.SUCCEEDED, 1)
