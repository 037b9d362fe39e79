"""A gateway that is down is left in peace, and the orders wait for it instead of failing."""

from dataclasses import replace

import pytest

from orchestrations.messages import Policy
from shared.domain.order.values import RequestedLine
from tests.domain.scenes import PLACE

ONE_MUG = (RequestedLine("MUG", 1),)


def numbered(count: int) -> list:
    return [
        replace(PLACE, order_id=f"order-{number}", lines=ONE_MUG) for number in range(1, count + 1)
    ]


@pytest.mark.parametrize("gateway", ["payment", "carrier"])
async def test_a_single_order_outlives_an_outage_of_hours(stage, gateway):
    shop = await stage()
    shop.strike(gateway, hours=3)
    await shop.place()
    await shop.pass_time(hours=2)
    waiting = await shop.custom_status()
    assert waiting["waitingFor"] == "gateway"
    assert waiting["deadline"].startswith("2026-11-24T09:00")
    await shop.pass_time(hours=2)
    assert (await shop.order()).status == "completed"
    assert shop.circuits.cells == {}


async def test_the_units_are_held_while_an_order_waits(stage):
    shop = await stage()
    shop.strike("payment", hours=3)
    await shop.place()
    await shop.pass_time(hours=2)
    assert (await shop.shop.shelf("MUG")).reserved(shop.clock.now()) == 2
    assert (await shop.events()).count("ReservationExtended") == 1


async def test_many_orders_make_few_calls_and_are_all_completed(stage):
    shop = await stage()
    shop.strike("payment", hours=1)
    for order in numbered(8):
        await shop.place(order)
    await shop.pass_time(minutes=59)
    # Three to open the circuit, then one probe a rest: 15 s, 30 s ... 5 min.
    assert shop.outages["payment"].asked <= 3 + 5 + 12
    await shop.pass_time(minutes=30)
    for number in range(1, 9):
        assert (await shop.order(f"order-{number}")).status == "completed"


async def test_patience_ends_and_the_order_fails_as_ever(stage):
    shop = await stage(policy=Policy((2, 4, 8), patience_hours=2))
    shop.strike("payment", hours=48)
    await shop.place()
    await shop.pass_time(hours=3)
    order = await shop.order()
    # The refund is asked of the same gateway and has the same patience, so the order is parked.
    assert order.status == "reserved"
    await shop.pass_time(hours=2)
    assert (await shop.order()).outcome.code == "compensation_failed"
    assert (await shop.order()).ending.code == "payment_failed"


async def test_one_customers_bank_that_is_down_is_no_outage(stage):
    shop = await stage()
    for order in numbered(5):
        await shop.place(replace(order, payment_method="pm_down"))
    await shop.pass_time(seconds=15)
    for number in range(1, 6):
        assert (await shop.order(f"order-{number}")).outcome.code == "payment_failed"
    assert shop.circuits.cells == {}


async def test_a_cancel_is_heard_while_an_order_waits_for_a_gateway(stage):
    shop = await stage()
    shop.strike("carrier", hours=3)
    await shop.place()
    await shop.pass_time(hours=1)
    await shop.cancel()
    await shop.pass_time(hours=3)
    assert (await shop.order()).status == "cancelled"
