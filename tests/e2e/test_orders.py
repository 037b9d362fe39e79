"""Every kind of order, placed over HTTP at a running host and followed to its end."""

import asyncio
import itertools

import pytest

from tests.e2e.shop import order

HAPPY = [
    "OrderPlaced",
    "OrderValidated",
    "StockReserved",
    "PaymentCaptured",
    "ShipmentCreated",
    "ConfirmationSent",
    "OrderCompleted",
]


async def test_a_good_order_completes_and_leaves_the_shelf(shop, sku):
    await shop.stock(sku, 5)
    order_id = await shop.place(order(sku, 2))
    done = await shop.final(order_id)
    assert done["status"] == "completed"
    assert done["total"] == {"amount": 2000, "currency": "EUR"}
    assert [kind for kind in await shop.event_types(order_id) if kind in HAPPY] == HAPPY
    assert await shop.shelf(sku) == {"onHand": 3, "reserved": 0, "available": 3}
    instance = await shop.instance(order_id)
    assert (instance["runtimeStatus"], instance["output"]) == ("Completed", {"status": "completed"})


@pytest.mark.parametrize(
    ("change", "code", "taken_back"),
    [
        ({"quantity": 9}, "out_of_stock", set()),
        ({"method": "pm_card_declined"}, "payment_failed", {"StockReleased"}),
        ({"method": "pm_card_insufficient_funds"}, "payment_failed", {"StockReleased"}),
        ({"method": "pm_down"}, "payment_failed", {"StockReleased"}),
        ({"country": "ZZ"}, "shipment_failed", {"StockReleased", "PaymentRefunded"}),
    ],
    ids=["out of stock", "declined", "no funds", "gateway down", "carrier refuses"],
)
async def test_an_order_that_cannot_be_fulfilled_fails_and_is_taken_back(
    shop, sku, change, code, taken_back
):
    await shop.stock(sku, 5)
    order_id = await shop.place(order(sku, **change))
    failed = await shop.final(order_id)
    assert (failed["status"], failed["outcome"]["code"]) == ("failed", code)
    kinds = await shop.event_types(order_id)
    assert taken_back <= set(kinds)
    assert kinds[-1] == "OrderFailed"
    assert await shop.shelf(sku) == {"onHand": 5, "reserved": 0, "available": 5}
    instance = await shop.instance(order_id)
    assert instance["runtimeStatus"] == "Failed"
    assert f"OrderProcessingFailed: {code}" in instance["output"]


async def test_an_unknown_product_is_a_validation_error_that_names_it(shop):
    order_id = await shop.place(order("NO-SUCH-THING"))
    failed = await shop.final(order_id)
    assert failed["outcome"]["code"] == "validation_error"
    assert "NO-SUCH-THING" in failed["outcome"]["detail"]
    assert await shop.event_types(order_id) == ["OrderPlaced", "OrderFailed"]


@pytest.mark.parametrize(
    "change", [{"method": "pm_flaky_2"}, {"method": "pm_flaky_3"}, {"postalCode": "FLAKY-2"}]
)
async def test_passing_troubles_are_outlived(shop, sku, change):
    await shop.stock(sku, 1)
    done = await shop.final(await shop.place(order(sku, **change)))
    assert done["status"] == "completed"


async def test_a_fourth_failure_is_one_too_many(shop, sku):
    await shop.stock(sku, 1)
    failed = await shop.final(await shop.place(order(sku, method="pm_flaky_4")))
    assert failed["outcome"]["code"] == "payment_failed"


async def test_a_cancel_while_a_payment_is_retried_stops_the_order_and_takes_it_back(shop, sku):
    await shop.stock(sku, 3)
    order_id = await shop.place(order(sku, method="pm_down"))
    await shop.until(order_id, {"reserved"})
    status, said = await shop.ask("POST", f"/api/orders/{order_id}/cancel", {"reason": "too slow"})
    assert status == 202, said
    cancelled = await shop.final(order_id)
    assert cancelled["status"] == "cancelled"
    assert await shop.shelf(sku) == {"onHand": 3, "reserved": 0, "available": 3}
    instance = await shop.instance(order_id)
    assert (instance["runtimeStatus"], instance["output"]) == ("Completed", {"status": "cancelled"})


async def test_a_finished_order_cannot_be_cancelled(shop, sku):
    await shop.stock(sku, 1)
    order_id = await shop.place(order(sku))
    await shop.final(order_id)
    status, said = await shop.ask("POST", f"/api/orders/{order_id}/cancel", {"reason": "late"})
    assert (status, said["code"]) == (409, "order_already_final")


async def test_every_moment_to_cancel_has_one_of_two_ends(shop, sku):
    """The cancel races with the order; whoever wins, money, stock and story agree."""
    await shop.stock(sku, 30)

    async def race(turns: int) -> str:
        order_id = await shop.place(order(sku))
        for _ in range(turns):
            await shop.get(order_id)
        await shop.ask("POST", f"/api/orders/{order_id}/cancel", {"reason": "race"})
        final = await shop.final(order_id)
        kinds = await shop.event_types(order_id)
        if final["status"] == "cancelled":
            assert kinds.count("PaymentRefunded") == kinds.count("PaymentCaptured")
        else:
            assert final["status"] == "completed"
            assert kinds.count("PaymentCaptured") == 1
        return str(final["status"])

    ends = await asyncio.gather(*(race(turns) for turns in range(0, 24, 2)))
    shelf = await shop.shelf(sku)
    assert shelf["reserved"] == 0
    assert shelf["onHand"] == 30 - ends.count("completed")


async def test_the_order_can_be_read_from_the_moment_it_was_accepted(shop, sku):
    await shop.stock(sku, 50)
    for _ in range(10):
        order_id = await shop.place(order(sku))
        assert (await shop.get(order_id))["orderId"] == order_id


async def test_many_orders_for_few_units_reserve_each_unit_once(shop, sku):
    await shop.stock(sku, 5)
    placed = await asyncio.gather(*(shop.place(order(sku)) for _ in range(15)))
    finals = await asyncio.gather(*(shop.final(order_id) for order_id in placed))
    outcomes = sorted(final["outcome"]["code"] for final in finals)
    assert {code: len(list(of)) for code, of in itertools.groupby(outcomes)} == {
        "completed": 5,
        "out_of_stock": 10,
    }
    assert await shop.shelf(sku) == {"onHand": 0, "reserved": 0, "available": 0}
