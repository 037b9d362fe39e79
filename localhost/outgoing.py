"""Turns what a function set or returned into what the host writes to queues and blobs.

See reference/host-triggers.md 3.6, 4.7, 6.3.
"""

import json
from collections.abc import Sequence
from typing import Any

import azure.functions as func

from localhost import converters
from localhost.functions import Binding
from localhost.newtonsoft import text_of

BRACKETS = ("{}", "[]")


def messages(binding: Binding, value: Any, *, raw: bool) -> list[bytes]:
    """Return the bodies of the messages that a queue output sends, one for each of a JSON array.

    ``raw`` says that the output is annotated ``str`` or ``bytes``.

    Raises:
        TypeError: the SDK cannot send such a value.
        ValueError: text that looks like JSON is none.
    """
    several = value if isinstance(value, Sequence) and not isinstance(value, str | bytes) else None
    if not raw and isinstance(value, func.QueueMessage):
        # What the converter sends is an envelope of id and body; the worker's own tests expect the
        # body alone (reference/host-triggers.md 3.6, unresolved there), and so does everybody.
        return [value.get_body()]
    if not raw and several and all(isinstance(item, func.QueueMessage) for item in several):
        return [item.get_body() for item in several]
    encoded = _encoded(binding, value, raw=raw)
    if isinstance(encoded, bytes):
        return [encoded]
    trimmed = encoded.strip()
    if f"{trimmed[:1]}{trimmed[-1:]}" not in BRACKETS:
        return [encoded.encode()]
    parsed = json.loads(trimmed)
    every = parsed if isinstance(parsed, list) else [parsed]
    return [text_of(item, indent=2).encode() for item in every]


def content(binding: Binding, value: Any, *, raw: bool) -> bytes:
    """Return what a blob output writes; text is not touched. Raises TypeError as ``messages``."""
    encoded = _encoded(binding, value, raw=raw)
    return encoded.encode() if isinstance(encoded, str) else encoded


def _encoded(binding: Binding, value: Any, *, raw: bool) -> str | bytes:
    if raw:
        return _generic(value)
    try:
        datum = converters.converter(binding.type).encode(value, expected_type=None)
    except (NotImplementedError, TypeError) as unsendable:
        raise TypeError(
            f'unable to encode outgoing TypedData: unsupported type "{binding.type}" for Python '
            f'type "{type(value).__name__}"'
        ) from unsendable
    encoded: str | bytes = datum.value
    return encoded


def _generic(value: Any) -> str | bytes:
    match value:
        case str() | bytes():
            return value
        case bytearray():
            return bytes(value)
        case dict() | list() | int() | float():
            return json.dumps(value)
        case _:
            raise TypeError(
                f'unable to encode outgoing TypedData: unsupported type "generic" for Python type '
                f'"{type(value).__name__}"'
            )
