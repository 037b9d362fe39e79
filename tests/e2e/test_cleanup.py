"""The daily cleanup at a running host: leftovers of every kind, and a kill in the middle."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from azure.data.tables.aio import TableServiceClient

from shared.application.dead_letters import KIND as DEAD_LETTERS
from shared.names import CLAIM_CHECKS, TEMP, UPLOADS
from shared.plain import Json
from shared.settings import Settings
from shared.wiring import Wiring, utc_now, wire
from tests.e2e.aged_storage import AgedStorage, aged_storage
from tests.e2e.conftest import host_on
from tests.e2e.leftovers import COUNTS, LONG_AGO, leave_behind
from tests.e2e.running_host import RunningHost
from tests.e2e.shop import Shop, order

PATIENCE = 60
SCRATCH = 400
EXPENSIVE = 100  # units of 10.00 each wait for an approval
AGO = timedelta(days=100)


@pytest.fixture
def storage(tmp_path) -> Iterator[AgedStorage]:
    with aged_storage(tmp_path) as opened:
        yield opened


@pytest.fixture
def host(storage, tmp_path) -> Iterator[RunningHost]:
    # Files come by events here: the local trigger would know each file before the cleanup does.
    running = host_on(storage.connection, tmp_path / "log", UPLOAD_SOURCE="events")
    yield running
    assert running.stop() == 0, running.output()


@asynccontextmanager
async def wired(storage: AgedStorage, host: RunningHost) -> AsyncIterator[Wiring]:
    wiring = wire(Settings(storage.connection, table_prefix=host.setting("TABLE_PREFIX")))
    try:
        yield wiring
    finally:
        await wiring.close()


async def backdate(storage: AgedStorage, host: RunningHost, instance_id: str, to: datetime) -> None:
    """Let an instance have ended long ago."""
    hub = host.setting("AzureFunctionsJobHost__extensions__durableTask__hubName")
    moment = to.isoformat(timespec="microseconds")
    async with TableServiceClient.from_connection_string(storage.connection) as service:
        table = service.get_table_client(f"{hub}Localhost")
        async for row in table.query_entities(f"InstanceId eq '{instance_id}'"):
            keys = {name: row[name] for name in ("PartitionKey", "RowKey")}
            times = dict.fromkeys(("CreatedTime", "LastUpdatedTime"), moment)
            await table.update_entity({**keys, **times})


async def fire(shop: Shop) -> None:
    """Run the timer's function now."""
    status, said = await shop.ask("POST", "/admin/functions/DailyCleanup", {})
    assert status == 202, said


async def runs(shop: Shop) -> list[Json]:
    status, said = await shop.ask("GET", "/api/cleanups")
    assert status == 200, said
    return list(said["items"])


async def ended(shop: Shop) -> Json:
    """The newest run, once it has ended."""
    deadline = time.monotonic() + PATIENCE
    over = {"completed", "unfinished", "failed"}
    while not (found := await runs(shop)) or not (
        found[0]["status"] in over and found[0]["day"] != LONG_AGO
    ):
        assert time.monotonic() < deadline, found
        await asyncio.sleep(0.1)
    return found[0]


def counts(run: Json) -> dict[str, Any]:
    assert {each["status"] for each in run["sweeps"]} == {"completed"}, run
    return {each["sweep"]: each["count"] for each in run["sweeps"] if each["count"]}


async def names_in(wiring: Wiring, container: str) -> list[str]:
    return [blob.name for blob in (await wiring.blobs.page(container, "", None, 1_000)).blobs]


