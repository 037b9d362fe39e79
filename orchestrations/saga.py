"""Steps that can be taken back: each retried by one policy, each with its undo noted beforehand."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import chain, count
from typing import Any

from orchestrations.context import Context, Process
from orchestrations.messages import CANCEL_REQUESTED, Answer, Failure, FailureCode, Outcome
from shared.domain.order.state import OrderStatus
from shared.domain.order.values import Undo
from shared.plain import Json, from_plain, rfc3339, to_plain

PATIENCE = 300.0  # seconds at most between two attempts of a step that must succeed


@dataclass(frozen=True, slots=True)
class Ending:
    """How an order ends when a step says no, and which letter tells the customer."""

    code: str
    notice: str | None = None


INTERNAL = Ending("internal")


@dataclass(frozen=True, slots=True)
class Step:
    """An activity, what takes it back, the status it leads to, and the end when it says no."""

    activity: str
    reaches: OrderStatus
    fails_as: Ending
    undo: Undo | None = None
    is_pivot: bool = False


class StepFailed(Exception):
    """A step said no, or could not find out in all its attempts."""

    def __init__(self, ending: Ending, detail: str) -> None:
        super().__init__(detail)
        self.ending = ending
        self.detail = detail


class Cancelled(Exception):
    """A cancel arrived before the pivot."""


class Saga:
    """Runs the steps of one process; whatever it starts, it awaits before it goes on."""

    def __init__(self, context: Context, delays: Iterable[float], status: OrderStatus) -> None:
        """`delays`: seconds before each retry; their number is the number of retries."""
        self._context = context
        self._delays = tuple(delays)
        self._status = status
        self._undos: list[Undo] = []
        # Waited for once: the SDK hands one early event to every later wait (host-durable 3.7).
        self._cancel = context.wait_for_external_event(CANCEL_REQUESTED)

    @property
    def cancel_reason(self) -> str | None:
        """The reason of a cancel that has arrived, or None."""
        return _reason(self._cancel.result) if self._cancel.is_completed else None

    def do(self, step: Step, given: Any) -> Process[None]:
        """Take a step, or stop; its undo is noted first, for a step may act and then break.

        Raises:
            Cancelled: a cancel came and this step, if it is the pivot, did not succeed.
            StepFailed: it said no, or kept failing.
        """
        if step.undo:
            self._undos.append(step.undo)
        answer = yield from self._retried(step.activity, given, cancellable=True)
        done = answer.outcome is Outcome.DONE
        if step.undo and answer.failure is None and not done:
            self._undos.pop()  # a clear no had no effect; only a failure leaves that open
        if self._cancel.is_completed and not (done and step.is_pivot):
            raise Cancelled
        if not done:
            raise StepFailed(_ending(step, answer), _why(answer))
        self._status = step.reaches

    def attempt(self, activity: str, given: Any) -> Process[str | None]:
        """Try a step the order does not depend on; the answer is why it failed, if it did."""
        answer = yield from self._retried(activity, given)
        return None if answer.outcome is Outcome.DONE else _why(answer)

    def insist(self, activity: str, given: Any) -> Process[None]:
        """Take a step that must succeed, however long that takes.

        It is never given up, so a fault that a deployment cures is cured for waiting orders too.
        """
        for attempt, delay in enumerate(self._patience(), start=1):  # pragma: no branch - endless
            answer = yield from self._called(activity, given)
            if answer.outcome is Outcome.DONE:
                return
            yield from self._pause(activity, delay, attempt)

    def take_back(self, given: Any) -> Process[list[tuple[Undo, str]]]:
        """Undo every step that may have acted, the last one first.

        Returns:
            The undo steps that kept failing, each with the reason; the others were done.
        """
        stuck: list[tuple[Undo, str]] = []
        for undo in reversed(self._undos):
            problem = yield from self.attempt(undo, given)
            if problem is not None:
                stuck.append((undo, problem))
        return stuck

    def ended(self, status: OrderStatus) -> Json:
        """Show people the final status, which is also what the process returns."""
        self._context.set_custom_status({"status": status.value, "step": None})
        return {"status": status.value}

    # ---- one attempt -------------------------------------------------------------------

    def _retried(self, activity: str, given: Any, *, cancellable: bool = False) -> Process[Answer]:
        answer = yield from self._called(activity, given, cancellable=cancellable)
        for attempt, delay in enumerate(self._delays, start=1):
            over = answer.failure is None or not answer.failure.retryable
            if over or (cancellable and self._cancel.is_completed):
                break
            yield from self._pause(activity, delay, attempt, cancellable=cancellable)
            if cancellable and self._cancel.is_completed:
                break
            answer = yield from self._called(activity, given, cancellable=cancellable)
        return answer

    def _called(self, activity: str, given: Any, *, cancellable: bool = False) -> Process[Answer]:
        self._context.set_custom_status({"status": self._status.value, "step": activity})
        task = self._context.call_activity(activity, to_plain(given))
        if cancellable:
            yield self._context.task_any([task, self._cancel])
        try:
            # Awaited even when the cancel was first: an effect that is under way cannot be undone.
            result = yield task
        except Exception:  # noqa: BLE001 - the SDK has no other type for an activity that raised
            broken = f"{activity} broke; the log of the function says where"
            return Answer(failure=Failure(FailureCode.BROKEN, broken, retryable=True, details={}))
        return from_plain(Answer, result)

    def _pause(
        self, activity: str, delay: float, attempt: int, *, cancellable: bool = False
    ) -> Process[None]:
        until = self._context.current_utc_datetime + timedelta(seconds=delay)
        waiting = {"attempt": attempt, "nextAttemptAt": rfc3339(until)}
        self._context.set_custom_status({"status": self._status.value, "step": activity, **waiting})
        timer = self._context.create_timer(until)
        if not cancellable:
            yield timer
            return
        yield self._context.task_any([timer, self._cancel])
        if not timer.is_completed:
            timer.cancel()  # left running, it would keep the instance running (host-durable 3.6)

    def _patience(self) -> Iterator[float]:
        last = max((*self._delays, 1.0))
        return chain(self._delays, (min(last * 2**n, PATIENCE) for n in count(1)))


def _ending(step: Step, answer: Answer) -> Ending:
    unavailable = answer.failure and answer.failure.code is FailureCode.GATEWAY_UNAVAILABLE
    return step.fails_as if answer.failure is None or unavailable else INTERNAL


def _why(answer: Answer) -> str:
    return answer.failure.message if answer.failure else answer.detail


def _reason(event: Any) -> str:
    """What a cancel event says: the SDK's client sends JSON text, plain HTTP sends the object."""
    said = event
    if isinstance(event, str):
        try:
            said = json.loads(event)
        except ValueError:
            return event
    return str(said.get("reason", "")) if isinstance(said, dict) else ""
