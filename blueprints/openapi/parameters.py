"""What stands in paths and queries: ids, pages, moments, choices."""

from enum import StrEnum

from shared.moments import EXPECTED
from shared.openapi.schema import MOMENT, TEXT, Schema, choice


def place(about: str, example: str, pattern: str | None = None) -> Schema:
    """A part of a path."""
    schema = {**TEXT, "pattern": pattern} if pattern else TEXT
    return {"description": about, "schema": schema, "example": example}


def asked(name: str, about: str, schema: Schema, example: str | int | None = None) -> Schema:
    """A parameter of a query; every one may be left out."""
    made: Schema = {"name": name, "in": "query", "description": about, "schema": schema}
    return made if example is None else {**made, "example": example}


def moment(name: str, about: str) -> Schema:
    """A moment in a query."""
    return asked(name, f"{about}; {EXPECTED}", MOMENT, "2026-11-23T09:00:00Z")


def one_of(name: str, about: str, values: type[StrEnum]) -> Schema:
    """A word of an enumeration in a query."""
    return asked(name, about, choice(values), next(iter(values)).value)


LIMIT = asked(
    "limit",
    "How many at most",
    {"type": "integer", "minimum": 1, "maximum": 100, "default": 20},
    20,
)
CURSOR = asked("cursor", "`nextCursor` of the page before, unchanged", TEXT)
PAGED = (LIMIT, CURSOR)
PAST = (
    asked("version", "As it was after this many events", {"type": "integer", "minimum": 1}, 1),
    moment("asOf", "As it was at this moment"),
)
