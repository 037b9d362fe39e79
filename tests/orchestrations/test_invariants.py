"""Whatever breaks on the way: money, stock and parcels add up in the end (design/workflow.md)."""

import asyncio
import json
from dataclasses import replace

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from blueprints.fulfilment import START_LATE_CONFIRMATION
from shared.domain.order.state import OrderStatus
from tests.domain.scenes import ADDRESS, PLACE, TOTAL
from tests.orchestrations.instance import ACTIVITY
from tests.orchestrations.shop import Shop, started

# What becomes of one activity call: it works; it runs twice; it breaks before or after its effect.
FATES = st.sampled_from(["works", "works", "runs twice", "breaks before", "breaks after", "cancel"])
METHODS = st.sampled_from(["pm_card_ok", "pm_card_ok", "pm_card_declined", "pm_flaky_2", "pm_down"])
PLACES = st.sampled_from(
    [ADDRESS, replace(ADDRESS, country="ZZ"), replace(ADDRESS, postal_code="FLAKY-4")]
)


async def fulfil(shop, workflow, fates):
    """Run a workflow while each of its activity calls meets its fate."""
    cancelled = False
    while not workflow.is_over:
        _, action = workflow.open[0]
        if action["actionType"] != ACTIVITY:
            workflow.fire()
            shop.memory.clock.now = workflow.now
            continue
        fate = fates.pop() if fates else "works"
        name, step = action["functionName"], json.loads(action["input"])
        if fate == "cancel" and not cancelled:
            workflow.raise_event("CancelRequested", {"reason": "x"})
            cancelled = True
        if fate == "breaks before":
            workflow.breaks()
            continue
        if name == START_LATE_CONFIRMATION:  # another process, with tests of its own
            workflow.answer(None)
            continue
        answer = await shop.run(name, step)
        if fate == "runs twice":
            answer = await shop.run(name, step)
        if fate == "breaks after":
            workflow.breaks()
        else:
            workflow.answer(answer)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(METHODS, PLACES, st.lists(FATES, max_size=30))
@example("pm_card_ok", ADDRESS, ["breaks before"] * 4 + ["works"] * 5)  # the letter waits
def test_money_stock_and_parcels_add_up_whatever_breaks(method, address, fates):
    asyncio.run(story(method, address, fates))


async def story(method, address, fates):
    shop = await Shop().open()
    order = replace(PLACE, payment_method=method, shipping_address=address)
    await fulfil(shop, started(order), fates)
    after, events = await shop.order(), await shop.events()
    assert after.is_final
    kept = shop.memory.ledger.entries
    captured = [key for key, entry in kept.items() if "captured" in entry]
    refunded = [key for key in kept if key.endswith(":refund")]
    shelf = await shop.shelf("MUG")
    assert len(captured) <= 1
    assert events.count("PaymentCaptured") == len(captured)
    if after.status is OrderStatus.COMPENSATION_FAILED:
        assert after.at_stake
        return
    completed = after.status is OrderStatus.COMPLETED
    assert len(captured) - len(refunded) == completed
    assert events.count("PaymentCaptured") - events.count("PaymentRefunded") == completed
    assert shelf.reservations == {}
    assert shelf.on_hand == (8 if completed else 10)
    assert not completed or after.payment.amount == TOTAL
    shipped = [key for key, entry in kept.items() if key.endswith(":ship") and "shipped" in entry]
    stopped = [key for key in kept if key.endswith(":cancel")]
    assert len(shipped) - len(stopped) == completed
