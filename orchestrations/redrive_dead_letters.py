"""A bulk re-drive: page after page of dead letters goes to its queues again, fifty a second."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from orchestrations.context import Context, Process
from orchestrations.pauses import growing
from orchestrations.redrive_messages import (
    COUNT_REDRIVEN,
    REDRIVE_PAGE,
    PageRedriven,
    RedriveDeadLetters,
    RedrivePage,
)
from shared.plain import Json, from_plain, to_plain

PAGE, PACE = 50, timedelta(seconds=1)  # what failed once should not come back as a flood
PAGES = 50  # in one generation, so that no history grows with the number of letters
PATIENCE = timedelta(hours=24)  # with a storage that is down


class RedriveIncomplete(Exception):
    """The instance ends Failed with this; the letters that it did not send wait as before."""

    def __init__(self, detail: str) -> None:
        super().__init__(f"RedriveIncomplete: {detail}")


def redrive_dead_letters(context: Context) -> Process[Json | None]:
    """Send every letter again that was selected, and say what came of them.

    Returns:
        `{"redriven", "left", "failed"}`, counted over all attempts; while it runs, the custom
        status says how far it is, less what a killed attempt had sent.

    Raises:
        RedriveIncomplete: some could not be sent, or the storage was down for a day.
    """
    given = from_plain(RedriveDeadLetters, context.get_input())
    for _ in range(PAGES):
        began = context.current_utc_datetime
        step = RedrivePage(context.instance_id, given, PAGE)
        page = from_plain(PageRedriven, (yield from _insisted(context, REDRIVE_PAGE, step)))
        given = replace(
            given,
            cursor=page.cursor,
            redriven=given.redriven + page.redriven,
            left=given.left + page.left,
            failed=given.failed + page.failed,
        )
        if page.cursor is None:
            return (yield from _ended(context, given))
        _show(context, given)
        if page.redriven and context.current_utc_datetime < began + PACE:
            yield context.create_timer(began + PACE)
    context.continue_as_new(to_plain(given))
    return None


def _ended(context: Context, given: RedriveDeadLetters) -> Process[Json]:
    step = RedrivePage(context.instance_id, given, PAGE)
    redriven = yield from _insisted(context, COUNT_REDRIVEN, step)
    told = _show(context, replace(given, redriven=redriven))
    if given.failed:
        raise RedriveIncomplete(f"{given.failed} letters could not be sent")
    return told


def _show(context: Context, given: RedriveDeadLetters) -> Json:
    told = {"redriven": given.redriven, "left": given.left, "failed": given.failed}
    context.set_custom_status(told)
    return told


def _insisted(context: Context, activity: str, step: RedrivePage) -> Process[Any]:
    """An activity's result, however long the storage lets it wait."""
    delays = growing([1.0])
    deadline = context.current_utc_datetime + PATIENCE
    while context.current_utc_datetime < deadline:
        try:
            return (yield context.call_activity(activity, to_plain(step)))
        except Exception:  # noqa: BLE001 - the SDK has no other type for an activity that raised
            pause = timedelta(seconds=next(delays))
        yield context.create_timer(context.current_utc_datetime + pause)
    raise RedriveIncomplete(f"{activity} failed for {PATIENCE}; the log says why")
