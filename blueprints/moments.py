"""Moments in query parameters: RFC 3339, or a 400 that says so."""

from collections.abc import Mapping
from datetime import datetime

from blueprints.bodies import invalid
from blueprints.problems import Fault
from shared.moments import EXPECTED, read_moment


def moment_of(params: Mapping[str, str], name: str) -> datetime | None:
    """The moment a parameter names, in UTC, or None when the request says none.

    Raises:
        Problem: 400, it is no moment.
    """
    text = params.get(name)
    if text is None:
        return None
    moment = read_moment(text)
    if moment is None:
        raise invalid([Fault(f"/{name}", EXPECTED)])
    return moment
