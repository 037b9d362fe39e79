"""The cleanup's activities: a slice of a sweep, and the run's own record."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from orchestrations.cleanup_messages import (
    Begun,
    CleanupRun,
    Kept,
    SweepSlice,
    SweepStatus,
    SweepStep,
)
from orchestrations.messages import Failure, FailureCode
from shared import logs
from shared.application.cleanup.cleanups import Cleanups
from shared.application.cleanup.sweep import Sweep
from shared.application.cleanup.tenants import ForeignAccount
from shared.cells.port import CellMoved
from shared.eventstore.port import ConcurrencyConflict, StoreUnavailable
from shared.plain import from_plain, to_plain
from shared.records import RecordMoved

PAGE = 100  # things a sweep looks at between two looks at the clock
SLICE = 60.0  # seconds of one activity, of the five minutes a function has (host.json)
PASSING = (StoreUnavailable, ConcurrencyConflict, RecordMoved, CellMoved)


@dataclass(frozen=True, slots=True)
class CleanupActivities:
    """Each may run again: what is gone is gone, and the record is the same."""

    cleanups: Cleanups
    monotonic: Callable[[], float]

    async def begin(self, plain: Any) -> Any:
        """Write down that a run began, and find where the one before it left off."""
        run = from_plain(CleanupRun, plain)
        try:
            await self.cleanups.keep(run.started_at, plain)
            found = await self.cleanups.page(2)
        except PASSING as error:
            return to_plain(Begun({}, _passing("BeginCleanup", error)))
        earlier = [from_plain(CleanupRun, each.shown) for each in found]
        before = next((each for each in earlier if each.started_at != run.started_at), None)
        unfinished = [each for each in before.sweeps if each.cursor] if before else []
        logs.info(f"The cleanup of {run.day} began.", "cleanup_began", day=run.day)
        return to_plain(Begun({each.sweep: each.cursor or "" for each in unfinished}))

    async def keep(self, plain: Any) -> Any:
        """Write down what the run came to."""
        run = from_plain(CleanupRun, plain)
        try:
            await self.cleanups.keep(run.started_at, plain)
        except PASSING as error:
            return to_plain(Kept(_passing("KeepCleanup", error)))
        _tell(run)
        return to_plain(Kept())

    async def sweep(self, plain: Any, sweeps: Mapping[str, Sweep]) -> Any:
        """Sweep page by page until nothing is left, or the slice is over, or it failed."""
        step = from_plain(SweepStep, plain)
        part, began = SweepSlice(0, 0, step.cursor), self.monotonic()
        while True:
            part = await _further(sweeps, step, part)
            over = self.monotonic() - began >= SLICE
            if part.failure is not None or part.cursor is None or over:
                break
        so_far = step.after(part)
        logs.info(
            f"Swept {step.sweep}: {part.count} now, {so_far.count} in all.",
            "swept",
            sweep=step.sweep,
            count=part.count,
            total=so_far.count,
            doubtful=so_far.doubtful,
            ended=part.failure.code if part.failure else not part.cursor,
        )
        return to_plain(part)


async def _further(sweeps: Mapping[str, Sweep], step: SweepStep, part: SweepSlice) -> SweepSlice:
    """One more page; a failure comes as data, because what was done before it must count."""
    try:
        swept = await sweeps[step.sweep].page(step.at, part.cursor, PAGE)
    except PASSING as error:
        failure = _passing(step.sweep, error)
        return SweepSlice(part.count, part.doubtful, part.cursor, failure)
    except ForeignAccount as error:
        logs.error(f"The sweep {step.sweep} stands still.", "foreign_account", error)
        foreign = Failure(FailureCode.FOREIGN_ACCOUNT, str(error), False, {})
        return SweepSlice(part.count, part.doubtful, part.cursor, foreign)
    except Exception as error:  # noqa: BLE001 - the other sweeps go on; this one is told as failed
        logs.error(f"The sweep {step.sweep} broke.", "sweep_broke", error, sweep=step.sweep)
        broken = Failure(FailureCode.BROKEN, "It broke; the log says where.", True, {})
        return SweepSlice(part.count, part.doubtful, part.cursor, broken)
    count, doubtful = part.count + swept.count, part.doubtful + swept.doubtful
    return SweepSlice(count, doubtful, swept.cursor)


def _tell(run: CleanupRun) -> None:
    counts = {each.sweep: each.count for each in run.sweeps}
    failed = [each.sweep for each in run.sweeps if each.status is SweepStatus.FAILED]
    if failed:
        sentence = f"The cleanup of {run.day} failed in part: {', '.join(failed)}."
        logs.error(sentence, "cleanup_failed", day=run.day, counts=counts)
    else:
        sentence = f"The cleanup of {run.day} is {run.status}."
        logs.info(sentence, "cleaned_up", day=run.day, status=run.status, counts=counts)


def _passing(what: str, error: Exception) -> Failure:
    logs.warning(f"{what} failed for now: {error!r}", "sweep_failed", sweep=what)
    message = "The storage or the engine did not answer, or was too busy."
    return Failure(FailureCode.STORE_UNAVAILABLE, message, True, {"error": repr(error)})
