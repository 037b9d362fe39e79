"""ISO weeks: years that begin in the wrong week, years with 53, and what is due."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from shared.reports.week import IsoWeek, NoSuchWeek, due

MILLISECOND = timedelta(milliseconds=1)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "week"),
    [
        ("2026-11-22T23:59:59.999", "2026-W47"),
        ("2026-11-23T00:00:00.000", "2026-W48"),
        ("2026-12-31T12:00:00", "2026-W53"),  # a Thursday: 2026 has 53 weeks
        ("2027-01-03T23:59:59.999", "2026-W53"),
        ("2027-01-04T00:00:00", "2027-W01"),
        ("2024-12-30T00:00:00", "2025-W01"),  # a Monday of the year before
        ("2023-01-01T12:00:00", "2022-W52"),
    ],
)
def test_a_moment_lies_in_the_week_of_its_thursday(moment, week):
    assert str(IsoWeek.of(at(moment))) == week


def test_a_moment_of_another_zone_is_taken_in_utc():
    berlin = timezone(timedelta(hours=1))
    assert str(IsoWeek.of(datetime(2026, 11, 23, 0, 30, tzinfo=berlin))) == "2026-W47"


def test_a_week_ends_where_the_next_begins_and_is_told_nine_hours_later():
    week = IsoWeek.parse("2026-W53")
    assert week.starts_at == at("2026-12-28T00:00:00")
    assert week.ends_at == week.next.starts_at == at("2027-01-04T00:00:00")
    assert week.cut_off == at("2027-01-04T09:00:00")
    assert str(week.next) == "2027-W01"
    assert week.next.previous == week
    assert IsoWeek.of(week.ends_at - MILLISECOND) == week


def test_weeks_stay_seven_days_long_where_clocks_are_set_forward():
    assert IsoWeek.parse("2026-W13").ends_at - IsoWeek.parse("2026-W13").starts_at == timedelta(7)


@pytest.mark.parametrize(
    "text",
    [
        "2025-W53",
        "2026-W00",
        "2026-W54",
        "2026-w47",
        "2026W47",
        "26-W47",
        "2026-W4",
        "2026-W471",
        " 2026-W47",
        "2026-W47\n",
        "2026-W4\u0667",
        "0001-W01",
        "1999-W52",
        "2200-W01",
        "9999-W52",
        "../../x",
        "",
    ],
)
def test_what_is_no_week_is_refused(text):
    with pytest.raises(NoSuchWeek, match="2026-W47"):
        IsoWeek.parse(text)


def test_without_any_report_only_the_week_that_ended_is_due():
    assert due(None, at("2026-11-23T09:00:00"), 8) == (IsoWeek(2026, 47),)


def test_every_week_since_the_newest_report_is_due():
    weeks = due(IsoWeek(2026, 51), at("2027-01-12T10:00:00"), 8)
    assert [str(week) for week in weeks] == ["2026-W52", "2026-W53", "2027-W01"]


def test_not_more_are_due_than_can_be_made_at_once():
    weeks = due(IsoWeek(2020, 1), at("2026-11-23T09:00:00"), 3)
    assert [str(week) for week in weeks] == ["2026-W45", "2026-W46", "2026-W47"]


@pytest.mark.parametrize("newest", [IsoWeek(2026, 47), IsoWeek(2027, 3)])
def test_nothing_is_due_while_the_newest_report_is_there(newest):
    assert due(newest, at("2026-11-27T09:00:00"), 8) == ()
