"""What an orchestrator can wait for, as small futures that history events resolve."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol


class Awaitable(Protocol):
    """Anything the replay waits for before it looks at the next action."""

    @property
    def done(self) -> bool:
        """Whether the wait is over, in success or failure."""


@dataclass(slots=True)
class Leaf:
    """One activity, timer, child or external event."""

    done: bool = False
    failed: bool = False
    _listeners: list[Callable[["Leaf"], None]] = field(default_factory=list)

    def resolve(self, *, failed: bool = False) -> None:
        """End the wait; whoever listens goes on at once, inside this call."""
        self.done, self.failed = True, failed
        for listener in self._listeners:
            listener(self)

    def then(self, listener: Callable[["Leaf"], None]) -> None:
        """Call ``listener`` when the wait ends, or now if it has."""
        if self.done:
            listener(self)
        else:
            self._listeners.append(listener)


@dataclass(frozen=True, slots=True)
class All:
    """Over when every part is over; a failed part is only known then (host-durable 3.6, 3)."""

    parts: Sequence[Awaitable]

    @property
    def done(self) -> bool:
        return all(part.done for part in self.parts)


@dataclass(frozen=True, slots=True)
class Any:
    """Over when one part is over; with no parts at once."""

    parts: Sequence[Awaitable]

    @property
    def done(self) -> bool:
        return not self.parts or any(part.done for part in self.parts)


class Retried:
    """A call that is made again after a constant pause, up to a number of attempts.

    After the last failure one more timer, due at once, is made and awaited: the SDK counts on it
    (reference/host-durable.md 3.4, 7).
    """

    def __init__(
        self, attempts: int, call: Callable[[], Leaf], pause: Callable[[bool], Leaf]
    ) -> None:
        """``call`` makes an attempt; ``pause(last)`` makes the timer that follows a failure."""
        self.done = False
        self._left, self._call, self._pause = attempts, call, pause
        if attempts < 1:
            self.done = True  # .NET's loop runs zero times
        else:
            self._attempt()

    def _attempt(self) -> None:
        self._left -= 1
        self._call().then(self._answered)

    def _answered(self, attempt: Leaf) -> None:
        if not attempt.failed:
            self.done = True
            return
        self._pause(self._left == 0).then(self._paused)

    def _paused(self, _timer: Leaf) -> None:
        if self._left == 0:
            self.done = True
        else:
            self._attempt()
