"""The report's process on the real engine: side by side, through failures, at its time."""

import json
from collections import Counter
from datetime import timedelta

import pytest

from blueprints.weekly_report import reports_of
from localhost.clock import ManualClock
from localhost.durable.engine import NewInstance
from orchestrations.activities.weekly_report import WeeklyReportActivities
from orchestrations.weekly_report import CALLS, LOSSES, PATIENCE, SETTLED, make_weekly_report
from orchestrations.weekly_report_messages import (
    COUNT_DAY,
    MAKE_WEEKLY_REPORT,
    WRITE_REPORT,
    MakeWeeklyReport,
)
from shared.application import weekly_count
from shared.names import TEMP
from shared.plain import to_plain
from tests.application.memory import Memory
from tests.localhost.durable.scene import Scene
from tests.orchestrations.stage import own
from tests.reports.making import stored
from tests.reports.past import WEEK, happened, moment, sold
from tests.reports.scene import orders

HISTORY = 1_000  # events: some 120 KiB, which every replay reads
OVER = WEEK.cut_off + timedelta(hours=1)
GIVEN = to_plain(MakeWeeklyReport(str(WEEK), (2, 4, 8)))


class Play:
    """The process with its real activities; `faults`: how often each call fails first.

    `vanishing`: how often the papers `gone` are so when wanted; `longest`: history, in events.
    """

    def __init__(self, now=OVER):
        self.memory, self.clock = Memory(), ManualClock(now)
        self.calls: Counter = Counter()
        self.faults: Counter = Counter()
        self.vanishing = self.longest = 0
        self.gone = WEEK.days[:1]
        activities = WeeklyReportActivities(reports_of(self.memory.wiring))
        played = {
            COUNT_DAY: self.played(activities.count_day),
            WRITE_REPORT: self.played(activities.write_report),
        }
        self.scene = Scene({MAKE_WEEKLY_REPORT: own(make_weekly_report)}, played, clock=self.clock)

    def played(self, activity):
        async def play(value):
            name = value.get("day", "write")
            self.calls[name] += 1
            if self.calls[name] <= self.faults[name]:
                raise OSError("the storage is down")
            if name == "write":
                await self.lose_paper()
            await self.measure()
            return await activity(value)

        return play

    async def lose_paper(self):
        names = [f"weekly-report/{WEEK}/{day}.json" for day in self.gone]
        if self.vanishing and await self.memory.blobs.head(TEMP, names[0]):
            self.vanishing -= 1
            for name in names:
                await self.memory.blobs.remove(TEMP, name)

    async def measure(self):
        for instance_id in ("one", str(WEEK)):
            stands = await self.scene.hub.load(instance_id)
            self.longest = max(self.longest, len(stands.history) if stands else 0)

    async def run(self):
        await self.scene.start(MAKE_WEEKLY_REPORT, GIVEN)

    async def report(self):
        found = await stored(self.memory)
        return found and json.loads(found)

    async def custom_status(self):
        return json.loads((await self.scene.instance()).custom_status or "null")


@pytest.fixture
async def play():
    made: list[Play] = []

    async def begin(**wishes):
        made.append(Play(**wishes))
        for order_id, story in orders().items():
            await happened(made[-1].memory.wiring, order_id, story)
        return made[-1]

    yield begin
    for one in made:
        one.scene.close()


async def test_the_days_of_both_weeks_are_counted_side_by_side(play):
    one = await play()
    await one.run()
    assert await one.scene.outcome() == ("Completed", {"week": "2026-W47"})
    assert (await one.report())["orders"]["value"] == 13
    assert sum(one.calls[day.isoformat()] for day in (*WEEK.days, *WEEK.previous.days)) == 14
    assert "TS#1 TS#2 TS#3 TS#4 TS#5 TS#6 TS#7" in await one.scene.story()


async def test_a_big_day_is_counted_slice_by_slice_while_the_others_wait_for_nothing(
    play, monkeypatch
):
    monkeypatch.setattr(weekly_count, "SLICE", 10)
    one = await play()
    for number in range(25):
        order_id = f"many-{number}"
        await happened(one.memory.wiring, order_id, sold(order_id, moment(2, seconds=number)))
    await one.run()
    assert (await one.report())["orders"]["value"] == 38
    assert one.calls[WEEK.days[1].isoformat()] == 3
    assert one.calls[WEEK.days[0].isoformat()] == 1


