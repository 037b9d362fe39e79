"""A clock that jumps over a schedule, or back, lets a timer fire once for each day that came."""

from datetime import UTC, datetime, timedelta

import pytest

from localhost import clock as clocks
from localhost.clock import SystemClock, sleep
from localhost.memory_storage import MemoryStorage
from tests.localhost.triggers.scene import staged
from tests.localhost.triggers.test_timer import Calls

DAILY, WEEKLY, EVERY_FIVE = "0 0 2 * * *", "0 0 9 * * 1", "0 */5 * * * *"
DAY, HOUR = 86_400, 3600


@pytest.fixture
def calls(clock):
    return Calls(clock)


@pytest.mark.parametrize("schedule", [DAILY, WEEKLY, EVERY_FIVE])
async def test_a_week_forward_is_one_run_and_the_schedule_goes_on(calls, clock, schedule):
    async with staged(calls.app(schedule), clock) as stage:
        await stage.advance(7 * DAY + 60)
        assert calls.times == ["01-08 00:01:00"]
        await stage.advance(7 * DAY)
    assert calls.times == ["01-08 00:01:00", "01-15 00:01:00"]
    assert not any(past_due for _, past_due in calls.seen)


async def test_an_hour_back_after_a_run_does_not_repeat_it(calls, clock):
    async with staged(calls.app(DAILY), clock) as stage:
        await stage.advance(2 * HOUR)
        await stage.advance(-HOUR)
        for _ in range(3):
            await stage.advance(HOUR)
        assert calls.times == ["01-01 02:00:00"]
        await stage.advance(DAY - 2 * HOUR)
    assert calls.times == ["01-01 02:00:00", "01-02 02:00:00"]


async def test_an_hour_back_before_a_run_delays_it_by_the_hour(calls, clock):
    async with staged(calls.app(DAILY), clock) as stage:
        await stage.advance(2 * HOUR - 1)
        await stage.advance(-HOUR)
        await stage.advance(HOUR)
        assert calls.times == []
        await stage.advance(1)
    assert calls.times == ["01-01 02:00:00"]


async def test_an_hour_back_over_a_restart_does_not_repeat_a_run(calls, clock):
    storage = MemoryStorage(clock)
    async with staged(calls.app(DAILY), clock, storage) as stage:
        await stage.advance(2 * HOUR)
    clock.advance(-HOUR)
    async with staged(calls.app(DAILY), clock, storage) as stage:
        await stage.advance(DAY - 1)
        assert calls.times == ["01-01 02:00:00"]
        await stage.advance(HOUR + 1)
    assert calls.times == ["01-01 02:00:00", "01-02 02:00:00"]


async def test_a_week_forward_over_a_restart_is_one_run_that_is_past_due(calls, clock):
    storage = MemoryStorage(clock)
    async with staged(calls.app(DAILY), clock, storage) as stage:
        await stage.advance(2 * HOUR)
    clock.advance(7 * DAY)
    for _ in range(2):
        async with staged(calls.app(DAILY), clock, storage) as stage:
            await stage.advance(60)
    assert [past_due for _, past_due in calls.seen] == [False, True]


async def test_a_year_back_and_forth_does_not_stop_it(calls, clock):
    async with staged(calls.app(DAILY), clock) as stage:
        await stage.advance(-365 * DAY)
        assert calls.times == []
        await stage.advance(366 * DAY)
    assert calls.times == ["01-02 00:00:00"]


async def test_the_machines_clock_may_be_set_while_a_timer_sleeps(monkeypatch):
    class SetClock(SystemClock):
        ahead = timedelta()

        def now(self):
            return datetime.now(UTC) + self.ahead

    monkeypatch.setattr(clocks, "LONGEST_NAP", 0.01)  # the machine's own naps take a minute
    clock, alarms = SetClock(), []
    due = clock.now() + timedelta(days=1)
    alarm = clock.call_at(due, lambda: alarms.append(clock.now()))
    await sleep(SystemClock(), 0.05)
    assert alarms == []
    clock.ahead = timedelta(days=7)
    await sleep(SystemClock(), 0.1)
    assert len(alarms) == 1
    alarm.cancel()
