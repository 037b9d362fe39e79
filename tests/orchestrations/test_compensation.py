"""A parked order: its missing undo steps run again until it ends as it was going to."""

import json
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

from blueprints.compensation_http import CompensationApi
from blueprints.edge import Edge
from shared.domain.order.commands import PlaceOrder
from tests.blueprints.caller import Api, body_of
from tests.domain.scenes import ADDRESS, PLACE

# Four refusals are one run of the guide's policy: the call and its three retries.
NO_REFUND: PlaceOrder = replace(PLACE, payment_method="pm_refund_down_4")
NOT_SHIPPABLE = replace(ADDRESS, country="ZZ")


async def compensate(shop: Any, order_id: str = "order-1") -> Any:
    """The operator's request, handed to the real engine."""
    edge = Edge(shop.wiring.settings, shop.wiring.new_id)
    request = Api()._request("POST", f"orders/{order_id}/compensation", {}, {}, orderId=order_id)
    response = await edge.with_client(CompensationApi(shop.wiring).compensate)(request, shop.client)
    await shop.settle()
    return response


async def parked(shop: Any, **wish: Any) -> None:
    await shop.place(replace(NO_REFUND, **wish))
    await shop.pass_time(seconds=15)
    assert (await shop.order()).status == "compensation_failed"


async def test_a_parked_order_fails_as_it_was_going_to_once_the_refund_works(stage):
    shop = await stage()
    await parked(shop, shipping_address=NOT_SHIPPABLE)
    response = await compensate(shop)
    assert response.status_code == 202
    order = await shop.order()
    assert (order.outcome.code, order.at_stake) == ("shipment_failed", ())
    assert "order-1:mail:shipment_failed" in shop.ledger.entries
    assert await shop.runtime("order-1:compensation:1") == "Failed"


async def test_a_parked_order_that_was_cancelled_ends_cancelled(stage):
    shop = await stage(interruptions={"ProcessPayment": lambda here: here.cancel("no need")})
    await parked(shop)
    await compensate(shop)
    order = await shop.order()
    assert (order.status, order.outcome.detail) == ("cancelled", "no need")
    assert await shop.runtime("order-1:compensation:1") == "Completed"


async def test_only_what_is_left_is_undone(stage):
    shop = await stage()
    await parked(shop, shipping_address=NOT_SHIPPABLE)
    shop.calls.clear()
    await compensate(shop)
    assert shop.calls == ["RefundPayment", "NotifyShipmentFailed", "FailOrder"]


async def test_an_undo_that_fails_again_parks_the_order_again_and_the_next_run_is_another(stage):
    shop = await stage()
    await parked(shop, payment_method="pm_refund_down_8", shipping_address=NOT_SHIPPABLE)
    await compensate(shop)
    await shop.pass_time(seconds=15)
    assert (await shop.order()).is_parked
    await compensate(shop)
    assert (await shop.order()).outcome.code == "shipment_failed"


async def test_two_requests_at_once_are_one_run(stage):
    shop = await stage()
    await parked(shop, payment_method="pm_refund_down_5", shipping_address=NOT_SHIPPABLE)
    for _ in range(2):
        assert (await compensate(shop)).status_code == 202
    await shop.pass_time(seconds=15)
    assert (await shop.events()).count("OrderFailed") == 1
    assert (await shop.events()).count("PaymentRefunded") == 1


async def test_there_is_nothing_to_compensate_of_an_order_that_ended_well_or_still_runs(stage):
    shop = await stage()
    await shop.place()
    assert body_of(await compensate(shop))["code"] == "nothing_at_stake"
    await shop.place(replace(PLACE, order_id="order-2", payment_method="pm_flaky_2"))
    response = await compensate(shop, "order-2")
    assert (response.status_code, body_of(response)["code"]) == (409, "nothing_at_stake")


async def test_an_order_whose_workflow_was_terminated_is_taken_back(stage):
    async def terminate(here: Any) -> None:
        await here.scene.engine.terminate("order-1", "an operator's word")

    shop = await stage(interruptions={"ProcessPayment": terminate})
    await shop.place()
    assert (await shop.order()).status == "paid"
    await compensate(shop)
    order = await shop.order()
    assert (order.status, order.outcome.code) == ("failed", "internal")
    assert not order.holds_something


async def test_a_shipped_order_is_not_taken_back_behind_the_customers_back(stage):
    async def terminate(here: Any) -> None:
        await here.scene.engine.terminate("order-1", "an operator's word")

    shop = await stage(interruptions={"ShipStock": terminate})
    await shop.place()
    assert body_of(await compensate(shop))["code"] == "order_already_shipped"


async def test_only_operators_compensate(stage):
    shop = await stage()
    easy = replace(shop.wiring.settings, auth_mode="easyauth", platform_auth=True)
    customer = Api().as_user("cust-1")
    request = customer._request("POST", "orders/order-1/compensation", {}, {}, orderId="order-1")
    edge = Edge(easy, shop.wiring.new_id)
    api = CompensationApi(shop.wiring)
    response = await edge.with_client(api.compensate)(request, SimpleNamespace())
    assert (response.status_code, json.loads(response.get_body())["code"]) == (403, "forbidden")
