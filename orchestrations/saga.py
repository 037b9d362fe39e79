"""Steps that can be taken back: each retried by one policy, each with its undo noted beforehand."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from orchestrations.calls import Calls
from orchestrations.context import Context, Process
from orchestrations.messages import Answer, FailureCode, OrderStep, Outcome, Policy, WaitStep
from orchestrations.pauses import Pause, Pauses, growing
from shared.domain.order.state import OrderStatus
from shared.domain.order.values import Undo
from shared.plain import Json

GATEWAY_DOWN = (FailureCode.GATEWAY_UNAVAILABLE, FailureCode.GATEWAY_RESTING)


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
    out_of_stock: Ending | None = None
    """How it ends when the units turn out to be gone."""


class StepFailed(Exception):
    """A step said no, or could not find out in all its attempts."""

    def __init__(self, ending: Ending, detail: str) -> None:
        super().__init__(detail)
        self.ending = ending
        self.detail = detail


class Cancelled(Exception):
    """A cancel arrived before the pivot."""


class Saga:
    """Runs the steps of one order's process and remembers how to take them back."""

    def __init__(
        self, context: Context, order: OrderStep, policy: Policy, status: OrderStatus
    ) -> None:
        self.order = order
        self.policy = policy
        self.calls = Calls(context, status)
        self._undos: list[Undo] = []

    def do(self, step: Step, given: Any) -> Process[Answer]:
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
        if self.calls.is_cancelled and not (done and step.is_pivot):
            raise Cancelled
        if not done:
            raise StepFailed(_ending(step, answer), _why(answer))
        self.calls.status = step.reaches
        return answer

    def attempt(self, activity: str, given: Any) -> Process[str | None]:
        """Try a step the order does not depend on; the answer is why it failed, if it did."""
        pauses = Pauses(self.policy.retry_delays)
        answer = yield from self.calls.once(activity, given)
        while (pause := pauses.after(answer.failure, self.calls.now)) is not None:
            yield from self.calls.pause(activity, pause)
            answer = yield from self.calls.once(activity, given)
        return None if answer.outcome is Outcome.DONE else _why(answer)

    def insist(self, activity: str, given: Any) -> Process[None]:
        """Take a step that must succeed, however long that takes.

        It is never given up, so a fault that a deployment cures is cured for waiting orders too.
        """
        delays = enumerate(growing(self.policy.retry_delays), start=1)
        for attempt, delay in delays:  # pragma: no branch - endless
            answer = yield from self.calls.once(activity, given)
            if answer.outcome is Outcome.DONE:
                return
            until = self.calls.now + timedelta(seconds=delay)
            yield from self.calls.pause(activity, Pause(until, {"attempt": attempt}))

    def take_back(self, undos: tuple[Undo, ...] | None = None) -> Process[list[tuple[Undo, str]]]:
        """Undo every step that may have acted, the last one first; or just these, in their order.

        Returns:
            The undo steps that kept failing, each with the reason; the others were done.
        """
        stuck: list[tuple[Undo, str]] = []
        for undo in tuple(reversed(self._undos)) if undos is None else undos:
            answer = yield from self._retried(undo, self.order)
            if answer.outcome is not Outcome.DONE:
                stuck.append((undo, _why(answer)))
        return stuck

    def ended(self, status: OrderStatus) -> Json:
        """Show people the final status, which is also what the process returns."""
        self.calls.status = status
        self.calls.show(None)
        return {"status": status.value}

    # ---- attempts, and patience with a gateway that rests -------------------------------

    def _retried(self, activity: str, given: Any, *, cancellable: bool = False) -> Process[Answer]:
        pauses = Pauses(self.policy.retry_delays, timedelta(hours=self.policy.patience_hours))
        answer = yield from self.calls.once(activity, given, cancellable=cancellable)
        held = False
        while not (cancellable and self.calls.is_cancelled):
            pause = pauses.after(answer.failure, self.calls.now)
            if pause is None:
                break
            if cancellable and pauses.deadline and not held:
                held = True
                yield from self._hold_stock(pauses.deadline)
            yield from self.calls.pause(activity, pause, cancellable=cancellable)
            if cancellable and self.calls.is_cancelled:
                break
            answer = yield from self.calls.once(activity, given, cancellable=cancellable)
        return answer

    def _hold_stock(self, until: datetime) -> Process[None]:
        """Nobody else gets the units meanwhile; once they are gone, shipping waits for more."""
        waiting = WaitStep(self.order.order_id, self.order.correlation_id, until)
        yield from self.attempt("HoldStock", waiting)


def _ending(step: Step, answer: Answer) -> Ending:
    if answer.outcome is Outcome.OUT_OF_STOCK and step.out_of_stock:
        return step.out_of_stock
    unavailable = answer.failure and answer.failure.code in GATEWAY_DOWN
    return step.fails_as if answer.failure is None or unavailable else INTERNAL


def _why(answer: Answer) -> str:
    return answer.failure.message if answer.failure else answer.detail
