"""Percentiles over counted durations are those over the durations themselves, rounded down."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from shared.reports.durations import note, percentile


def counted(milliseconds):
    counts: dict[str, int] = {}
    for each in milliseconds:
        note(counts, timedelta(milliseconds=each))
    return counts


def kept(value: int) -> int:
    """Three digits, by text: another way than the one under test."""
    text = str(value)
    return int(text[:3] + "0" * len(text[3:]))


@given(some.lists(some.integers(0, 10**10), min_size=1), some.integers(1, 100))
def test_the_percentile_is_the_nearest_rank_rounded_down(durations, percent):
    ranked = sorted(durations)
    rank = -(-percent * len(ranked) // 100)  # the ceiling
    assert percentile(counted(durations), percent) == kept(ranked[rank - 1])


def test_no_duration_has_no_percentile():
    assert percentile({}, 95) is None


@pytest.mark.parametrize(
    ("milliseconds", "value"),
    [(0, 0), (999, 999), (1000, 1000), (1239, 1230), (93_605_999, 93_600_000)],
)
def test_three_digits_are_kept(milliseconds, value):
    assert percentile(counted([milliseconds]), 50) == value


def test_a_clock_that_went_backward_counts_as_no_time():
    assert percentile(counted([-5000]), 50) == 0


def test_a_million_durations_take_little_room():
    assert len(counted(range(0, 10**6, 7))) < 4000
