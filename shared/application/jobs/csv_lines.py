"""Lines of a CSV file (RFC 4180), in which no cell is a formula to a spreadsheet."""

from collections.abc import Sequence

MEDIA_TYPE = "text/csv; charset=utf-8"
# With one of these in front, spreadsheets compute a cell (OWASP, CSV injection); the last four are
# the wide forms that East Asian editions take for the first ones.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001 - as said
QUOTED = frozenset('",\r\n')


def line(cells: Sequence[str | int | None]) -> bytes:
    """One record in UTF-8; None is an empty cell, and a text that looks like a formula is shown.

    An apostrophe in front is how spreadsheets themselves mark a cell as text.
    """
    return (",".join(map(_cell, cells)) + "\r\n").encode()


def _cell(value: str | int | None) -> str:
    if not isinstance(value, str):
        return "" if value is None else str(value)
    text = f"'{value}" if value.lstrip(" ").startswith(FORMULA) else value
    if QUOTED.isdisjoint(text):
        return text
    doubled = text.replace('"', '""')
    return f'"{doubled}"'
