"""Timers fire when the real host's would (reference/host-triggers.md 5)."""

import asyncio
import json
import logging
from datetime import UTC, datetime, timedelta
from typing import Any

import azure.functions as func
import pytest

from localhost.clock import ManualClock
from localhost.errors import StorageError
from localhost.memory_blobs import MemoryBlobs
from localhost.memory_storage import MemoryStorage
from localhost.triggers.schedule import parse_schedule
from localhost.wire import Unreachable
from tests.localhost.serving import app, settings
from tests.localhost.triggers.scene import settled, staged

START = datetime(2026, 1, 1, tzinfo=UTC)
STATUS = "timers/host/Host.Functions.tick/status"


class Calls:
    """What a timer function was told, and when by the clock."""

    def __init__(self, clock: ManualClock) -> None:
        self.clock = clock
        self.seen: list[tuple[datetime, bool]] = []
        self.gate: asyncio.Event | None = None
        self.failure: Exception | None = None

    def app(self, schedule, **options):
        made = app()

        async def tick(timer: func.TimerRequest) -> None:
            self.seen.append((self.clock.now(), timer.past_due))
            if self.gate:
                await self.gate.wait()
            if self.failure:
                raise self.failure

        made.timer_trigger(arg_name="timer", schedule=schedule, **options)(tick)
        return made

    @property
    def times(self):
        return [f"{moment:%m-%d %H:%M:%S}" for moment, _ in self.seen]


@pytest.fixture
def calls(clock):
    return Calls(clock)


def status_of(storage):
    _, content = storage.blobs().containers["azure-webjobs-hosts"][STATUS]
    return json.loads(content)


async def test_a_daily_timer_fires_365_times_in_a_year_of_a_moment(calls, clock):
    async with staged(calls.app("0 0 2 * * *"), clock) as stage:
        while (due := clock.next_alarm()) and due < START + timedelta(days=365):
            await stage.advance((due - clock.now()).total_seconds())
    assert len(calls.seen) == 365
    assert {f"{moment:%H:%M:%S}" for moment, _ in calls.seen} == {"02:00:00"}
    assert not any(past_due for _, past_due in calls.seen)


async def test_a_clock_that_jumps_over_many_occurrences_fires_once(calls, clock):
    async with staged(calls.app("0 */5 * * * *"), clock) as stage:
        await stage.advance(3 * 3600 + 60)
        assert calls.times == ["01-01 03:01:00"]
        await stage.advance(4 * 60)
    assert calls.times == ["01-01 03:01:00", "01-01 03:05:00"]


async def test_a_first_start_writes_a_status_and_is_not_past_due(calls, clock):
    async with staged(calls.app("0 0 2 * * *"), clock) as stage:
        assert status_of(stage.storage) == {
            "Last": "0001-01-01T00:00:00+00:00",
            "Next": "2026-01-01T02:00:00+00:00",
            "LastUpdated": "2026-01-01T00:00:00+00:00",
        }
    assert calls.seen == []


async def test_the_status_tells_the_last_run_and_the_next(calls, clock):
    async with staged(calls.app("0 0 2 * * *"), clock) as stage:
        await stage.advance(7200)
        assert status_of(stage.storage) == {
            "Last": "2026-01-01T02:00:00+00:00",
            "Next": "2026-01-02T02:00:00+00:00",
            "LastUpdated": "2026-01-01T02:00:00+00:00",
        }


async def test_occurrences_missed_while_the_host_was_down_are_caught_up_once(calls, clock):
    storage = MemoryStorage(clock)
    async with staged(calls.app("0 0 2 * * *"), clock, storage) as stage:
        await stage.advance(7200)
    clock.advance(5 * 86_400)
    async with staged(calls.app("0 0 2 * * *"), clock, storage) as stage:
        assert calls.seen[1:] == [(START + timedelta(days=5, hours=2), True)]
        await stage.advance(86_400)
    assert calls.seen[2:] == [(START + timedelta(days=6, hours=2), False)]


