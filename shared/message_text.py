"""The texts of queue messages as their senders meant them: JSON as it is, or base64 around it."""

import base64
import binascii
import json
from typing import Any

from shared.plain import Json

BOM = "\ufeff"  # some senders begin a text with it, and it means nothing


def decoded(text: str) -> str:
    """The JSON object or array that a text is base64 of; every other text as it is.

    Event Grid sends base64, our own code does not, and the host reads neither
    (host.json, `messageEncoding: none`).
    """
    try:
        inner = base64.b64decode(text.strip(), validate=True).decode()
    except (binascii.Error, ValueError):
        return text
    return inner if _parsed(inner) is not None else text


def as_json(text: str) -> Json | None:
    """The JSON object in a message's text, base64 or not; None when it holds none."""
    found = _parsed(decoded(text))
    return found if isinstance(found, dict) else None


def all_json(text: str) -> list[Json] | None:
    """The JSON objects in a message's text, which is one of them or an array of nothing else.

    Returns:
        None when it is neither; Event Grid sends one event a message, either way.
    """
    found = _parsed(decoded(text))
    objects = found if isinstance(found, list) else [found]
    return objects if all(isinstance(each, dict) for each in objects) else None


def _parsed(text: str) -> Any:
    """A JSON object or array that can be written again as UTF-8 JSON; None for all else."""
    try:
        found = json.loads(text.removeprefix(BOM), parse_constant=_no_constant)
        # Half a surrogate pair and a number beyond every double are read, but never written.
        json.dumps(found, ensure_ascii=False, allow_nan=False).encode()
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict | list) else None


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON (RFC 8259, 6)")
