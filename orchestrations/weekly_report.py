"""The weekly report: its days counted side by side, a slice at a time, then told in one."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from orchestrations.context import Context, Process, Task
from orchestrations.pauses import growing
from orchestrations.weekly_report_messages import (
    COUNT_DAY,
    WRITE_REPORT,
    CountDay,
    DayCounted,
    MakeWeeklyReport,
    ReportWritten,
    SoFar,
    WriteReport,
)
from shared.plain import Json, from_plain, rfc3339, to_plain
from shared.reports.week import IsoWeek

A = TypeVar("A")

SETTLED = timedelta(minutes=1)  # an event is stamped before it is written, which takes retries
PATIENCE = timedelta(hours=24)  # with a storage that is down
LONGEST_PAUSE = 1800.0  # seconds; a day is some sixty attempts, and every one is replayed
CALLS = 200  # of activities in one generation, so that no history grows with the number of orders
LOSSES = 10  # rounds that may find papers gone; each costs the count of their days anew


class ReportDiffers(Exception):
    """The instance ends Failed with this; the report that stands was kept as it was."""

    def __init__(self, week: str, files: Sequence[str]) -> None:
        super().__init__(f"ReportDiffers: {week}: {', '.join(files)} would be another now")


class ReportNotMade(Exception):
    """The instance ends Failed with this; it may be started again at any time."""

    def __init__(self, why: str) -> None:
        super().__init__(f"ReportNotMade: {why}")


def make_weekly_report(context: Context) -> Process[Json | None]:
    """Make the report of one week, or find that the one that stands is right.

    Returns:
        `{"week": ...}`; None from a generation that another one follows.

    Raises:
        ReportDiffers: there is one, and the events tell something else now.
        ReportNotMade: an activity kept failing, or what was counted kept vanishing.
    """
    given = from_plain(MakeWeeklyReport, context.get_input())
    so_far = given.so_far or SoFar(rfc3339(context.current_utc_datetime))
    yield from _wait_until(context, IsoWeek.parse(given.week).cut_off + SETTLED)
    report = _Making(context, given, so_far)
    written = yield from report.write()
    while written.left:
        yield from report.count(written.left)
        if report.is_long:
            context.continue_as_new(to_plain(replace(given, so_far=report.so_far)))
            return None
        written = yield from report.write()
    if written.differing:
        raise ReportDiffers(given.week, written.differing)
    return {"week": given.week}


class _Making:
    """The two steps, each repeated until it is through, or the history is long."""

    def __init__(self, context: Context, given: MakeWeeklyReport, so_far: SoFar) -> None:
        self._context, self._given, self._calls = context, given, 0
        self._run, self._slices, self._lost = so_far.run, dict(so_far.slices), so_far.lost

    @property
    def so_far(self) -> SoFar:
        """What the next generation has to know."""
        return SoFar(self._run, self._slices, self._lost)

    @property
    def is_long(self) -> bool:
        """Whether the next generation should go on."""
        return self._calls >= CALLS

    def write(self) -> Process[ReportWritten]:
        """Write what is counted, or learn which days are not."""
        step = WriteReport(self._given.week, self._run)
        (written,) = yield from self._all(WRITE_REPORT, [step], ReportWritten)
        return written

    def count(self, days: Sequence[str]) -> Process[None]:
        """Count the days side by side until none is left, or the history is long.

        A call that brings a day no further than it was has found its paper gone.
        """
        left = tuple(days)
        while left and not self.is_long:
            steps = [CountDay(self._given.week, day, self._run) for day in left]
            counted = yield from self._all(COUNT_DAY, steps, DayCounted)
            pairs = tuple(zip(left, counted, strict=True))
            self._lost += any(answer.slices <= self._slices.get(day, 0) for day, answer in pairs)
            if self._lost > LOSSES:
                raise ReportNotMade("what was counted keeps vanishing from the container temp")
            self._slices |= {day: answer.slices for day, answer in pairs}
            left = tuple(day for day, answer in pairs if not answer.is_complete)

    def _all(self, activity: str, steps: Sequence[Any], answer: type[A]) -> Process[list[A]]:
        """The answers of an activity to every step; those that failed are run again, later.

        Each is awaited to its end: `task_all` stops at the first that fails, and the others would
        go on unheard (features.md 2.4, trap 4).
        """
        answers: dict[int, A] = {}
        delays = growing(self._given.retry_delays, LONGEST_PAUSE)
        deadline = self._context.current_utc_datetime + PATIENCE
        while True:
            left = [number for number in range(len(steps)) if number not in answers]
            self._show(activity, left=len(left))
            self._calls += len(left)
            started = [self._start(activity, steps[number]) for number in left]
            yield self._context.task_any(started)  # what is not yielded is not started (1.x)
            for number, task in zip(left, started, strict=True):
                result = yield from _heard(task)
                if result is not None:
                    answers[number] = from_plain(answer, result)
            if len(answers) == len(steps):
                return [answers[number] for number in range(len(steps))]
            now = self._context.current_utc_datetime
            if now >= deadline:
                raise ReportNotMade(f"{activity} failed for {PATIENCE}; the log says why")
            yield self._context.create_timer(now + timedelta(seconds=next(delays)))

    def _start(self, activity: str, step: Any) -> Task:
        return self._context.call_activity(activity, to_plain(step))

    def _show(self, activity: str, left: int) -> None:
        shown = {"week": self._given.week, "step": activity, "left": left}
        self._context.set_custom_status(shown)


def _heard(task: Task) -> Process[Any]:
    """What an activity returned; None when it raised."""
    try:
        return (yield task)
    except Exception:  # noqa: BLE001 - the SDK has no other type for an activity that raised
        return None


def _wait_until(context: Context, moment: datetime) -> Process[None]:
    if context.current_utc_datetime < moment:
        context.set_custom_status(
            {"step": None, "waitingFor": "cutOff", "deadline": rfc3339(moment)}
        )
        yield context.create_timer(moment)