async def test_a_timer_that_never_ran_is_past_due_too(calls, clock):
    storage = MemoryStorage(clock)
    async with staged(calls.app("0 0 2 * * *"), clock, storage):
        pass
    clock.advance(86_400)
    async with staged(calls.app("0 0 2 * * *"), clock, storage):
        assert [past_due for _, past_due in calls.seen] == [True]


async def test_a_changed_schedule_is_never_past_due(calls, clock):
    storage = MemoryStorage(clock)
    async with staged(calls.app("0 0 2 * * *"), clock, storage):
        pass
    clock.advance(86_400)
    async with staged(calls.app("0 0 3 * * *"), clock, storage):
        assert status_of(storage)["Next"] == "2026-01-02T03:00:00+00:00"
    assert calls.seen == []


async def test_past_due_comes_before_run_on_startup(calls, clock):
    storage = MemoryStorage(clock)
    made = {"schedule": "0 0 2 * * *", "run_on_startup": True}
    async with staged(calls.app(**made), clock, storage):
        assert [past_due for _, past_due in calls.seen] == [False]
    clock.advance(86_400)
    async with staged(calls.app(**made), clock, storage):
        assert [past_due for _, past_due in calls.seen] == [False, True]


async def test_without_a_monitor_what_was_missed_is_lost_and_no_storage_is_needed(calls, clock):
    storage = MemoryStorage(clock)
    for _ in range(2):
        async with staged(calls.app("0 0 2 * * *", use_monitor=False), clock, storage):
            pass
        clock.advance(86_400)
    assert calls.seen == []
    assert storage.blobs().containers == {}


@pytest.mark.parametrize(
    ("schedule", "kept"),
    [
        ("*/10 * * * * *", False),
        ("0 * * * * *", True),
        ("* * * * *", True),
        ("*/10 0 9 * * *", True),
        ("00:00:59", False),
        ("00:01:00", True),
    ],
)
async def test_timers_below_a_minute_keep_no_status(calls, clock, schedule, kept):
    async with staged(calls.app(schedule), clock) as stage:
        assert bool(stage.storage.blobs().containers) is kept


async def test_a_run_that_outlasts_occurrences_is_followed_by_one_at_once(calls, clock):
    calls.gate = asyncio.Event()
    async with staged(calls.app("0 * * * * *"), clock, grace=1) as stage:
        await stage.advance(60)
        await stage.advance(200)
        assert calls.times == ["01-01 00:01:00"]  # no overlap
        calls.gate.set()
        await settled()
        assert calls.times == ["01-01 00:01:00", "01-01 00:04:20"]
        await stage.advance(40)
    assert calls.times[2:] == ["01-01 00:05:00"]
    assert not any(past_due for _, past_due in calls.seen)


async def test_a_failure_neither_stops_nor_repeats(calls, clock):
    calls.failure = ValueError("no")
    async with staged(calls.app("0 0 * * * *"), clock) as stage:
        await stage.advance(3600)
        await stage.advance(3600)
        assert calls.times == ["01-01 01:00:00", "01-01 02:00:00"]
        assert status_of(stage.storage)["Last"] == "2026-01-01T02:00:00+00:00"


async def test_an_interval_counts_from_the_start_and_then_from_each_run(calls, clock):
    async with staged(calls.app("01:30:00"), clock) as stage:
        await stage.advance(5400)
        await stage.advance(5400)
    assert calls.times == ["01-01 01:30:00", "01-01 03:00:00"]


async def test_a_run_on_startup_resets_an_interval(calls, clock):
    storage = MemoryStorage(clock)
    async with staged(calls.app("02:00:00"), clock, storage) as stage:
        await stage.advance(3600)
    async with staged(calls.app("02:00:00", run_on_startup=True), clock, storage) as stage:
        await stage.advance(7200)
    assert calls.times == ["01-01 01:00:00", "01-01 03:00:00"]


