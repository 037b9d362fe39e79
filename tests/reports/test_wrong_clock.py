"""A clock that is ahead: weeks that are still to come are not told, and stop none that are."""

from datetime import timedelta

import pytest

from blueprints.weekly_report import Mondays, reports_of
from shared.application.weekly_reports import CutOffAhead
from shared.blobs.memory import MemoryBlobs
from shared.reports.week import IsoWeek
from tests.application.memory import Clock, Memory
from tests.blueprints.caller import body_of
from tests.reports.making import RUN, Reporter, made
from tests.reports.past import WEEK
from tests.reports.test_http import Caller

AHEAD = IsoWeek(2027, 46)


@pytest.fixture
def shop():
    """Its clock may go wrong; that of the storage does not."""
    memory = Memory()
    memory.blobs = MemoryBlobs(Clock())
    return memory


async def started(memory):
    engine = Reporter()
    await Mondays(memory.wiring).run(engine)
    return list(engine.started)


async def test_a_year_ahead_the_timer_starts_the_week_that_is_over(shop):
    shop.clock.forward(days=364)
    assert await started(shop) == [f"weekly-report-{WEEK}"]


async def test_a_year_ahead_a_week_to_come_is_refused(shop):
    shop.clock.forward(days=364)
    engine = Reporter()
    refused = await Caller(shop, engine).report("make", str(AHEAD))
    assert (refused.status_code, body_of(refused)["code"]) == (409, "week_not_over")
    assert engine.started == {}


async def test_a_year_ahead_nothing_is_counted_or_written_of_it(shop):
    shop.clock.forward(days=364)
    reports = reports_of(shop.wiring)
    with pytest.raises(CutOffAhead, match=f"{AHEAD} at 2026-11-23T09:00:00"):
        await reports.write(AHEAD, RUN)
    assert await reports.page(10) == []


@pytest.mark.parametrize(("ours", "storages"), [(-1, 0), (0, -1), (0, 3600)])
async def test_the_earlier_clock_says_whether_the_cut_off_has_passed(ours, storages):
    memory, there = Memory(), Clock()
    memory.blobs = MemoryBlobs(there)
    there.forward(seconds=storages)
    memory.clock.forward(seconds=ours)
    reports = reports_of(memory.wiring)
    if min(ours, storages) < 0:
        with pytest.raises(CutOffAhead):
            await reports.write(WEEK, RUN)
    else:
        assert (await reports.write(WEEK, RUN)).left


async def test_a_report_of_a_week_to_come_stops_no_week_before_it():
    memory = Memory()
    await made(memory)
    memory.clock.forward(days=364)  # the storage was wrong, too
    await made(memory, AHEAD)
    memory.clock.now = WEEK.next.cut_off
    assert await started(memory) == [f"weekly-report-{WEEK.next}"]
    reports = reports_of(memory.wiring)
    assert await reports.newest(WEEK.next.cut_off) == WEEK
    assert await reports.newest(AHEAD.ends_at - timedelta(milliseconds=1)) == WEEK
    assert await reports.newest(AHEAD.ends_at) == AHEAD
