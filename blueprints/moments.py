"""Moments in query parameters: RFC 3339, or a 400 that says so."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime

from blueprints.bodies import invalid
from blueprints.problems import Fault

FORM = re.compile(
    r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,6})?([Zz]|[+-]\d\d:\d\d)", flags=re.ASCII
)


def moment_of(params: Mapping[str, str], name: str) -> datetime | None:
    """The moment a parameter names, in UTC, or None when the request says none.

    Raises:
        Problem: 400, it is no moment.
    """
    text = params.get(name)
    if text is None:
        return None
    try:
        if FORM.fullmatch(text):
            return datetime.fromisoformat(text.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        pass  # the form is right and the calendar has no such day: the same 400
    raise invalid([Fault(f"/{name}", "write a moment as 2026-11-23T09:00:00Z (RFC 3339)")])
