"""The terminal: plain lines, in colour only where a person watches."""

import os
import sys

TICK = "✓"
CROSS = "✗"
_CODES = {"bold": "1", "red": "31", "green": "32", "yellow": "33", "cyan": "36", "grey": "90"}


def lively() -> bool:
    """Whether a person watches a terminal that can redraw a line and show colours.

    NO_COLOR (no-color.org), a pipe, a dumb terminal and an old Windows console say no.
    """
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    old_windows = os.name == "nt" and "WT_SESSION" not in os.environ
    return sys.stdout.isatty() and not old_windows


def paint(text: str, colour: str) -> str:
    """`text` in `colour`, or as it is where colours do not belong."""
    return f"\033[{_CODES[colour]}m{text}\033[0m" if lively() else text


def say(line: str = "") -> None:
    """Print one line at once; safe from any thread.

    A reader that went away (`| head`, a closed window) is no reason to fail: from then on the
    lines go nowhere, and the signal that follows ends us in order.
    """
    try:
        sys.stdout.write(line + "\n")
        sys.stdout.flush()
    except OSError:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123 - for good


def redraw(line: str) -> None:
    """Show `line` in place of the one before; call only if `lively()`. Empty clears it."""
    sys.stdout.write(f"\r\033[K{line}")
    sys.stdout.flush()
