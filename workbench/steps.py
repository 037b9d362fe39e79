"""Long steps: programs that run side by side while a person sees what runs and for how long."""

import queue
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from workbench.child import Child
from workbench.terminal import CROSS, TICK, lively, paint, redraw, say
from workbench.trouble import Trouble

REFRESH_SECONDS = 0.2
STOP_SECONDS = 5.0
LAST_LINES = 15


@dataclass(frozen=True, slots=True)
class Step:
    """One program to run to its end; `log` keeps its output, `done` is called on success."""

    title: str
    command: Sequence[str]
    log: Path
    likely_reason: Callable[[str], str]
    done: Callable[[], None] = lambda: None


class _Run:
    """A step under way."""

    def __init__(self, step: Step, cwd: Path, on_end: Callable[[], None]) -> None:
        self._step = step
        self._cwd = cwd
        self._output: list[str] = []
        self._since = time.monotonic()
        step.log.parent.mkdir(parents=True, exist_ok=True)
        step.log.write_text(f"$ {' '.join(step.command)}\n", "utf-8")
        self._child = Child(step.command, cwd=cwd, on_line=self._keep, on_end=lambda _: on_end())
        if not lively():
            say(f"  {step.title} ...")

    def story(self) -> str:
        """The step and its seconds so far."""
        return f"{self._step.title} ({time.monotonic() - self._since:.0f} s)"

    def finish(self) -> None:
        """Tell how it ended; raises Trouble if it failed."""
        if self._child.wait() == 0:
            self._step.done()
            say(f"{paint(TICK, 'green')} {self.story()}")
            return
        for line in self._output[-LAST_LINES:]:
            say(paint(f"  | {line}", "grey"))
        reason = self._step.likely_reason("\n".join(self._output))
        log = self._step.log.relative_to(self._cwd)
        raise Trouble(f"{CROSS} {self._step.title}: failed. {reason} (Log: {log})")

    def stop(self) -> None:
        """End it before its time."""
        self._child.stop(STOP_SECONDS)

    def _keep(self, line: str) -> None:
        self._output.append(line)
        with self._step.log.open("a", encoding="utf-8") as log:
            log.write(line + "\n")


def run(lanes: Sequence[Sequence[Step]], cwd: Path) -> None:
    """Run the lanes side by side, the steps of each in order.

    Raises Trouble at the first failure, after it stopped the others.
    """
    waiting = [deque(lane) for lane in lanes]
    running: dict[int, _Run] = {}
    ended: queue.SimpleQueue[int] = queue.SimpleQueue()

    def begin_next(lane: int) -> None:
        if waiting[lane]:
            running[lane] = _Run(waiting[lane].popleft(), cwd, lambda: ended.put(lane))

    try:
        for lane in range(len(lanes)):
            begin_next(lane)
        while running:
            lane = _next_end(running, ended)
            running.pop(lane).finish()
            begin_next(lane)
    finally:
        for step in running.values():
            step.stop()


def _next_end(running: Mapping[int, _Run], ended: "queue.SimpleQueue[int]") -> int:
    """The lane whose step ended next; until then a terminal shows what runs."""
    while True:
        if lively():
            redraw("  " + ", ".join(step.story() for step in running.values()))
        try:
            return ended.get(timeout=REFRESH_SECONDS)
        except queue.Empty:
            continue
        finally:
            if lively():
                redraw("")
