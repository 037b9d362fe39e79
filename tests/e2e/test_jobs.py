"""Jobs by the real host: killed in the middle, sent again after poison, and whole in the end."""

import asyncio
import csv
import io
import json
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from shared.plain import Json
from shared.projections.rows import Batch, Row
from shared.settings import Settings
from shared.wiring import Wiring, wire
from tests.e2e.conftest import host_on
from tests.e2e.running_host import RunningHost
from tests.e2e.shop import Shop
from tests.e2e.storage_proxy import StorageProxy
from tests.jobs.listed_orders import order_view
from workbench import azurite as emulator

ORDERS, WIDE = 4_000, "x" * 300  # two pieces of half a MiB
BATCH = 100
PATIENCE = 120
QUICK = {
    "AzureFunctionsJobHost__extensions__queues__visibilityTimeout": "00:00:01",
    "AzureFunctionsJobHost__extensions__queues__maxPollingInterval": "00:00:01",
}


@pytest.fixture(scope="module")
def storage() -> Iterator[str]:
    """An emulator of its own: the names of queues are fixed, and others listen to them, too."""
    with emulator.in_memory() as connection:
        yield connection


@asynccontextmanager
async def wired(storage: str, host: RunningHost) -> AsyncIterator[Wiring]:
    wiring = wire(Settings(storage, table_prefix=host.setting("TABLE_PREFIX")))
    try:
        yield wiring
    finally:
        await wiring.close()


async def list_orders(wiring: Wiring, count: int) -> None:
    """Their rows in the list of all, a hundred at a time."""

    async def write(first: int) -> None:
        views = (order_view(number) for number in range(first, first + BATCH))
        outcome = {"outcome": {"code": WIDE}}
        rows = [Row(f"in|{each.keys[0]}", {"document": each.document | outcome}) for each in views]
        await wiring.read_models.views.rows.write("orders.1", Batch(rows[0], rows[1:]))

    for start in range(1, count + 1, 4 * BATCH):
        firsts = range(start, min(start + 4 * BATCH, count + 1), BATCH)
        await asyncio.gather(*(write(first) for first in firsts))


async def ask_for(shop: Shop, kind: str, **payload: str) -> str:
    status, said = await shop.ask("POST", "/api/jobs", {"type": kind, "payload": payload})
    assert status == 202, said
    return str(said["jobId"])


async def job_once(shop: Shop, job_id: str, statuses: set[str]) -> Json:
    """The job once it has one of these statuses."""
    deadline = time.monotonic() + PATIENCE
    while True:
        status, said = await shop.ask("GET", f"/api/jobs/{job_id}")
        assert status == 200, said
        if said["status"] in statuses:
            return dict(said)
        assert time.monotonic() < deadline, said
        await asyncio.sleep(0.2)  # between two looks, so that the host has the processor


async def killed(proxy: StorageProxy, host: RunningHost, session: Any) -> None:
    """The process has died where the proxy was told to end it, and a new one is there."""
    async with asyncio.timeout(PATIENCE):
        await proxy.died.wait()
    assert not host.is_running
    proxy.disarm()
    host.start()
    await host.ready(session)


@pytest.mark.timeout(300)
async def test_an_export_whose_host_is_killed_in_the_middle_is_whole(storage, tmp_path, session):
    async with StorageProxy(storage) as proxy:
        host = host_on(proxy.connection_string, tmp_path / "log", **QUICK)
        async with wired(storage, host) as wiring:
            await list_orders(wiring, ORDERS)
        host.start()
        await host.ready(session)
        shop = Shop(host.url, session)
        await job_once(shop, await ask_for(shop, "orders.export", status="failed"), {"succeeded"})
        # The job is kept, taken, reported with its first piece: killed before the second report.
        proxy.arm(4, host.kill)
        job_id = await ask_for(shop, "orders.export")
        await killed(proxy, host, session)
        job = await job_once(shop, job_id, {"succeeded", "failed", "dead_lettered"})
        assert (job["status"], job["attempts"], job["progress"]) == ("succeeded", 2, 1.0), job
        async with session.get(job["result"]["downloadUrl"]) as file:
            content = await file.read()
        assert host.stop() == 0, host.output()
    rows = list(csv.DictReader(io.StringIO(content.decode(), newline="")))
    assert [row["orderId"] for row in rows] == [f"order-{n}" for n in range(1, ORDERS + 1)]
    assert (job["result"]["rows"], job["result"]["bytes"]) == (ORDERS, len(content))


@pytest.mark.timeout(300)
async def test_a_rebuild_whose_host_is_killed_in_the_middle_is_whole(storage, tmp_path, session):
    async with StorageProxy(storage) as proxy:
        host = host_on(proxy.connection_string, tmp_path / "log", **QUICK)
        host.start()
        await host.ready(session)
        shop = Shop(host.url, session)
        for sku in ("CUP", "POT"):
            await shop.stock(sku, 0)
        async with wired(storage, host) as wiring:
            await wiring.read_models.views.rows.drop("products.1", ["in|sku|POT"])
        # Kept, taken, its turn, two reports, pointed, reported, and then the second product's row.
        proxy.arm(9, host.kill)
        job_id = await ask_for(shop, "readmodels.rebuild", model="products")
        await killed(proxy, host, session)
        job = await job_once(shop, job_id, {"succeeded", "failed", "dead_lettered"})
        (found,) = job["result"]["models"]
        assert (found["built"], found["missing"], found["examples"]) == (
            2,
            1,
            ["missing: in|sku|POT"],
        )
        _, listed = await shop.ask("GET", "/api/products")
        assert [each["sku"] for each in listed["items"]] == ["CUP", "POT"]
        assert host.stop() == 0, host.output()


@pytest.mark.timeout(180)
async def test_a_job_that_always_fails_waits_as_a_dead_letter_until_it_is_cured(
    storage, tmp_path, session
):
    host = host_on(storage, tmp_path / "log", **QUICK)
    async with wired(storage, host) as wiring:
        await list_orders(wiring, BATCH)
        rows, broken = wiring.read_models.views.rows, order_view(7)
        key = f"in|{broken.keys[0]}"
        await rows.put("orders.1", Row(key, {"document": {"orderId": "order-7"}}))
        host.start()
        await host.ready(session)
        shop = Shop(host.url, session)
        job_id = await ask_for(shop, "orders.export")
        job = await job_once(shop, job_id, {"dead_lettered"})
        assert (job["attempts"], job["error"]["code"]) == (3, "internal")
        await rows.put("orders.1", Row(key, {"document": broken.document}))
    letter = await the_letter(shop, job_id)
    status, said = await shop.ask("POST", f"/api/dead-letters/{letter}/redrive")
    assert status in (200, 202), said
    job = await job_once(shop, job_id, {"succeeded"})
    assert (job["result"]["rows"], job["error"]) == (BATCH, None)
    assert host.stop() == 0, host.output()


async def the_letter(shop: Shop, job_id: str) -> str:
    """The id of the dead letter that holds the job's message."""
    status, said = await shop.ask("GET", "/api/dead-letters")
    assert status == 200, said
    for each in said["items"]:
        path = f"/api/dead-letters/{each['deadLetterId']}"
        if job_id in json.dumps((await shop.ask("GET", path))[1]):
            return str(each["deadLetterId"])
    raise AssertionError(said)
