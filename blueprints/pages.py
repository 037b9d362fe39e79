"""Lists page by page: how long a page is, and where the next one begins."""

import base64
import binascii
import re
from collections.abc import Mapping, Sequence
from typing import Any

from blueprints.bodies import invalid
from blueprints.problems import Fault

DEFAULT_LIMIT, MAX_LIMIT = 20, 100


def limit_of(params: Mapping[str, str]) -> int:
    """The `limit` of a request, 20 when it says none.

    Raises:
        Problem: 400, it is not 1..100.
    """
    text = params.get("limit", str(DEFAULT_LIMIT))
    if not re.fullmatch("[0-9]{1,3}", text) or not 1 <= int(text) <= MAX_LIMIT:
        raise invalid([Fault("/limit", f"limit is a number from 1 to {MAX_LIMIT}")])
    return int(text)


def cursor_of(params: Mapping[str, str], kind: str, pattern: str) -> str | None:
    """The place a request wants to go on from, or None for the beginning.

    `kind`: the list it belongs to; `pattern`: what a place of that list looks like.

    Raises:
        Problem: 400, the cursor is damaged or of another list.
    """
    cursor = params.get("cursor")
    if cursor is None:
        return None
    try:
        text = base64.b64decode(cursor, altchars=b"-_", validate=True).decode()
    except (binascii.Error, ValueError):
        text = ""
    given_kind, _, place = text.partition(":")
    if given_kind != kind or not re.fullmatch(pattern, place):
        raise invalid([Fault("/cursor", "take the cursor from nextCursor, unchanged")])
    return place


def page(items: Sequence[Any], kind: str, last: object | None) -> dict[str, Any]:
    """A page as clients see it; `last`: the place of its last item when there may be more."""
    cursor = None
    if last is not None:
        cursor = base64.urlsafe_b64encode(f"{kind}:{last}".encode()).decode()
    return {"items": list(items), "nextCursor": cursor}
