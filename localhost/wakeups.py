"""Tells a listener of this process at once that there is something new for it.

The real host does the same for messages that its own outputs and poison moves add
(reference/host-triggers.md 3.2); what others add is found by polling.
"""

from collections.abc import Callable


class Wakeups:
    """Who listens to what: an account's address and the name of a queue in it."""

    def __init__(self) -> None:
        self._listeners: dict[tuple[str, str], list[Callable[[], None]]] = {}

    def listen(self, endpoint: str, queue: str, wake: Callable[[], None]) -> None:
        """Call ``wake`` whenever something is added to that queue."""
        self._listeners.setdefault((endpoint, queue), []).append(wake)

    def notify(self, endpoint: str, queue: str) -> None:
        """Say that something was added."""
        for wake in self._listeners.get((endpoint, queue), ()):
            wake()
