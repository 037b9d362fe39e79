"""Long texts as table properties: cut to fit, compressed when large."""

import base64
import zlib
from collections.abc import Mapping, Sequence
from typing import Any

PROPERTY = 30_000
"""Characters in one string property; the service allows 64 KiB of UTF-16."""
ROW = 14 * PROPERTY
"""Characters in one row; the service allows 1 MiB of UTF-16 with everything in it."""
WHOLE = 7 * ROW
"""Characters in one batch; the service allows 4 MiB."""
PLAIN = 2 * PROPERTY
"""Longer texts are compressed first."""


class TooLong(Exception):
    """The text does not fit even when compressed."""


def squeeze(text: str, room: int) -> str:
    """Return the text, or its compressed form when it is long; ASCII either way.

    Raises:
        TooLong: more than ``room`` characters are left.
    """
    if len(text) <= PLAIN and text.isascii():
        packed = "=" + text
    else:
        packed = (
            "z" + base64.b64encode(zlib.compress(text.encode("utf-8", "surrogatepass"), 1)).decode()
        )
    if len(packed) > room:
        raise TooLong(f"{len(text)} characters are {len(packed)} packed, room is {room}")
    return packed


def expand(packed: str) -> str:
    """Return what ``squeeze`` was given."""
    if packed.startswith("z"):
        return zlib.decompress(base64.b64decode(packed[1:])).decode("utf-8", "surrogatepass")
    return packed[1:]


def to_properties(name: str, packed: str | None) -> dict[str, Any]:
    """Return a packed text as numbered properties; None is kept as None."""
    if packed is None:
        return {f"{name}Parts": -1}
    parts = [packed[at : at + PROPERTY] for at in range(0, len(packed), PROPERTY)]
    return {
        f"{name}Parts": len(parts),
        **{f"{name}{number}": part for number, part in enumerate(parts)},
    }


def from_properties(name: str, entity: Mapping[str, Any]) -> str | None:
    """Return the packed text that ``to_properties`` spread."""
    count = entity.get(f"{name}Parts", -1)
    if count < 0:
        return None
    return "".join(entity[f"{name}{number}"] for number in range(count))


def rows_of(packed: str) -> Sequence[str]:
    """Cut a packed text into pieces of one row each, at least one."""
    return [packed[at : at + ROW] for at in range(0, len(packed), ROW)]
