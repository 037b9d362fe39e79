"""Orders that cost a lot wait for somebody, for as long as that takes."""

import pytest

from orchestrations.messages import Policy
from shared.plain import rfc3339
from tests.domain.scenes import TOTAL

DELAYS = (2, 4, 8)
CAREFUL = Policy(DELAYS, approval_threshold=TOTAL.amount)
MONTHLY = Policy(DELAYS, approval_threshold=1, approval_hours=30 * 24)


@pytest.mark.parametrize("threshold", [0, TOTAL.amount + 1])
async def test_an_order_below_the_threshold_asks_nobody(stage, threshold):
    shop = await stage(policy=Policy(DELAYS, approval_threshold=threshold))
    await shop.place()
    assert await shop.runtime() == "Completed"
    assert "RequestApproval" not in shop.calls


async def test_people_see_that_an_order_waits_for_them_and_until_when(stage):
    shop = await stage(policy=CAREFUL)
    await shop.place()
    deadline = (await shop.order()).approval_deadline
    assert (deadline - shop.clock.now()).total_seconds() == pytest.approx(72 * 3600)
    assert await shop.custom_status() == {
        "status": "awaiting_approval",
        "step": "Approval",
        "waitingFor": "approval",
        "deadline": rfc3339(deadline),
    }


async def test_an_approved_order_is_paid_and_completed(stage):
    shop = await stage(policy=CAREFUL)
    await shop.place()
    await shop.decide(approved=True)
    await shop.settle()
    assert await shop.runtime() == "Completed"
    assert (await shop.events())[2:7] == [
        "StockReserved",
        "ReservationExtended",
        "ApprovalRequested",
        "ApprovalDecided",
        "PaymentCaptured",
    ]
    assert (await shop.order()).approval.by == "ops-1"


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        ({"approved": False, "reason": "too much"}, "too much"),
        ("yes", "yes"),
        ({"approved": 1}, ""),
    ],
)
async def test_a_no_or_anything_that_is_no_clear_yes_declines_the_order(stage, payload, reason):
    shop = await stage(policy=CAREFUL)
    await shop.place()
    await shop.client.raise_event("order-1", "ApprovalDecided", payload)
    await shop.settle()
    order = await shop.order()
    assert (order.outcome.code, order.outcome.detail) == ("approval_declined", reason)
    assert order.reservation_undone
    assert "order-1:mail:not_approved" in shop.ledger.entries
    assert await shop.runtime() == "Failed"


async def test_the_units_are_held_as_long_as_somebody_may_still_approve(stage):
    shop = await stage(policy=CAREFUL)
    await shop.place()
    await shop.pass_time(hours=71)
    assert (await shop.shop.shelf("MUG")).reserved(shop.clock.now()) == 2
    await shop.decide(approved=True)
    await shop.settle()
    assert await shop.runtime() == "Completed"


async def test_an_order_nobody_decides_on_fails_at_its_deadline(stage):
    shop = await stage(policy=CAREFUL)
    await shop.place()
    await shop.pass_time(hours=72)
    order = await shop.order()
    assert order.outcome.code == "approval_timed_out"
    assert (await shop.shop.shelf("MUG")).reservations == {}


async def test_a_wait_of_thirty_days_is_cut_into_slices_and_leaves_no_timer_behind(stage):
    shop = await stage(policy=MONTHLY)
    await shop.place()
    await shop.pass_time(days=17)
    await shop.decide(approved=True)
    await shop.settle()
    assert await shop.runtime() == "Completed"
    assert (await shop.scene.story("order-1")).count("TMF") == 3


async def test_a_wait_of_thirty_days_ends_on_its_day(stage):
    shop = await stage(policy=MONTHLY)
    await shop.place()
    await shop.pass_time(days=29, hours=23)
    assert await shop.runtime() == "Running"
    await shop.pass_time(hours=1)
    assert (await shop.order()).outcome.code == "approval_timed_out"
