"""Every way an order can go: what is recorded of each version of the processes."""

from dataclasses import replace

from blueprints import workflow_client
from orchestrations.messages import CompensateOrder, PlacedStep, Policy
from shared.domain.order.values import RequestedLine
from tests.domain.scenes import ADDRESS
from tests.orchestrations.races import CAREFUL, RACES, Race, approve, decline, payment_down
from tests.orchestrations.stage import Stage

NOWHERE = replace(ADDRESS, country="ZZ")


async def strike_carrier(stage: Stage) -> None:
    stage.strike("carrier", minutes=2)


async def strike_mail(stage: Stage) -> None:
    stage.strike("mail", minutes=10)


async def wait_a_quarter_of_a_minute(stage: Stage) -> None:
    await stage.pass_time(seconds=15)


async def compensate(stage: Stage) -> None:
    order = await stage.order()
    assert order.ending
    placed = PlacedStep(Race("").order, "cid", "tester")
    given = CompensateOrder(placed, stage.policy, order.stuck, order.ending)
    await workflow_client.start_compensation(stage.client, order.parkings, given)


STORIES = (
    *RACES,
    Race("a good order"),
    Race("an unknown sku", wish={"lines": (RequestedLine("NIX", 1),)}),
    Race("out of stock", wish={"lines": (RequestedLine("MUG", 11),)}),
    Race("a declined card", wish={"payment_method": "pm_card_declined"}),
    Race("a bank that is down", wish={"payment_method": "pm_down"}),
    Race("a flaky bank", wish={"payment_method": "pm_flaky_3"}),
    Race("a country nobody ships to", wish={"shipping_address": NOWHERE}),
    Race("a busy carrier", wish={"shipping_address": replace(ADDRESS, postal_code="FLAKY-9")}),
    Race("approved", once_it_waits=(approve,), policy=CAREFUL),
    Race("declined", once_it_waits=(decline,), policy=CAREFUL),
    Race("nobody decides", policy=CAREFUL),
    Race("a wait of a week", policy=replace(CAREFUL, approval_hours=7 * 24)),
    Race("the payment gateway is down", {"ValidateOrder": payment_down}),
    Race("the carrier is down", {"ValidateOrder": strike_carrier}),
    Race(
        "patience ends",
        {"ValidateOrder": strike_carrier},
        policy=Policy((2, 4, 8), patience_hours=0.02),
    ),
    Race("the mailbox is down", {"ValidateOrder": strike_mail}),
    Race(
        "an undo that gets stuck and is run again",
        once_it_waits=(wait_a_quarter_of_a_minute, compensate),
        wish={"shipping_address": NOWHERE, "payment_method": "pm_refund_down_4"},
    ),
)
