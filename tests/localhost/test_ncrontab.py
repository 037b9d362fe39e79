"""NCRONTAB as the Functions host reads it (reference/ecosystem.md 4.5)."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localhost.ncrontab import Ncrontab, NcrontabError

TUESDAY = datetime(2026, 3, 10, 11, 7, 13, tzinfo=UTC)


def occurrences(text, count=1, after=TUESDAY):
    cron, found = Ncrontab.parse(text), []
    for _ in range(count):
        after = cron.next(after)
        found.append(f"{after:%Y-%m-%d %H:%M:%S}")
    return found


GOLDEN = {
    "0 0 2 * * *": ["2026-03-11 02:00:00", "2026-03-12 02:00:00"],
    "0 2 * * *": ["2026-03-11 02:00:00", "2026-03-12 02:00:00"],
    "0 0 9 * * 1": ["2026-03-16 09:00:00", "2026-03-23 09:00:00"],
    "0 */5 * * * *": ["2026-03-10 11:10:00", "2026-03-10 11:15:00"],
    "*/15 * * * * *": ["2026-03-10 11:07:15", "2026-03-10 11:07:30"],
    "30 */5 * * * *": ["2026-03-10 11:10:30", "2026-03-10 11:15:30"],
    "0 0 9 * * MON": ["2026-03-16 09:00:00", "2026-03-23 09:00:00"],
    "0 0 9 * * Mon-Fri": ["2026-03-11 09:00:00", "2026-03-12 09:00:00", "2026-03-13 09:00:00",
                          "2026-03-16 09:00:00"],
    "0 0 0 1 JAN,JUL *": ["2026-07-01 00:00:00", "2027-01-01 00:00:00"],
    "0 0 9 * * Monday": ["2026-03-16 09:00:00"],
    "0 0 9 1 January *": ["2027-01-01 09:00:00"],
    "0 0 9 * * M": ["2026-03-16 09:00:00"],  # the first name that begins so
    "0 0 9 1 m *": ["2027-03-01 09:00:00"],
    "0 0 9 1 Ju *": ["2026-06-01 09:00:00"],
    "0 0 9 * * t": ["2026-03-17 09:00:00"],
    # Day and weekday must both fit, unlike in Unix.
    "0 0 0 13 * 5": ["2026-03-13 00:00:00", "2026-11-13 00:00:00", "2027-08-13 00:00:00"],
    "0 0 0 1 * 1-5": ["2026-04-01 00:00:00", "2026-05-01 00:00:00", "2026-06-01 00:00:00"],
    # A reversed range is swapped, it does not wrap: this is MON-FRI.
    "0 0 9 * * FRI-MON": ["2026-03-11 09:00:00", "2026-03-12 09:00:00", "2026-03-13 09:00:00",
                          "2026-03-16 09:00:00"],
    "0 0 9 * * 5-1": ["2026-03-11 09:00:00", "2026-03-12 09:00:00"],
    "0 5/20 * * * *": ["2026-03-10 11:25:00", "2026-03-10 11:45:00", "2026-03-10 12:05:00"],
    "0 10-20/5 * * * *": ["2026-03-10 11:10:00", "2026-03-10 11:15:00", "2026-03-10 11:20:00",
                          "2026-03-10 12:10:00"],
    "*/0 * * * * *": ["2026-03-10 11:07:14"],  # a step below one is one
    "*/-3 * * * * *": ["2026-03-10 11:07:14"],
    "13 7 11 10 3 *": ["2027-03-10 11:07:13"],  # the start itself does not count
    "0 0 0 29 2 *": ["2028-02-29 00:00:00", "2032-02-29 00:00:00"],
    "0 0 0 31 * *": ["2026-03-31 00:00:00", "2026-05-31 00:00:00"],
    "0,30 59 23 31 12 *": ["2026-12-31 23:59:00", "2026-12-31 23:59:30", "2027-12-31 23:59:00"],
    "  0  0   2 * * * ": ["2026-03-11 02:00:00"],
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), GOLDEN.items(), ids=GOLDEN.keys())
def test_the_reference_table(text, expected):
    assert occurrences(text, len(expected)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "", "* * * *", "* * * * * * *", "@daily", "0 0 0 * * 7", "0 0 0 * * 0-7", "0 0 0 L * *",
        "0 0 0 ? * *", "0 0 0 15W * *", "0 0 0 * * 1#2", "60 * * * * *", "0 60 * * * *",
        "0 0 24 * * *", "0 0 0 0 * *", "0 0 0 32 * *", "0 0 0 * 0 *", "0 0 0 * 13 *",
        "0 0 0 * * Mondays", "0 0 0 * Mai *", "*/ * * * * *", "*/x * * * * *", "1- * * * * *",
        "-1 * * * * *", ",1 * * * * *", "1,,2 * * * * *", "1, * * * * *", "1_0 * * * * *",
        "\u0661 * * * * *", "** * * * * *", "*-5 * * * * *", "1/2/3 * * * * *",
        "*/99999999999 * * * * *", "00:05:00",
    ],
)  # fmt: skip
def test_what_the_host_does_not_take_is_refused(text):
    with pytest.raises(NcrontabError):
        Ncrontab.parse(text)


def test_a_date_that_never_comes_has_no_next():
    assert Ncrontab.parse("0 0 0 30 2 *").next(TUESDAY) is None
    assert Ncrontab.parse("* * * * * *").next(datetime.max.replace(tzinfo=UTC)) is None


def test_the_rarest_date_is_found():
    found = Ncrontab.parse("0 0 0 29 2 MON").next(datetime(2072, 3, 1, tzinfo=UTC))
    assert found == datetime(2112, 2, 29, tzinfo=UTC)


def test_parts_of_a_second_do_not_count():
    after = datetime(2026, 3, 10, 11, 7, 13, 999_999, tzinfo=UTC)
    assert Ncrontab.parse("* * * * * *").next(after) == datetime(2026, 3, 10, 11, 7, 14, tzinfo=UTC)


def field(first, last):
    number = st.integers(first, last)
    step = st.integers(1, 40)
    return st.one_of(
        st.just("*"),
        number.map(str),
        st.tuples(number, number).map(lambda ends: f"{ends[0]}-{ends[1]}"),
        step.map(lambda length: f"*/{length}"),
        st.tuples(number, step).map(lambda parts: f"{parts[0]}/{parts[1]}"),
        st.lists(number, min_size=1, max_size=4).map(lambda many: ",".join(map(str, many))),
    )


FIELDS = st.tuples(field(0, 59), field(0, 59), field(0, 23), field(1, 28), field(1, 12))
MOMENTS = st.integers(946_684_800, 3_786_912_000).map(lambda at: datetime.fromtimestamp(at, UTC))


@given(fields=FIELDS, weekday=st.sampled_from(["*", "1-5", "0,6", "SUN"]), after=MOMENTS)
def test_the_next_moment_is_later_and_fits_every_field(fields, weekday, after):
    cron = Ncrontab.parse(" ".join([*fields, weekday]))
    found = cron.next(after)
    assert found is not None
    assert found > after
    assert found.second in cron.seconds
    assert found.minute in cron.minutes
    assert found.hour in cron.hours
    assert found.day in cron.days
    assert found.month in cron.months
    assert found.isoweekday() % 7 in cron.weekdays


@given(after=MOMENTS, seconds=field(0, 59), minutes=field(0, 59))
def test_nothing_that_fits_is_passed_over(after, seconds, minutes):
    cron = Ncrontab.parse(f"{seconds} {minutes} * * * *")
    moment = after.replace(microsecond=0) + timedelta(seconds=1)
    while moment.second not in cron.seconds or moment.minute not in cron.minutes:
        moment += timedelta(seconds=1)
    assert cron.next(after) == moment
