"""The `azure.functions.Out` parameter: a value that a function sets.

See reference/host-triggers.md 6.3.
"""

from typing import Any

import azure.functions as func


class Out(func.Out[Any]):
    """Keeps what was set last; never set, or set to None, means that nothing goes out."""

    def __init__(self) -> None:
        self._value: Any = None

    def set(self, val: Any) -> None:
        """Take the value; the last one wins."""
        self._value = val

    def get(self) -> Any:
        """Return the value, None when there is none."""
        return self._value
