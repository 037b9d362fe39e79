"""Fills ``{name}`` in the paths of bindings (reference/host-triggers.md 4.4)."""

import json
import re
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from localhost.newtonsoft import text_of

TOKEN = re.compile(r"\{\{|\}\}|\{([^{}]*)\}")
NET_DATE = {"yyyy": "%Y", "yy": "%y", "MM": "%m", "dd": "%d", "HH": "%H", "mm": "%M", "ss": "%S"}
"""The parts of .NET's date formats that this host knows."""


class ExpressionError(ValueError):
    """A path cannot be filled; the invocation fails."""


def filled(template: str, data: Mapping[str, Any], now: datetime | None = None) -> str:
    """Return ``template`` with every ``{name}`` replaced; ``{{`` and ``}}`` are plain braces.

    Raises:
        ExpressionError: a name stands for nothing, or a format is unknown.
    """

    def fill(found: re.Match[str]) -> str:
        if found[1] is None:
            return found[0][0]
        return _value(found[1], data, now or datetime.now(UTC))

    return TOKEN.sub(fill, template)


def properties(text: str) -> dict[str, Any]:
    """Return what a JSON object offers to expressions: no lists, no nulls, scalars as text.

    Any other text offers nothing (reference/host-triggers.md 3.5).
    """
    if not text.lstrip().startswith("{"):
        return {}
    try:
        parsed = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return {
        name: value if isinstance(value, dict) else text_of(value)
        for name, value in parsed.items()
        if value is not None and not isinstance(value, list)
    }


def _value(token: str, data: Mapping[str, Any], now: datetime) -> str:
    name, _, form = token.partition(":")
    match name.lower():
        case "rand-guid" | "sys.randguid":
            return str(uuid.uuid4())
        case "datetime" | "sys.utcnow":
            return _date(now, form)
    found = _looked_up(name, data)
    if found is None:
        raise ExpressionError(f"No value for named parameter '{name}'.")
    if form:
        raise ExpressionError(f"The format of '{{{token}}}' is not one this host knows.")
    return text_of(found)


def _looked_up(name: str, data: Mapping[str, Any]) -> Any:
    found: Any = data
    for part in name.split("."):
        if not isinstance(found, Mapping):
            return None
        fitting = [value for key, value in found.items() if key.lower() == part.lower()]
        found = fitting[-1] if fitting else None
    return found


def _date(now: datetime, form: str) -> str:
    if not form:
        return f"{now:%Y-%m-%dT%H:%M:%SZ}"
    unknown = re.sub("|".join(NET_DATE), "", form)
    if re.search("[A-Za-z]", unknown.replace("T", "").replace("Z", "")):
        raise ExpressionError(f"The date format '{form}' is not one this host knows.")
    return now.strftime(re.sub("|".join(NET_DATE), lambda part: NET_DATE[part[0]], form))
