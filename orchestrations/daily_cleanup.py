"""The daily cleanup: one sweep after another, each within its share of the time there is."""

from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from orchestrations.attempts import Call
from orchestrations.cleanup_messages import (
    Begun,
    CleanUp,
    CleanupRun,
    Kept,
    RunStatus,
    SweepSlice,
    SweepStatus,
    SweepStep,
    Tally,
    Why,
)
from orchestrations.context import Context, Process
from orchestrations.messages import Failure
from orchestrations.pauses import Pauses
from shared.plain import Json, from_plain, to_plain


class CleanupIncomplete(Exception):
    """A sweep failed; the instance ends Failed, so that it may be started once more that day."""

    def __init__(self, tallies: list[Tally]) -> None:
        told = "; ".join(f"{each.sweep}: {each.error.code}" for each in tallies if each.error)
        super().__init__(f"CleanupIncomplete: {told}")


class CleanupNotKept(Exception):
    """What a cleanup came to could not be written down."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(f"CleanupNotKept: {failure.code}: {failure.message}")


def clean_up(context: Context) -> Process[Json]:
    """Run every sweep; one that fails does not stop the others.

    Returns:
        What each sweep came to, as it is kept.

    Raises:
        CleanupIncomplete: some failed; what each came to is kept all the same.
        CleanupNotKept: the storage refused that to the end.
    """
    given = from_plain(CleanUp, context.get_input())
    cursors = yield from _begun(context, given)
    ends_at = context.current_utc_datetime + timedelta(minutes=given.minutes)
    tallies: list[Tally] = []
    for position, sweep in enumerate(given.sweeps):
        # What one leaves of its share is shared by those behind it: none is starved.
        now = context.current_utc_datetime
        deadline = now + max(ends_at - now, timedelta(0)) / (len(given.sweeps) - position)
        step = SweepStep(sweep, given.at, cursors.get(sweep))
        tallies.append((yield from _swept(context, given, step, deadline)))
        context.set_custom_status(to_plain(_run(given, tallies)))
    run = replace(_run(given, tallies, _status(tallies)), ended_at=context.current_utc_datetime)
    context.set_custom_status(to_plain(run))
    yield from _kept(context, given, run)
    if run.status is RunStatus.FAILED:
        raise CleanupIncomplete(tallies)
    return dict(to_plain(run))


def _begun(context: Context, given: CleanUp) -> Process[dict[str, str]]:
    """Where the sweeps go on; when that is not to be had, they begin, which is as well."""
    run = _run(given, [])
    context.set_custom_status(to_plain(run))
    call = Call("BeginCleanup", Begun, lambda failure: Begun({}, failure))
    begun = yield from call.tried(context, run, given.retry_delays)
    return begun.cursors


def _kept(context: Context, given: CleanUp, run: CleanupRun) -> Process[None]:
    kept = yield from Call("KeepCleanup", Kept, Kept).tried(context, run, given.retry_delays)
    if kept.failure:
        raise CleanupNotKept(kept.failure)


def _swept(context: Context, given: CleanUp, step: SweepStep, deadline: datetime) -> Process[Tally]:
    """Slice by slice, until nothing is left, or no time, or a slice failed in all its attempts."""
    pauses = Pauses(given.retry_delays)
    while True:
        call = Call("Sweep", SweepSlice, partial(SweepSlice, 0, 0, step.cursor))
        part = yield from call.once(context, step)
        step, now = step.after(part), context.current_utc_datetime
        if part.failure is not None:
            pause = pauses.after(part.failure, now)
            if pause is None:
                return _failed(step, part.failure)
            yield context.create_timer(pause.until)
        elif step.cursor is None:
            return Tally(step.sweep, SweepStatus.COMPLETED, step.count, step.doubtful)
        elif now >= deadline:
            ended = Tally(step.sweep, SweepStatus.UNFINISHED, step.count, step.doubtful)
            return replace(ended, cursor=step.cursor)
        else:
            pauses = Pauses(given.retry_delays)


def _failed(step: SweepStep, failure: Failure) -> Tally:
    """Without a cursor: perhaps the place was the fault, so the next run begins anew."""
    why = Why(failure.code, failure.message)
    return Tally(step.sweep, SweepStatus.FAILED, step.count, step.doubtful, why)


def _run(given: CleanUp, tallies: list[Tally], status: RunStatus = RunStatus.RUNNING) -> CleanupRun:
    return CleanupRun(given.day, given.at, status, tuple(tallies))


def _status(tallies: list[Tally]) -> RunStatus:
    ended = {each.status for each in tallies}
    if SweepStatus.FAILED in ended:
        return RunStatus.FAILED
    return RunStatus.UNFINISHED if SweepStatus.UNFINISHED in ended else RunStatus.COMPLETED
