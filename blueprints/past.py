"""`?version=` and `?asOf=`: which moment of a thing's past a request asks for (design/api.md)."""

import re
from collections.abc import Mapping
from typing import TypeVar

from blueprints.bodies import invalid
from blueprints.moments import moment_of
from blueprints.problems import Fault, Problem
from shared.application.aggregates import Aggregate, Aggregates, Loaded
from shared.application.history import Past, load_past

S = TypeVar("S")
C = TypeVar("C")
E = TypeVar("E")


def past_of(params: Mapping[str, str]) -> Past | None:
    """The moment asked for, or None for the present.

    Raises:
        Problem: 400, it is no version, no moment, or both.
    """
    if "version" not in params:
        moment = moment_of(params, "asOf")
        return Past(moment=moment) if moment else None
    if "asOf" in params:
        raise invalid([Fault("/asOf", "ask for a version or a moment, not for both")])
    if not re.fullmatch("[1-9][0-9]{0,8}", params["version"]):
        raise invalid([Fault("/version", "a version is a whole number from 1")])
    return Past(version=int(params["version"]))


async def past_state(
    aggregates: Aggregates, kind: Aggregate[S, C, E], key: str, past: Past
) -> Loaded[S]:
    """The state at that moment.

    Raises:
        Problem: 404, there was no such version, or nothing yet at that moment.
    """
    loaded = await load_past(aggregates, kind, key, past)
    if loaded is None:
        raise never_was(kind.category, key)
    return loaded


def never_was(category: str, key: str) -> Problem:
    """The 404 for a version that does not exist, or a moment before the beginning."""
    missing = f"The {category} exists, but not as it would have been then. Ask for a later moment."
    return Problem(404, "version_not_found", missing, members={f"{category}Id": key})
