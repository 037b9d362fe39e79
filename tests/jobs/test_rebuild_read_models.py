"""The rebuild as a job: in slices, one at a time, and whole whoever dies."""

import pytest

from shared.application.failures import Reason
from shared.application.jobs.job import JobStatus
from shared.application.jobs.rebuild_read_models import TURN, TYPE, WAIT, RebuildReadModels
from shared.application.jobs.turns import Turns
from shared.application.jobs.work import BadPayload
from shared.application.rebuild import Rebuild, RebuildOvertaken
from shared.domain.product import DefineProduct
from shared.names import JOBS
from shared.projections.rows import MemoryRows, Row
from tests.application.memory import Memory
from tests.application.mortal import Died, Mortal
from tests.domain import scenes as the
from tests.jobs.scene import Scene, a_job
from tests.projections.histories import CAUSE, no_pause
from tests.projections.test_rebuild import PRODUCTS, shown

SKUS = [f"SKU-{number:03d}" for number in range(230)]


async def shop(skus=("A", "B", "C")) -> Scene:
    scene = Scene(memory=Memory())
    for sku in skus:
        define = DefineProduct(sku, f"The {sku}", the.MUG.price)
        await scene.memory.wiring.read_models.handle(PRODUCTS.kind, sku, define, CAUSE)
    scene.works[TYPE] = work_over(scene)
    return scene


def work_over(scene: Scene, pause=no_pause) -> RebuildReadModels:
    """The work in a process of its own."""
    wiring = scene.memory.wiring
    rebuild = Rebuild(wiring.aggregates, wiring.read_models.views, pause)
    return RebuildReadModels(rebuild, Turns(wiring.records("turns"), scene.records))


async def rebuilt(scene: Scene, job_id: str = "job-1", **payload: str):
    await scene.submit(a_job(job_id, TYPE, **payload))
    await scene.drain()
    job = await scene.job(job_id)
    assert job.status is JobStatus.SUCCEEDED, job.error
    assert job.result
    return job.result["models"]


async def generations(scene: Scene) -> set[str]:
    return {there for there, _ in scene.memory.rows._rows if there.startswith("products.")}


async def test_a_damaged_list_is_right_again_and_the_result_says_what_was_wrong():
    scene = await shop()
    await scene.memory.rows.drop("products.1", ["in|sku|A"])
    await scene.memory.rows.put("products.1", Row("in|sku|X", {"version": 1, "document": {}}))
    (difference,) = await rebuilt(scene, model="products")
    assert difference["examples"] == ["missing: in|sku|A", "extra: in|sku|X"]
    assert (difference["built"], difference["missing"], difference["extra"]) == (3, 1, 1)
    assert await shown(scene.memory) == ["The A", "The B", "The C"]
    assert await generations(scene) == {"products.2"}


async def test_without_a_name_every_read_model_is_rebuilt():
    models = await rebuilt(await shop())
    assert [each["model"] for each in models] == ["orders", "products", "users"]
    assert [each["built"] for each in models] == [0, 3, 0]


async def test_a_long_rebuild_goes_on_in_slices_and_reports_its_progress():
    scene = await shop(SKUS)
    seen = []
    write = scene.memory.records.write

    async def watched(partition, batch):
        if partition == "jobs":
            scene.ticks.now += 100.0
            seen.append(batch.guard.fields["document"]["progress"])
        return await write(partition, batch)

    scene.memory.records.write = watched
    (difference,) = await rebuilt(scene, model="products")
    assert (difference["built"], difference["missing"], difference["different"]) == (230, 0, 0)
    assert seen == sorted(seen)
    assert (await scene.job()).attempts > 3


@pytest.mark.parametrize("after", [False, True])
async def test_a_rebuild_whose_worker_dies_anywhere_is_finished_by_the_next(after):
    for request_number in range(1, 1_000):
        scene = await shop()
        await scene.submit(a_job("job-1", TYPE, model="products"))
        dies, memory = [request_number], scene.memory
        rows, records = memory.rows, memory.records
        memory.rows, memory.records = (Mortal(each, dies, after=after) for each in (rows, records))
        scene.works[TYPE] = work_over(scene)
        try:
            await scene.deliver()
            died = False
        except Died:
            died = True
        memory.rows, memory.records = rows, records
        scene.works[TYPE] = work_over(scene)
        assert await shown(memory) == ["The A", "The B", "The C"]
        await rebuilt(scene, model="products")
        assert await shown(memory) == ["The A", "The B", "The C"]
        assert await generations(scene) == {"products.2"}
        if not died:
            assert request_number > 20
            return


async def test_a_second_rebuild_waits_until_the_first_is_over():
    scene = await shop()
    order: list[str] = []

    async def meanwhile(_seconds: float) -> None:
        if not order:
            order.append("the second comes")
            await scene.submit(a_job("job-2", TYPE, model="products"))
            await scene.worker().process('{"jobId": "job-2"}')
            assert (await scene.job("job-2")).status is JobStatus.QUEUED
            assert scene.memory.queues.sent[JOBS][-1].delay == WAIT

    scene.works[TYPE] = work_over(scene, meanwhile)
    await rebuilt(scene, model="products")
    await scene.drain()
    assert (await scene.job("job-2")).status is JobStatus.SUCCEEDED
    assert await generations(scene) == {"products.3"}


async def test_a_rebuild_that_was_parked_is_not_waited_for():
    scene = await shop()
    await scene.submit(a_job("job-1", TYPE))
    turns = work_over(scene).turns
    assert await turns.take(TURN, "job-1")
    assert not await turns.take(TURN, "job-2")
    scene.messages.clear()
    await scene.desk.dead_lettered('{"jobId": "job-1"}', Reason("internal", "as always"))
    await rebuilt(scene, "job-2", model="products")


async def test_a_rebuild_by_hand_that_comes_between_ends_the_job_and_no_list_is_broken():
    scene = await shop()

    async def by_hand(_seconds: float) -> None:
        if await generations(scene) == {"products.1"}:
            wiring = scene.memory.wiring
            await Rebuild(wiring.aggregates, wiring.read_models.views, no_pause).run(PRODUCTS)

    scene.works[TYPE] = work_over(scene, by_hand)
    await scene.submit(a_job("job-1", TYPE, model="products"))
    await scene.drain()
    job = await scene.job()
    assert job.error
    assert (job.status, job.error.code) == (JobStatus.FAILED, "rebuild_overtaken")
    assert await shown(scene.memory) == ["The A", "The B", "The C"]
    assert (await rebuilt(scene, "job-2", model="products"))[0]["built"] == 3


async def test_who_read_the_generations_before_another_moved_them_moves_nothing():
    scene = await shop()
    views = scene.memory.wiring.read_models.views

    class Overtaking(MemoryRows):
        async def write(self, partition, batch):
            if partition == "generations":
                await views.generations.point("products", 7, None)
            return await super().write(partition, batch)

    overtaken = Overtaking()
    overtaken._rows, overtaken._etags = scene.memory.rows._rows, scene.memory.rows._etags
    scene.memory.rows = overtaken
    wiring = scene.memory.wiring
    with pytest.raises(RebuildOvertaken):
        await Rebuild(wiring.aggregates, wiring.read_models.views, no_pause).run(PRODUCTS)
    assert (await views.generations.read("products")).number == 7


@pytest.mark.parametrize("payload", [{"model": "ordres"}, {"models": ["orders"]}, {"model": 3}])
async def test_a_read_model_nobody_knows_is_refused(payload):
    with pytest.raises(BadPayload):
        (await shop(())).works[TYPE].read(payload)
