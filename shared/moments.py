"""Moments as requests write them: RFC 3339, with a time zone."""

import re
from datetime import UTC, datetime

FORM = re.compile(
    r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)", flags=re.ASCII
)
EXPECTED = "write a moment as 2026-11-23T09:00:00Z (RFC 3339)"


def read_moment(text: str) -> datetime | None:
    """The moment a text names, in UTC; None when it names none.

    Other languages write seven or nine digits of a second; those below a microsecond are cut off.
    """
    if not FORM.fullmatch(text):
        return None
    try:
        return datetime.fromisoformat(text.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        return None  # the form is right and the calendar has no such day
