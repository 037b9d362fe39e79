"""Histories go once the stream tells the end, over the real engine's own HTTP API."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web
from azure.durable_functions import DurableOrchestrationClient
from azure.durable_functions.models.utils.http_utils import _close_session

from blueprints.fulfilment import PROCESSES
from blueprints.workflow_histories import WorkflowHistories
from localhost.durable.links import WEBHOOK_PATH, Links
from localhost.durable.webhooks import Webhooks
from shared.application.aggregates import ORDER, Cause
from shared.application.cleanup.old_histories import OldHistories
from shared.eventstore.port import StoreUnavailable
from tests.application.memory import Memory
from tests.cleanup.sweeping import swept
from tests.domain import scenes
from tests.given import NOW
from tests.localhost.durable.scene import Scene

CAUSE = Cause("cid", "test", "tester")
MONTH = timedelta(days=30)


def ends(context):
    """A process that ends at once, or fails, or waits for ever: as its input says."""
    wish = context.get_input()
    if wish == "fail":
        raise ValueError("boom")
    if wish == "wait":
        yield context.wait_for_external_event("Never")
    if wish == "later":
        yield context.create_timer(context.current_utc_datetime + timedelta(days=2))
    return "done"


@dataclass
class World:
    """An engine behind HTTP, the SDK's client of it, and the orders in memory."""

    scene: Scene
    memory: Memory
    client: Any

    async def order(self, order_id: str, *commands: Any) -> None:
        aggregates = self.memory.wiring.aggregates
        placing = replace(scenes.PLACE, order_id=order_id)
        for command in (placing, *commands):
            await aggregates.handle(ORDER, order_id, command, CAUSE)

    async def swept(self, limit: int = 2) -> tuple[int, int]:
        histories = WorkflowHistories(self.client)
        sweep = OldHistories(histories, self.memory.wiring.aggregates, MONTH, frozenset(PROCESSES))
        return await swept(sweep, self.scene.clock.now(), limit)

    async def left(self, *ids: str) -> list[str]:
        return [each for each in ids if await self.scene.hub.read(each)]


@pytest.fixture
async def world() -> AsyncIterator[World]:
    await _close_session()  # the SDK shares one a process; another test's loop may have left it
    names = (*PROCESSES, "WeeklyReport")
    scene = Scene({name: _own(ends) for name in names}, {})
    scene.clock.advance((NOW - scene.clock.now()).total_seconds())
    links = Links("Hub", "Storage", "secret")
    webhooks = Webhooks(scene.engine, links)

    async def answer(request: web.Request) -> web.StreamResponse:
        path = request.raw_path.partition("?")[0]
        return await webhooks.handle(request, path[len(WEBHOOK_PATH) :])

    app = web.Application()
    app.router.add_route("*", WEBHOOK_PATH + "/{path:.*}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    origin = f"http://127.0.0.1:{runner.addresses[0][1]}"
    payload = links.client(origin, f"{origin}{WEBHOOK_PATH}/", {})
    yield World(scene, Memory(), DurableOrchestrationClient(payload))
    await _close_session()
    scene.close()
    await runner.cleanup()


def _own(process):
    def played(context):
        return (yield from process(context))

    return played


async def test_of_an_order_that_ended_it_goes_after_a_month(world):
    await world.order("order-1", scenes.VALIDATE, scenes.FAIL)
    await world.scene.start("FulfilOrder", "fail", "order-1")
    await world.scene.start("ConfirmLate", "end", "order-1:confirmation")
    await world.scene.pass_time(MONTH.total_seconds() - 10)
    assert await world.swept() == (0, 0)
    await world.scene.pass_time(20)
    assert await world.swept() == (2, 0)
    assert await world.left("order-1", "order-1:confirmation") == []
    assert await world.swept() == (0, 0)


@pytest.mark.parametrize(
    "story",
    [None, (), (scenes.VALIDATE,), (scenes.VALIDATE, scenes.RESERVE)],
    ids=["no-stream", "accepted", "validated", "reserved"],
)
async def test_of_an_order_whose_stream_does_not_tell_the_end_it_stays(world, story):
    if story is not None:
        await world.order("order-1", *story)
    await world.scene.start("FulfilOrder", "fail", "order-1")
    await world.scene.pass_time(10 * MONTH.total_seconds())
    assert await world.swept() == (0, 1)
    assert await world.left("order-1") == ["order-1"]


async def test_of_a_parked_order_it_stays_for_the_person_who_looks_after_it(world):
    story = (scenes.VALIDATE, scenes.RESERVE, scenes.PAY, scenes.PARK)
    await world.order("order-1", *story)
    await world.scene.start("FulfilOrder", "fail", "order-1")
    await world.scene.pass_time(10 * MONTH.total_seconds())
    assert await world.swept() == (0, 0)
    assert await world.left("order-1") == ["order-1"]


async def test_of_a_process_that_is_no_orders_it_goes_however_it_ended(world):
    await world.scene.start("WeeklyReport", "end", "weekly-report-2026-W40")
    await world.scene.start("WeeklyReport", "fail", "weekly-report-2026-W41")
    await world.scene.pass_time(MONTH.total_seconds() + 10)
    assert await world.swept() == (2, 0)


async def test_what_runs_stays_however_old_and_what_ended_lately_stays_a_month(world):
    await world.order("order-1", scenes.VALIDATE, scenes.FAIL)
    await world.order("order-2", scenes.VALIDATE, scenes.FAIL)
    await world.scene.start("FulfilOrder", "wait", "order-1")
    await world.scene.start("FulfilOrder", "later", "order-2")
    await world.scene.pass_time(MONTH.total_seconds() + 10)
    assert await world.swept() == (0, 0)
    await world.scene.pass_time(timedelta(days=2).total_seconds())
    assert await world.swept() == (1, 0)
    assert await world.left("order-1", "order-2") == ["order-1"]


async def test_those_that_stay_do_not_hide_those_behind_them(world):
    """The SDK's own listing shows the first page only: a hundred that stay would end it there."""
    for number in range(120):
        await world.scene.start("FulfilOrder", "end", f"a-{number:03d}")
    await world.scene.start("WeeklyReport", "end", "z-last")
    await world.scene.pass_time(MONTH.total_seconds() + 10)
    assert await world.swept(limit=50) == (1, 120)
    assert await world.left("z-last") == []


async def test_purging_one_that_is_gone_or_runs_says_so(world):
    histories = WorkflowHistories(world.client)
    await world.scene.start("WeeklyReport", "wait", "running")
    assert await histories.purge("never-was") is False
    assert await histories.purge("running") is False
    assert await world.left("running") == ["running"]


async def test_an_engine_that_does_not_answer_is_unavailable():
    payload = Links("Hub", "Storage", "x").client("http://127.0.0.1:9", "http://127.0.0.1:9/", {})
    histories = WorkflowHistories(DurableOrchestrationClient(payload))
    with pytest.raises(StoreUnavailable):
        await histories.page(NOW, None, 10)
    with pytest.raises(StoreUnavailable):
        await histories.purge("one")


async def test_an_engine_that_refuses_is_unavailable(world):
    base = world.client._orchestration_bindings.rpc_base_url
    payload = Links("Hub", "Storage", "x").client(base, f"{base}nowhere/", {})
    with pytest.raises(StoreUnavailable, match="answered 404"):
        await WorkflowHistories(DurableOrchestrationClient(payload)).page(NOW, None, 10)
