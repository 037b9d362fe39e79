"""Mondays at nine: what is started, and what is not started twice."""

import pytest

from blueprints.weekly_report import Mondays
from tests.application.memory import Memory
from tests.reports.making import Reporter, made
from tests.reports.past import WEEK


@pytest.fixture
def shop():
    return Memory()


async def started(memory):
    engine = Reporter()
    await Mondays(memory.wiring).run(engine)
    return list(engine.started)


async def test_the_week_that_just_ended_is_started(shop):
    assert await started(shop) == ["weekly-report-2026-W47"]


async def test_a_timer_that_fires_a_little_early_means_the_same_week(shop):
    shop.clock.forward(seconds=-1)
    assert await started(shop) == ["weekly-report-2026-W47"]


async def test_a_second_firing_starts_nothing_once_the_report_is_there(shop):
    await made(shop)
    assert await started(shop) == []


async def test_weeks_that_were_slept_through_are_made_up_for(shop):
    await made(shop)
    shop.clock.forward(days=22)
    assert await started(shop) == [
        "weekly-report-2026-W48",
        "weekly-report-2026-W49",
        "weekly-report-2026-W50",
    ]
    assert str(WEEK) not in await started(shop)
