"""Weeks as ISO 8601 counts them, in UTC, and when their report can be told for good."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

FORM = re.compile(r"(2[01]\d\d)-W(\d\d)", flags=re.ASCII)
DAY = timedelta(days=1)
CUT_OFF = timedelta(hours=9)  # guide S5.2: Mondays at 09:00 UTC


class NoSuchWeek(ValueError):
    """Write a week as 2026-W47 (ISO 8601, the years 2000 to 2199); not every year has a W53."""


@dataclass(frozen=True, slots=True, order=True)
class IsoWeek:
    """From Monday 00:00 UTC up to the next; its year is the one that holds its Thursday."""

    year: int
    number: int

    @classmethod
    def parse(cls, text: str) -> "IsoWeek":
        """The week that is written `2026-W47`.

        Raises:
            NoSuchWeek: it is written otherwise, or the year has no such week.
        """
        found = FORM.fullmatch(text)
        if found is None:
            raise NoSuchWeek(NoSuchWeek.__doc__)
        week = cls(int(found[1]), int(found[2]))
        try:
            date.fromisocalendar(week.year, week.number, 1)
        except ValueError as error:
            raise NoSuchWeek(NoSuchWeek.__doc__) from error
        return week

    @classmethod
    def of(cls, moment: datetime) -> "IsoWeek":
        """The week a moment lies in."""
        year, number, _ = moment.astimezone(UTC).isocalendar()
        return cls(year, number)

    def __str__(self) -> str:
        return f"{self.year:04d}-W{self.number:02d}"

    @property
    def starts_at(self) -> datetime:
        """Its first moment."""
        return midnight(date.fromisocalendar(self.year, self.number, 1))

    @property
    def ends_at(self) -> datetime:
        """The first moment after it."""
        return self.starts_at + 7 * DAY

    @property
    def cut_off(self) -> datetime:
        """What happened later is not told: so the report is the same whenever it is made."""
        return self.ends_at + CUT_OFF

    @property
    def days(self) -> tuple[date, ...]:
        """Monday to Sunday."""
        return tuple((self.starts_at + number * DAY).date() for number in range(7))

    @property
    def previous(self) -> "IsoWeek":
        """The week before."""
        return IsoWeek.of(self.starts_at - DAY)

    @property
    def next(self) -> "IsoWeek":
        """The week after."""
        return IsoWeek.of(self.ends_at)


def midnight(day: date) -> datetime:
    """The first moment of a day, UTC."""
    return datetime.combine(day, time(), UTC)


def due(newest: IsoWeek | None, now: datetime, most: int) -> tuple[IsoWeek, ...]:
    """The weeks that have ended since the newest report; without any, the last one that did.

    `most`: so many at once, the latest; whoever slept longer asks for the rest by hand.
    """
    last = IsoWeek.of(now).previous
    weeks = [last]
    while newest is not None and len(weeks) < most and weeks[-1].previous > newest:
        weeks.append(weeks[-1].previous)
    return tuple(week for week in reversed(weeks) if newest is None or week > newest)
