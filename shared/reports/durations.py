"""Durations counted by their value, so that any number of them takes little room."""

from collections.abc import Mapping
from datetime import timedelta
from typing import TypeAlias

DIGITS = 3  # a value is kept to so many digits, rounded down: at most 900 values a decade

Durations: TypeAlias = dict[str, int]  # milliseconds (JSON has no other keys) -> how many


def note(counts: Durations, duration: timedelta) -> None:
    """Count one more; what a wrong clock made negative counts as nothing."""
    key = str(_kept(max(duration // timedelta(milliseconds=1), 0)))
    counts[key] = counts.get(key, 0) + 1


def percentile(counts: Mapping[str, int], percent: int) -> int | None:
    """The nearest rank: the least value that so many percent do not exceed; None without any.

    Rounding down keeps the order of values, so this is the exact percentile, rounded down.
    """
    rank = -(-percent * sum(counts.values()) // 100)
    for value in sorted(map(int, counts)):
        rank -= counts[str(value)]
        if rank <= 0:
            return value
    return None


def _kept(milliseconds: int) -> int:
    unit: int = 10 ** max(len(str(milliseconds)) - DIGITS, 0)
    return milliseconds // unit * unit