async def test_a_schedule_may_be_a_setting(calls, clock):
    configured = settings(When="0 0 2 * * *", AzureFunctionsWebHost__hostid="host")
    async with staged(calls.app("%When%"), clock, configured=configured) as stage:
        await stage.advance(7200)
    assert calls.times == ["01-01 02:00:00"]


async def test_the_request_carries_the_status_and_the_log_its_reason(clock, caplog):
    caplog.set_level(logging.INFO, "localhost")
    seen: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
    made = app()

    async def tick(timer: func.TimerRequest) -> None:
        seen.set_result(timer)

    made.timer_trigger(arg_name="timer", schedule="0 0 2 * * *", run_on_startup=True)(tick)
    async with staged(made, clock):
        timer = await seen
    assert timer.schedule_status["Next"] == "2026-01-01T02:00:00+00:00"
    assert timer.schedule == {"AdjustForDST": True}
    assert "(Reason='Timer fired at 2026-01-01T00:00:00+00:00', Id=" in caplog.text
    assert "Trigger Details: UnscheduledInvocationReason: RunOnStartup" in caplog.text


async def test_a_run_by_hand_is_now_and_leaves_the_schedule_alone(calls, clock):
    async with staged(calls.app("0 0 2 * * *"), clock) as stage:
        clock.advance(60)
        before = status_of(stage.storage)
        await stage.by_hand("tick", "ignored")
        assert calls.seen == [(START + timedelta(seconds=60), False)]
        assert status_of(stage.storage) == before


async def test_a_run_that_the_end_of_the_host_cuts_short_is_past_due_next_time(calls, clock):
    calls.gate, storage = asyncio.Event(), MemoryStorage(clock)
    async with staged(calls.app("0 0 2 * * *"), clock, storage) as stage:
        await stage.advance(7200)
    calls.gate.set()
    clock.advance(1)
    async with staged(calls.app("0 0 2 * * *"), clock, storage):
        assert [past_due for _, past_due in calls.seen] == [False, True]


async def test_a_run_may_end_within_the_grace_and_is_the_last_one(calls, clock):
    calls.gate, storage = asyncio.Event(), MemoryStorage(clock)
    async with staged(calls.app("0 * * * * *"), clock, storage, grace=5) as stage:
        await stage.advance(150)
        asyncio.get_running_loop().call_soon(calls.gate.set)
    assert len(calls.seen) == 1
    assert status_of(storage)["Last"] == "2026-01-01T00:02:30+00:00"


async def test_a_status_that_cannot_be_written_is_only_logged(calls, clock, caplog):
    class Silent(MemoryBlobs):
        async def put(self, *args):
            raise Unreachable("gone")

    storage = MemoryStorage(clock)
    storage._blobs = Silent(clock)
    async with staged(calls.app("0 0 2 * * *"), clock, storage) as stage:
        await stage.advance(7200)
    assert calls.times == ["01-01 02:00:00"]
    assert "could not be kept: gone" in caplog.text


async def test_a_status_that_says_nothing_stops_the_start_with_its_cure(calls, clock):
    storage = MemoryStorage(clock)
    await storage.blobs().put("azure-webjobs-hosts", STATUS, b"{}")
    with pytest.raises(StorageError, match=r"azure-webjobs-hosts/timers/.*Delete it"):
        async with staged(calls.app("0 0 2 * * *"), clock, storage):
            pass


@pytest.mark.parametrize("text", ["every day", "0 0 0 * * 7", "-00:05:00", "00:00:00", "1:2:3:4"])
def test_what_is_no_schedule_is_refused(text):
    with pytest.raises(ValueError, match="schedule"):
        parse_schedule(text)


@pytest.mark.parametrize(
    ("text", "length"),
    [("24:00:00", timedelta(days=24)), ("1.00:00:00", timedelta(days=1)), ("5", timedelta(days=5))],
)
def test_an_interval_is_read_as_dotnet_reads_it(text, length):
    assert parse_schedule(text).next(START) == START + length
