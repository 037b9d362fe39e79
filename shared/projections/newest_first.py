"""Keys that sort by time, the newest first, and the ranges between two moments."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

END_OF_TIME = 10**13 - 1  # milliseconds since 1970, thirteen digits: the year 2286
PLACE = r"[0-9]{13}\|[A-Za-z0-9-]{1,64}"  # what a cursor of these lists holds
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
BEHIND = "}"  # sorts behind every key that begins with the same letters and a |


@dataclass(frozen=True, slots=True)
class Period:
    """From the first moment on, up to and without the second; None leaves that side open."""

    after: datetime | None = None
    before: datetime | None = None


ALWAYS = Period()


def place(moment: datetime, identity: str) -> str:
    """Where a thing stands in a list: by time, and by id where two share a millisecond."""
    return f"{_inverted(moment):013d}|{identity}"


def span(listed: str, period: Period, after: str | None) -> tuple[str, str]:
    """Between which two keys the rows of `listed` lie, beginning behind the place `after`."""
    first = f"{listed}|"
    if period.before is not None:
        # A later moment has a smaller number; the moment itself is out, so is all that follows it.
        first = f"{listed}|{_inverted(period.before):013d}{BEHIND}"
    end = f"{listed}{BEHIND}"
    if period.after is not None:
        end = f"{listed}|{_inverted(period.after):013d}{BEHIND}"
    return max(first, f"{listed}|{after or ''}"), end


def _inverted(moment: datetime) -> int:
    # Rounded up: a bound inside a millisecond lies behind it, whose rows are whole.
    elapsed = -((EPOCH - moment) // timedelta(milliseconds=1))
    return min(max(END_OF_TIME - elapsed, 0), END_OF_TIME)
