"""The supervisor: starts children in order, watches them and stops them in reverse."""

import queue
import signal
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any, Self

from workbench.child import Child
from workbench.terminal import paint, say
from workbench.trouble import Trouble

POLL_SECONDS = 0.05
# Windows delivers no Ctrl-C to a thread that waits without a limit, so every wait has one.
WAIT_SECONDS = 0.5
_SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")


class WantedStop(Exception):
    """A person or the system asks us to end."""


@dataclass(frozen=True, slots=True)
class _Ended:
    name: str
    code: int


@dataclass(frozen=True, slots=True)
class _Running:
    name: str
    child: Child
    grace: float


class Supervisor:
    """A context manager around children: leaving it, for whatever reason, stops all of them.

    A wanted stop (Ctrl-C, SIGTERM, SIGHUP) leaves the block quietly. A child that ends by itself
    leaves it with a Trouble that names the child.
    """

    def __init__(self) -> None:
        self._running: list[_Running] = []
        # SimpleQueue, because its put() may interrupt its own get(): signal handlers do that.
        self._happenings: queue.SimpleQueue[_Ended | None] = queue.SimpleQueue()
        self._old_handlers: dict[signal.Signals, Any] = {}

    def __enter__(self) -> Self:
        for name in _SIGNALS:
            number = getattr(signal.Signals, name, None)
            # Who starts us with a signal ignored (nohup) wants it ignored.
            if number is not None and signal.getsignal(number) != signal.SIG_IGN:
                self._old_handlers[number] = signal.signal(number, self._asked)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool:
        if self._running:
            say()
        for running in reversed(self._running):
            began = time.monotonic()
            running.child.stop(running.grace)
            say(paint(f"{running.name} stopped ({time.monotonic() - began:.1f} s)", "grey"))
        for number, handler in self._old_handlers.items():
            signal.signal(number, handler)
        return isinstance(error, WantedStop)

    def start(
        self,
        name: str,
        command: Sequence[str],
        *,
        cwd: Path,
        environment: Mapping[str, str],
        grace: float,
        on_line: Callable[[str], None] = say,
    ) -> None:
        """Start a child, pass its lines on, and give it `grace` seconds when its end comes."""
        child = Child(
            command,
            cwd=cwd,
            environment=environment,
            on_line=on_line,
            on_end=lambda code: self._happenings.put(_Ended(name, code)),
        )
        self._running.append(_Running(name, child, grace))

    def wait_until(self, ready: Callable[[], bool], name: str, seconds: float) -> None:
        """Wait until `ready()`; raises Trouble if it takes longer than `seconds`."""
        deadline = time.monotonic() + seconds
        while not ready():
            if time.monotonic() > deadline:
                raise Trouble(f"{name} did not answer within {seconds:.0f} s; its lines are above.")
            self._hear(POLL_SECONDS)

    def wait(self) -> None:
        """Wait for the end: it comes as WantedStop or as the Trouble of a child that died."""
        while True:
            self._hear(WAIT_SECONDS)

    def _hear(self, seconds: float) -> None:
        try:
            happening = self._happenings.get(timeout=seconds)
        except queue.Empty:
            return
        if happening is None:
            raise WantedStop
        raise Trouble(f"{happening.name} {_how(happening.code)}; everything else is stopped.")

    def _asked(self, _number: int, _frame: FrameType | None) -> None:
        self._happenings.put(None)


def _how(code: int) -> str:
    if code >= 0:
        return f"ended by itself with exit code {code}"
    try:
        return f"was ended by {signal.Signals(-code).name}"
    except ValueError:
        return f"was ended by signal {-code}"
