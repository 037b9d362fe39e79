"""The wait for a person's approval of an order that costs a lot (design/workflow.md)."""

from dataclasses import replace
from datetime import timedelta

from orchestrations.calls import reason_in, said
from orchestrations.context import Process
from orchestrations.endings import DECLINED, OUT_OF_STOCK, TIMED_OUT
from orchestrations.messages import APPROVAL_DECIDED, DecisionStep, Policy, WaitStep
from orchestrations.saga import Cancelled, Saga, Step, StepFailed
from shared.domain.money import Money
from shared.domain.order.state import OrderStatus
from shared.plain import rfc3339

ASK = Step("RequestApproval", OrderStatus.AWAITING_APPROVAL, fails_as=OUT_OF_STOCK)
DECIDE = Step("RecordDecision", OrderStatus.RESERVED, fails_as=DECLINED)


def needs_approval(policy: Policy, total: Money | None) -> bool:
    """Whether an order of this total waits for somebody's approval."""
    return total is not None and 0 < policy.approval_threshold <= total.amount


def approved(saga: Saga) -> Process[None]:
    """Wait until the order is approved, or stop.

    Raises:
        Cancelled: a cancel came first.
        StepFailed: it was declined, or nobody decided in time.
    """
    order = saga.order
    deadline = saga.calls.now + timedelta(hours=saga.policy.approval_hours)
    # Expected before anybody can see that the order waits: of two decisions the first counts.
    decision = saga.calls.expect(APPROVAL_DECIDED)
    yield from saga.do(ASK, WaitStep(order.order_id, order.correlation_id, deadline))
    saga.calls.show("Approval", waitingFor="approval", deadline=rfc3339(deadline))
    yield from saga.calls.wait(decision, deadline)
    if saga.calls.is_cancelled:
        raise Cancelled
    if not decision.is_completed:
        raise StepFailed(TIMED_OUT, f"nobody decided before {rfc3339(deadline)}")
    told = said(decision)
    # Whatever cannot be read as a yes is a no: nobody is charged by a typing error.
    yes, reason = told.get("approved") is True, reason_in(told)
    decided = DecisionStep(
        order.order_id, order.correlation_id, yes, reason, reason_in({"reason": told.get("by", "")})
    )
    step = DECIDE if yes else replace(DECIDE, reaches=OrderStatus.AWAITING_APPROVAL)
    yield from saga.do(step, decided)
    if not yes:
        raise StepFailed(DECLINED, reason)
