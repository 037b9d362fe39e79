"""Figures in plain English: amounts, durations, shares, dates, and how they have changed."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from shared.reports.report import Figure

NONE = "–"  # noqa: RUF001 - a dash stands where there is no figure
MINUS = "−"  # noqa: RUF001 - the sign itself: a hyphen is read out, or broken at
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
# Digits behind the point where they are not two (ISO 4217, list one).
UNUSUAL = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}
EXPONENTS = {code: digits for digits, codes in UNUSUAL.items() for code in codes.split()}
SAME = "no change"
TENFOLD = 10_000  # tenths of a percent
MINUTE, HOUR, DAY = 60, 3600, 86_400  # seconds


def count(number: int | None) -> str:
    """`12,345`."""
    return NONE if number is None else f"{number:,}".replace("-", MINUS)


def amount(minor: int | None, currency: str) -> str:
    """`1,234.50`: minor units as people write them, without the currency."""
    if minor is None:
        return NONE
    digits = EXPONENTS.get(currency, 2)
    whole, rest = divmod(abs(minor), 10**digits)
    behind = f".{rest:0{digits}d}" if digits else ""
    return f"{MINUS if minor < 0 else ''}{whole:,}{behind}"


def percent(share: float | None) -> str:
    """`94.3 %`."""
    return NONE if share is None else f"{share * 100:.1f} %".replace("-", MINUS)


def duration(milliseconds: int | None) -> str:
    """`340 ms`, `12.3 s`, `4 min 30 s`, `2 h 5 min`, `1 d 4 h`."""
    if milliseconds is None:
        return NONE
    seconds, rest = divmod(milliseconds, 1000)
    if seconds >= DAY:
        return f"{seconds // DAY} d {seconds % DAY // HOUR} h"
    if seconds >= HOUR:
        return f"{seconds // HOUR} h {seconds % HOUR // MINUTE} min"
    if seconds >= MINUTE:
        return f"{seconds // MINUTE} min {seconds % MINUTE} s"
    return f"{seconds}.{rest // 100} s" if seconds else f"{rest} ms"


def date(moment: datetime) -> str:
    """`23 November 2026`."""
    return f"{moment.day} {MONTHS[moment.month - 1]} {moment.year}"


def span(starts_at: datetime, ends_at: datetime) -> str:
    """`Monday 16 November 2026 to Sunday 22 November 2026`."""
    last = ends_at - timedelta(days=1)
    days = (f"{WEEKDAYS[each.weekday()]} {date(each)}" for each in (starts_at, last))
    return " to ".join(days)


def difference(figure: Figure[Any], say: Callable[[int], str]) -> str:
    """`+12`, in the words of its kind; a sign says which way, so that no colour has to."""
    now, before = figure.value, figure.before
    if now is None or before is None:
        return NONE
    if now == before:
        return SAME
    return f"{'+' if now > before else MINUS}{say(abs(now - before))}"


def relative(figure: Figure[Any]) -> str | None:
    """`+10.5 %` of the week before; None where that says nothing, as from 1 to 1,000."""
    now, before = figure.value, figure.before
    if now is None or not before or now == before:
        return None
    # By integers, rounded half up: the same on every machine.
    tenths = (2000 * abs(now - before) + abs(before)) // (2 * abs(before))
    if tenths >= TENFOLD:
        return None
    return f"{'+' if now > before else MINUS}{tenths // 10}.{tenths % 10} %"


def points(share: Figure[float | None]) -> str:
    """How a share has changed: `+1.5 points`, for a percentage of a percentage misleads."""
    if share.value is None or share.before is None:
        return NONE
    tenths = round((share.value - share.before) * 1000)
    if tenths == 0:
        return SAME
    return f"{'+' if tenths > 0 else MINUS}{abs(tenths) // 10}.{abs(tenths) % 10} points"
