"""Lines of a CSV file (RFC 4180), in which no cell is a formula to a spreadsheet."""

from collections.abc import Sequence

from shared.spreadsheets import defused

MEDIA_TYPE = "text/csv; charset=utf-8"
QUOTED = frozenset('",\r\n')


def line(cells: Sequence[str | int | None]) -> bytes:
    """One record in UTF-8; None is an empty cell, and a text that looks like a formula is shown."""
    return (",".join(map(_cell, cells)) + "\r\n").encode()


def _cell(value: str | int | None) -> str:
    if not isinstance(value, str):
        return "" if value is None else str(value)
    text = defused(value)
    if QUOTED.isdisjoint(text):
        return text
    doubled = text.replace('"', '""')
    return f'"{doubled}"'
