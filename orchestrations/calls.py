"""One activity at a time, heard to its end, with the events from outside that may stop it."""

import json
from datetime import datetime, timedelta
from typing import Any

from orchestrations.context import Context, Process, Task
from orchestrations.messages import CANCEL_REQUESTED, Answer, Failure, FailureCode
from orchestrations.pauses import Pause
from shared.domain.order.state import OrderStatus
from shared.plain import Json, from_plain, rfc3339, to_plain

# Less than six days: a longer timer cannot be cancelled in 1.x (features.md 2.4, trap 3), and one
# that is left running keeps the whole instance running (host-durable 3.6).
SLICE = timedelta(days=5)
LONGEST_REASON = 200  # characters, as blueprints/bodies.py has it


class Calls:
    """Whatever is started here is awaited here, so an order never outruns its own effects."""

    def __init__(self, context: Context, status: OrderStatus) -> None:
        self._context = context
        self.status = status
        self._expected: list[Task] = []
        self._cancel = self.expect(CANCEL_REQUESTED)

    @property
    def now(self) -> datetime:
        """The replayable clock."""
        return self._context.current_utc_datetime

    @property
    def is_cancelled(self) -> bool:
        """Whether a cancel has arrived."""
        return self._cancel.is_completed

    @property
    def cancel_reason(self) -> str | None:
        """The reason of a cancel that has arrived, or None."""
        return reason_in(said(self._cancel)) if self.is_cancelled else None

    def expect(self, event: str) -> Task:
        """An event from outside, heard from the next cancellable call on.

        It is waited for once: the SDK hands one early event to every later wait, and of several
        early ones only the last (host-durable 3.7).
        """
        task = self._context.wait_for_external_event(event)
        self._expected.append(task)
        return task

    def show(self, step: str | None, **waiting: Any) -> None:
        """What people see of a running process (design/api.md, customStatus)."""
        self._context.set_custom_status({"status": self.status.value, "step": step, **waiting})

    def once(self, activity: str, given: Any, *, cancellable: bool = False) -> Process[Answer]:
        """One attempt; an activity that raised is a failure too."""
        self.show(activity)
        task = self._context.call_activity(activity, to_plain(given))
        if cancellable:
            yield self._context.task_any([task, *self._unheard()])
        try:
            # Awaited even when an event was first: an effect that is under way cannot be undone.
            result = yield task
        except Exception:  # noqa: BLE001 - the SDK has no other type for an activity that raised
            broken = f"{activity} broke; the log of the function says where"
            return Answer(failure=Failure(FailureCode.BROKEN, broken, retryable=True, details={}))
        return from_plain(Answer, result)

    def pause(self, activity: str, pause: Pause, *, cancellable: bool = False) -> Process[None]:
        """Wait before the next attempt, or until a cancel comes."""
        if cancellable and self.is_cancelled:
            return
        self.show(activity, **{**pause.shown, "nextAttemptAt": rfc3339(pause.until)})
        timer = self._context.create_timer(pause.until)
        if not cancellable:
            yield timer
            return
        yield self._context.task_any([timer, *self._unheard()])
        if not timer.is_completed:
            timer.cancel()

    def wait(self, event: Task, deadline: datetime) -> Process[None]:
        """Wait for an event until a deadline, however far off, or until a cancel comes."""
        while not event.is_completed and not self.is_cancelled and self.now < deadline:
            timer = self._context.create_timer(min(deadline, self.now + SLICE))
            yield self._context.task_any([timer, *self._unheard()])
            if not timer.is_completed:
                timer.cancel()

    def _unheard(self) -> list[Task]:
        return [task for task in self._expected if not task.is_completed]


def said(event: Task) -> Json:
    """What an event says: the SDK's client sends JSON text, plain HTTP sends the object.

    Anyone with the management API may send anything, so what cannot be read says nothing.
    """
    told = event.result
    if isinstance(told, str):
        try:
            told = json.loads(told)
        except ValueError:
            return {"reason": event.result}
        except RecursionError:
            return {}
    return told if isinstance(told, dict) else {}


def reason_in(told: Json) -> str:
    """The reason an event gives, as short and as printable as one over the API has to be."""
    text = str(told.get("reason", ""))[:LONGEST_REASON]
    return "".join(letter for letter in text if letter.isprintable())
