"""The confirmation of a completed order, sent again until the mailbox takes it."""

from datetime import timedelta

from orchestrations.calls import Calls
from orchestrations.context import Context, Process
from orchestrations.messages import ConfirmLate, OrderStep, Outcome
from orchestrations.pauses import Pause, growing
from shared.domain.order.state import OrderStatus
from shared.plain import Json, from_plain

FIRST_PAUSE, LONGEST_PAUSE = 60.0, 4 * 3600.0  # seconds; a week is some fifty attempts
PATIENCE = timedelta(days=7)  # then the letter is old news


class ConfirmationUndeliverable(Exception):
    """The instance ends Failed with this; the order itself stays completed, its letter parked."""

    def __init__(self, order_id: str) -> None:
        days = PATIENCE.days
        super().__init__(f"ConfirmationUndeliverable: {order_id}: no mailbox for {days} days")


def confirm_late(context: Context) -> Process[Json]:
    """Send one confirmation, however often that takes.

    Returns:
        `{"status": "completed"}`, which is the order's.

    Raises:
        ConfirmationUndeliverable: it could not be sent for a week.
    """
    given = from_plain(ConfirmLate, context.get_input())
    step = OrderStep(given.order_id, given.correlation_id)
    calls = Calls(context, OrderStatus.COMPLETED)
    end = calls.now + PATIENCE
    attempts = enumerate(growing([FIRST_PAUSE], LONGEST_PAUSE), start=1)
    while calls.now < end:
        attempt, delay = next(attempts)
        until = calls.now + timedelta(seconds=delay)
        yield from calls.pause("SendLateConfirmation", Pause(until, {"attempt": attempt}))
        answer = yield from calls.once("SendLateConfirmation", step)
        if answer.outcome is Outcome.DONE:
            calls.show(None)
            return {"status": calls.status.value}
    raise ConfirmationUndeliverable(given.order_id)
