"""NCRONTAB expressions: the six fields that the Functions host schedules timers by.

No parser on PyPI agrees with the host's (reference/ecosystem.md 4.5, which has the rules, too).
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import MAXYEAR, date, datetime, time, timedelta
from typing import NamedTuple

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
WEEKDAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
YEARS = 100
"""How far to look. The rarest date there is, a 29 February on one weekday, comes every 40 years."""
WITHOUT_SECONDS = 5
WITH_SECONDS = 6
INT32_MAX = 2**31 - 1
"""A step is an Int32 to the host."""


class NcrontabError(ValueError):
    """The text is no schedule; the message says which field is wrong, and how."""


class _Field(NamedTuple):
    name: str
    first: int
    last: int
    names: Sequence[str] = ()


FIELDS = (
    _Field("second", 0, 59),
    _Field("minute", 0, 59),
    _Field("hour", 0, 23),
    _Field("day of month", 1, 31),
    _Field("month", 1, 12, MONTHS),
    _Field("day of week", 0, 6, WEEKDAYS),
)


@dataclass(frozen=True, slots=True)
class Ncrontab:
    """A parsed schedule: the values that each field admits, in order."""

    seconds: Sequence[int]
    minutes: Sequence[int]
    hours: Sequence[int]
    days: Sequence[int]
    months: Sequence[int]
    weekdays: Sequence[int]
    """0 is Sunday. A day must be in ``days`` AND in ``weekdays``, unlike in Unix."""

    @classmethod
    def parse(cls, text: str) -> "Ncrontab":
        """Read second, minute, hour, day, month, day of week; of five fields the seconds are 0.

        Raises:
            NcrontabError: it has another number of fields, or one that cannot be read.
        """
        given = text.split()
        if len(given) not in (WITHOUT_SECONDS, WITH_SECONDS):
            raise NcrontabError(f"'{text}' has {len(given)} fields; a schedule has five or six")
        if len(given) == WITHOUT_SECONDS:
            given = ["0", *given]
        return cls(*(_values(part, field) for part, field in zip(given, FIELDS, strict=True)))

    def next(self, after: datetime) -> datetime | None:
        """Return the first moment later than ``after`` that fits; None when there is none.

        Fields speak of the wall clock of ``after``; give UTC, which has no gaps.
        """
        try:
            start = after.replace(microsecond=0) + timedelta(seconds=1)
        except OverflowError:  # the last second of the year 9999
            return None
        for day in self._dates(start.date()):
            at = self._time_from(start.time()) if day == start.date() else self._first_time()
            if at is not None:
                return datetime.combine(day, at, after.tzinfo)
        return None

    def _dates(self, first: date) -> Iterator[date]:
        for year in range(first.year, min(first.year + YEARS, MAXYEAR) + 1):
            for month in self.months:
                if (year, month) < (first.year, first.month):
                    continue
                for number in self.days:
                    day = _date(year, month, number)
                    if day and day >= first and day.isoweekday() % 7 in self.weekdays:
                        yield day

    def _first_time(self) -> time:
        return time(self.hours[0], self.minutes[0], self.seconds[0])

    def _time_from(self, start: time) -> time | None:
        """Return the first fitting time of day from ``start`` on, if there is one."""
        for hour in self.hours[bisect_left(self.hours, start.hour) :]:
            if hour > start.hour:
                return time(hour, self.minutes[0], self.seconds[0])
            for minute in self.minutes[bisect_left(self.minutes, start.minute) :]:
                if minute > start.minute:
                    return time(hour, minute, self.seconds[0])
                found = bisect_left(self.seconds, start.second)
                if found < len(self.seconds):
                    return time(hour, minute, self.seconds[found])
        return None


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:  # a month without such a day
        return None


def _values(text: str, field: _Field) -> tuple[int, ...]:
    admitted: set[int] = set()
    # A comma in front does not make a list to the host; what is behind it is then no value.
    for part in [text] if text.startswith(",") else text.split(","):
        admitted.update(_range(part, field))
    return tuple(sorted(admitted))


def _range(text: str, field: _Field) -> range:
    base, slash, step_text = text.partition("/")
    step = _step(step_text, field) if slash else 1
    if base == "*":
        return range(field.first, field.last + 1, step)
    first_text, dash, last_text = base.partition("-")
    first = _value(first_text, field)
    if dash:
        last = _value(last_text, field)
        first, last = min(first, last), max(first, last)  # the host swaps a reversed range
    else:
        last = field.last if slash else first
    return range(first, last + 1, step)


def _step(text: str, field: _Field) -> int:
    if not re.fullmatch(r"[+-]?[0-9]{1,10}", text) or int(text) > INT32_MAX:
        raise NcrontabError(f"'{text}' is no step for the {field.name} field")
    return max(int(text), 1)


def _value(text: str, field: _Field) -> int:
    if re.fullmatch(r"[0-9]+", text):
        value = int(text)
        if field.first <= value <= field.last:
            return value
        raise NcrontabError(
            f"{text} is no {field.name}; the host takes {field.first} to {field.last}"
        )
    for number, name in enumerate(field.names, field.first):
        if text and name.lower().startswith(text.lower()):
            return number
    raise NcrontabError(f"'{text}' is no value for the {field.name} field")