@pytest.mark.timeout(180)
async def test_leftovers_of_every_kind_go_and_what_is_needed_stays(storage, host, session):
    async with wired(storage, host) as wiring:
        storage.ago(days=AGO.days)
        await leave_behind(wiring, utc_now() - AGO)
        storage.ago(days=0)
        await wiring.blobs.write(TEMP, "new", b"x", "text/plain")
        await wiring.keys.claim("new-key", "f")
        host.start()
        await host.ready(session)
        shop = Shop(host.url, session)
        await shop.stock("TEA", 1)

        await fire(shop)
        run = await ended(shop)

        assert counts(run) == COUNTS
        # The file nobody knows was only noted: it takes a second run, on another day.
        doubts = {each["sweep"]: each["doubtful"] for each in run["sweeps"] if each["doubtful"]}
        assert doubts == {"orphaned_uploads": 1}
        assert await names_in(wiring, UPLOADS) == ["by-hand.png"]
        assert await names_in(wiring, TEMP) == ["new", "storage-clock"]
        mark = f"tenants/{host.setting('TABLE_PREFIX')}.json"
        assert await names_in(wiring, CLAIM_CHECKS) == ["order-1/long", mark]
        assert len(await wiring.aggregates.store.read("order-1")) == 1
        assert await wiring.keys.cells.read("new-key") is not None
        assert await wiring.records("jobs").read("parked") is not None
        assert await wiring.records(DEAD_LETTERS).read("waiting") is not None
        assert await shop.shelf("TEA") == {"onHand": 11, "reserved": 0, "available": 11}

        await fire(shop)  # once a day, however often the timer fires
        assert await runs(shop) == [run]
        assert (await shop.instance(f"daily-cleanup-{run['day']}"))["output"]["sweeps"]


@pytest.mark.timeout(180)
async def test_orders_answer_as_before_once_their_histories_are_gone(storage, host, session):
    host.start()
    await host.ready(session)
    shop = Shop(host.url, session)
    await shop.stock("TEA", EXPENSIVE + 10)
    done, failed = await shop.place(order("TEA")), await shop.place(order("NONE"))
    alive = await shop.place(order("TEA", EXPENSIVE))
    for order_id in (done, failed):
        await shop.final(order_id)
        await shop.instance(order_id)
        await backdate(storage, host, order_id, utc_now() - AGO)
    await shop.until(alive, {"awaiting_approval"})
    shelf, before = await shop.shelf("TEA"), await shop.get(done)

    await fire(shop)
    assert counts(await ended(shop)) == {"old_histories": 2}

    assert await shop.get(done) == before
    for order_id, status in ((done, "Completed"), (failed, "Failed")):
        answered, said = await shop.ask("GET", f"/api/orders/{order_id}/workflow")
        assert (answered, said["runtimeStatus"]) == (200, status)
        path = f"/runtime/webhooks/durabletask/instances/{order_id}"
        assert (await shop.ask("GET", path))[0] == 404
    assert await shop.shelf("TEA") == shelf
    approval = {"approved": True, "reason": "seen"}
    assert (await shop.ask("POST", f"/api/orders/{alive}/approval", approval))[0] == 202
    assert (await shop.final(alive))["status"] == "completed"


@pytest.mark.timeout(180)
async def test_a_cleanup_that_is_killed_goes_on_after_the_next_start(storage, host, session):
    async with wired(storage, host) as wiring:
        storage.ago(days=AGO.days)
        for first in range(0, SCRATCH, 40):
            names = (f"scratch/{number:04d}" for number in range(first, first + 40))
            writes = (wiring.blobs.write(TEMP, name, b"x", "text/plain") for name in names)
            await asyncio.gather(*writes)
        storage.ago(days=0)
        host.start()
        await host.ready(session)
        shop = Shop(host.url, session)
        await fire(shop)
        deadline = time.monotonic() + PATIENCE
        while await wiring.blobs.head(TEMP, "scratch/0110"):
            assert time.monotonic() < deadline, host.output()
        host.kill()
        assert await wiring.blobs.head(TEMP, f"scratch/{SCRATCH - 1:04d}"), "killed too late"
        host.start()
        await host.ready(session)
        run = await ended(shop)
        assert run["status"] == "completed"
        assert await names_in(wiring, TEMP) == ["storage-clock"]
        # What the killed slice removed is gone, and nobody lived to count it (docs/cleanup.md).
        assert 0 < counts(run)["temporary_blobs"] <= SCRATCH - 100


async def test_keep_warm_runs_by_hand_and_tells_what_it_found(storage, host, session):
    host.start()
    await host.ready(session)
    shop = Shop(host.url, session)
    status, said = await shop.ask("POST", "/admin/functions/KeepWarm", {})
    assert status == 202, said
    deadline = time.monotonic() + PATIENCE
    while '\\"kept_warm\\"' not in host.output() and '"kept_warm"' not in host.output():
        assert time.monotonic() < deadline, host.output()
        await asyncio.sleep(0.1)
    assert "The process is warm." in host.output()
    assert "0 in poison queues, 0 dead letters wait." in host.output()
