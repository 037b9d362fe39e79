"""A week of the past, written into the event store, is told by a host that is killed meanwhile."""

import asyncio
import json
import time
from datetime import UTC, datetime

import pytest

from shared import settings, wiring
from shared.reports.week import IsoWeek
from tests.e2e.conftest import host_on
from tests.e2e.shop import Shop
from tests.reports.past import Telling, happened, moment, sold
from workbench import azurite as emulator

ORDERS, PATIENCE_SECONDS = 60, 60
WEEK = IsoWeek.of(datetime.now(UTC)).previous.previous  # over for good, whenever this runs

INSTANCE = f"/runtime/webhooks/durabletask/instances/weekly-report-{WEEK}"


def story(number: int, week: IsoWeek):
    """Three of four orders end well; the others fail, are cancelled, or wait."""
    at = moment(1 + number % 7, number % 24, week=week, seconds=number)
    order_id = f"{week}-{number}"
    match number % 8:
        case 3:
            telling = Telling(at).placed(order_id).validated().failed("out_of_stock")
        case 7:
            telling = Telling(at).placed(order_id).validated().reserved().paid().refunded()
            telling.cancelled()
        case _:
            return order_id, sold(order_id, at)
    return order_id, telling.story


async def seed(azurite: str, prefix: str) -> None:
    wired = wiring.wire(settings.read({"OrdersData": azurite, "TABLE_PREFIX": prefix}))
    try:
        for week, orders in ((WEEK, ORDERS), (WEEK.previous, 8)):
            stories = [story(number, week) for number in range(orders)]
            await asyncio.gather(*(happened(wired, *each) for each in stories))
    finally:
        await wired.close()


async def read(session, url: str, accept: str) -> tuple[int, bytes]:
    async with session.get(url, headers={"Accept": accept}) as answer:
        return answer.status, await answer.read()


async def until(shop: Shop, path: str, wanted) -> dict:
    """What a route answers once it is as wanted."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        status, said = await shop.ask("GET", path)
        if status == 200 and wanted(said):
            return said
        assert time.monotonic() < deadline, (path, status, said)
        await asyncio.sleep(0.05)  # between two looks, so that the host has the processor


@pytest.mark.timeout(180)
async def test_a_report_survives_a_kill_and_is_the_same_when_it_is_made_again(tmp_path, session):
    with emulator.in_memory() as azurite:
        host = host_on(azurite, tmp_path / "log")
        await seed(azurite, host.setting("TABLE_PREFIX"))
        host.start()
        await host.ready(session)
        shop, path = Shop(host.url, session), f"/api/reports/{WEEK}"
        status, accepted = await shop.ask("POST", path)
        assert status == 202, accepted
        await until(shop, f"{path}/workflow", lambda said: said["step"] is not None)
        host.kill()
        host.start()
        await host.ready(session)
        report = await until(shop, path, lambda said: said["week"] == str(WEEK))
        _tells_of_the_week(report)
        first = [await read(session, host.url + path, form) for form in ("text/html", "text/csv")]
        assert [status for status, _ in first] == [200, 200]
        assert b"<svg" in first[0][1]

        earlier = await shop.instance(f"weekly-report-{WEEK}")
        assert (await shop.ask("POST", path))[0] == 202
        await until(shop, INSTANCE, lambda said: said["createdTime"] != earlier["createdTime"])
        checked = await shop.instance(f"weekly-report-{WEEK}")
        assert (checked["runtimeStatus"], checked["output"]) == ("Completed", {"week": str(WEEK)})
        again = [await read(session, host.url + path, form) for form in ("text/html", "text/csv")]
        assert again == first
        _, listed = await shop.ask("GET", "/api/reports")
        assert [each["week"] for each in listed["items"]] == [str(WEEK)]
        assert listed["items"][0]["headline"]["orders"] == {"value": ORDERS, "before": 8}
        await _the_timer_starts_the_last_week(shop)
        assert host.stop() == 0, host.output()


def _tells_of_the_week(report: dict) -> None:
    assert report["orders"] == {"value": ORDERS, "before": 8}
    outcomes = {each["outcome"]: each["orders"]["value"] for each in report["outcomes"]}
    lost = {kind: sum(number % 8 == kind for number in range(ORDERS)) for kind in (3, 7)}
    assert outcomes["failed"] == lost[3]
    assert outcomes["cancelled"] == lost[7]
    assert outcomes["completed"] == ORDERS - lost[3] - lost[7]
    (money,) = report["money"]
    assert money["refunds"]["value"] == lost[7]
    assert money["revenue"]["value"] == 4900 * outcomes["completed"]
    assert json.dumps(report).count("generated") == 0


async def _the_timer_starts_the_last_week(shop: Shop) -> None:
    """By hand, as an operator may: the weeks since the newest report, that is the last one."""
    last = WEEK.next
    async with shop._session.post(f"{shop.url}/admin/functions/WeeklyReport", json={}) as answer:
        assert answer.status == 202
    await until(shop, f"/api/reports/{last}/workflow", lambda said: said["runtimeStatus"])
