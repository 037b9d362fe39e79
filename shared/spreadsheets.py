"""Texts that a spreadsheet shows and does not compute."""

# With one of these in front, spreadsheets compute a cell (OWASP, CSV injection); the last four are
# the wide forms that East Asian editions take for the first ones.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001 - as said


def defused(cell: str) -> str:
    """A text as a cell: an apostrophe, their own mark for text, stands before a formula."""
    return f"'{cell}" if cell.lstrip(" ").startswith(FORMULA) else cell
