"""Units whose reservation expired while the app was away are nobody's to charge for."""

import json
from datetime import timedelta

from shared.domain.order.values import PricedLine
from tests.domain.scenes import MUG, PLACE
from tests.orchestrations.shop import CAUSE, Shop, started


async def waiting_for_its_payment() -> tuple[Shop, object]:
    """A shop whose order is reserved, and the payment step it is about to take."""
    shop = await Shop().open()
    workflow = started(PLACE)
    await shop.until(workflow, "ProcessPayment")
    _, action = workflow.open[0]
    shop.memory.clock.forward(minutes=31)
    return shop, json.loads(action["input"])


async def test_an_expired_reservation_is_taken_again_before_the_charge():
    shop, step = await waiting_for_its_payment()
    assert (await shop.run("ProcessPayment", step))["outcome"] == "done"
    assert (await shop.shelf("MUG")).reserved(shop.memory.clock.now) > 0


async def test_units_that_others_took_meanwhile_are_not_charged():
    shop, step = await waiting_for_its_payment()
    all_of_them = [PricedLine("MUG", MUG.name, 10, MUG.price)]
    until = shop.memory.clock.now + timedelta(minutes=30)
    await shop.memory.wiring.stock_room.reserve("order-2", all_of_them, until, CAUSE)
    assert (await shop.run("ProcessPayment", step))["outcome"] == "out_of_stock"
    assert not any("payment" in key for key in shop.memory.ledger.entries)
