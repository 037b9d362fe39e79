"""When a timer fires: an NCRONTAB expression or an interval (reference/host-triggers.md 5.1)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from localhost.ncrontab import Ncrontab, NcrontabError
from localhost.timespan import seconds

MINUTE = timedelta(minutes=1)


class Schedule(Protocol):
    """The moments at which a timer fires."""

    def next(self, after: datetime) -> datetime | None:
        """Return the first moment later than ``after``; None when there is none."""

    def is_frequent(self, now: datetime) -> bool:
        """Say whether it fires more than once a minute; then the host keeps no status of it.

        See reference/host-triggers.md 5.2.
        """


@dataclass(frozen=True, slots=True)
class CronSchedule:
    """Fires when the clock, in UTC, fits the expression."""

    text: str
    cron: Ncrontab

    def next(self, after: datetime) -> datetime | None:
        return self.cron.next(after)

    def is_frequent(self, now: datetime) -> bool:
        if self.text.split()[-5:] != ["*"] * 5:
            return False
        first = self.next(now)
        second = self.next(first) if first else None
        return second is not None and second < now + MINUTE


@dataclass(frozen=True, slots=True)
class Interval:
    """Fires so long after it fired last."""

    length: timedelta

    def next(self, after: datetime) -> datetime | None:
        try:
            return after + self.length
        except OverflowError:  # beyond the year 9999
            return None

    def is_frequent(self, now: datetime) -> bool:  # noqa: ARG002 - it does not depend on the hour
        return self.length < MINUTE


def parse_schedule(text: str) -> Schedule:
    """Return the schedule that a timer trigger names; a TimeSpan is tried after NCRONTAB.

    Raises:
        ValueError: it is neither, in the host's own words, or an interval of no length.
    """
    try:
        return CronSchedule(text, Ncrontab.parse(text))
    except NcrontabError as unreadable:
        why = unreadable
    try:
        length = timedelta(seconds=seconds(text))
    except (ValueError, OverflowError):
        raise ValueError(
            f"The schedule expression '{text}' was not recognized as a valid cron expression or "
            f"timespan string: {why}."
        ) from why
    if length <= timedelta():
        raise ValueError(f"The schedule '{text}' is an interval of no length.")
    return Interval(length)