async def test_a_day_that_fails_is_counted_again_and_the_others_are_not(play):
    one = await play()
    bad, good = (WEEK.days[number].isoformat() for number in (2, 3))
    one.faults[bad] = 2
    await one.run()
    assert await one.report() is None
    assert await one.custom_status() == {"week": "2026-W47", "step": COUNT_DAY, "left": 14}
    await one.scene.pass_time(2)
    assert (await one.custom_status())["left"] == 1
    await one.scene.pass_time(4)
    assert (await one.scene.outcome())[0] == "Completed"
    assert (one.calls[bad], one.calls[good]) == (3, 1)
    assert (await one.report())["orders"]["value"] == 13


async def test_a_storage_that_is_down_for_hours_is_waited_for(play):
    one = await play()
    one.faults["write"] = 15
    await one.run()
    await one.scene.pass_time(5 * 3600)
    assert (await one.scene.outcome())[0] == "Completed"


async def test_after_a_day_of_faults_it_fails_and_says_where_to_look(play):
    one = await play()
    one.faults["write"] = 10_000
    await one.run()
    await one.scene.pass_time(PATIENCE.total_seconds() + 600)
    status, output = await one.scene.outcome()
    assert status == "Failed"
    assert "ReportNotMade: WriteReport failed for 1 day" in output


async def test_it_waits_for_the_cut_off_and_for_writes_that_were_under_way(play):
    one = await play(now=WEEK.ends_at + timedelta(hours=1))
    await one.run()
    opens_at = WEEK.cut_off + SETTLED
    assert (await one.custom_status())["waitingFor"] == "cutOff"
    wait = (opens_at - one.clock.now()).total_seconds()
    await one.scene.pass_time(wait - 1)
    assert one.calls.total() == 0
    await one.scene.pass_time(1)
    assert (await one.scene.outcome())[0] == "Completed"


async def test_a_report_that_would_be_another_ends_failed_with_the_files(play):
    one = await play()
    await one.run()
    await happened(one.memory.wiring, "late", sold("late", moment(2)))
    one.clock.advance(60)
    await one.run()
    status, output = await one.scene.outcome()
    assert status == "Failed"
    assert "ReportDiffers: 2026-W47: tally.json, report.json, report.csv, report.html" in output
    assert (await one.report())["orders"]["value"] == 13


async def test_two_weeks_that_were_slept_through_are_made_side_by_side(play):
    one = await play(now=WEEK.next.cut_off + timedelta(hours=1))
    one.memory.clock.forward(days=7)
    for week in (WEEK, WEEK.next):
        given = to_plain(MakeWeeklyReport(str(week), (2, 4, 8)))
        body = json.dumps(json.dumps(given))
        await one.scene.engine.start_new(NewInstance(MAKE_WEEKLY_REPORT, str(week), body))
    await one.scene.engine.settle()
    for week in (WEEK, WEEK.next):
        assert await one.scene.outcome(str(week)) == ("Completed", {"week": str(week)})
    days = one.calls.total() - one.calls["write"]
    assert 21 <= days <= 28


@pytest.mark.parametrize(("days", "slices"), [(14, 14), (1, 250)])
async def test_no_history_grows_with_the_number_of_orders(play, monkeypatch, days, slices):
    """A slice of one stands for one of a thousand: two weeks of 98,000 each, a day of 250,000."""
    monkeypatch.setattr(weekly_count, "SLICE", 1)
    one = await play()
    for number in range(days * slices):
        order_id, day = f"many-{number}", 7 - number % days
        await happened(one.memory.wiring, order_id, sold(order_id, moment(day, seconds=number)))
    await one.run()
    assert await one.scene.outcome() == ("Completed", {"week": "2026-W47"})
    assert one.calls.total() > days * slices > CALLS - 10
    assert one.longest < HISTORY
    expected = 13 + slices * min(days, 7)
    assert (await one.report())["orders"]["value"] == expected


async def test_a_paper_that_vanishes_is_counted_again(play):
    one = await play()
    one.vanishing = 3
    await one.run()
    assert (await one.scene.outcome())[0] == "Completed"
    assert (await one.report())["orders"]["value"] == 13
    assert one.calls[WEEK.days[0].isoformat()] == 4


async def test_all_papers_may_vanish_at_once(play):
    one = await play()
    one.vanishing, one.gone = 1, (*WEEK.days, *WEEK.previous.days)
    await one.run()
    assert (await one.scene.outcome())[0] == "Completed"
    assert one.calls.total() - one.calls["write"] == 28


async def test_papers_that_keep_vanishing_are_told_and_not_counted_for_ever(play):
    one = await play()
    one.vanishing = 10_000
    await one.run()
    status, output = await one.scene.outcome()
    assert status == "Failed"
    assert "ReportNotMade: what was counted keeps vanishing" in output
    assert one.calls[WEEK.days[0].isoformat()] == LOSSES + 2
