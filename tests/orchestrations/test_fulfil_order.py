"""Every kind of order goes its way through the process, on the real SDK and the real activities."""

from dataclasses import replace

import pytest

from shared.domain.order.values import RequestedLine
from tests.domain.scenes import ADDRESS, PLACE
from tests.orchestrations.shop import Shop, started

FORWARD = ["ValidateOrder", "CheckInventory", "ProcessPayment", "CreateShipment"]
ENDINGS = [
    (
        {"lines": (RequestedLine("NIX", 1),)},
        [*FORWARD[:1], "FailOrder"],
        "validation_error: unknown sku NIX",
    ),
    (
        {"lines": (RequestedLine("MUG", 1), RequestedLine("TEE", 11))},
        [*FORWARD[:2], "NotifyOutOfStock", "FailOrder"],
        "out_of_stock: TEE: 10 free, 11 wanted",
    ),
    (
        {"payment_method": "pm_card_declined"},
        [*FORWARD[:3], "ReleaseStock", "NotifyPaymentFailed", "FailOrder"],
        "payment_failed: the card was declined",
    ),
    (
        {"payment_method": "pm_down"},
        [
            *FORWARD[:3],
            *["ProcessPayment"] * 3,
            "RefundPayment",
            "ReleaseStock",
            "NotifyPaymentFailed",
            "FailOrder",
        ],
        "payment_failed: 503: the payment gateway is down",
    ),
    (
        {"shipping_address": replace(ADDRESS, country="ZZ")},
        [*FORWARD, "RefundPayment", "ReleaseStock", "NotifyShipmentFailed", "FailOrder"],
        "shipment_failed: no parcel service to ZZ",
    ),
    (
        {"shipping_address": replace(ADDRESS, postal_code="FLAKY-9")},
        [
            *FORWARD,
            *["CreateShipment"] * 3,
            "CancelShipment",
            "RefundPayment",
            "ReleaseStock",
            "NotifyShipmentFailed",
            "FailOrder",
        ],
        "shipment_failed: 503: the carrier is busy",
    ),
]


@pytest.fixture
async def shop() -> Shop:
    return await Shop().open()


async def test_a_good_order_is_completed(shop):
    workflow = await shop.fulfil(started(PLACE))
    assert workflow.activities == [*FORWARD, "ShipStock", "SendConfirmation", "CompleteOrder"]
    assert workflow.output == {"status": "completed"}
    assert workflow.timers == []
    assert await shop.events() == [
        "OrderPlaced",
        "OrderValidated",
        "StockReserved",
        "PaymentCaptured",
        "ShipmentCreated",
        "ConfirmationSent",
        "OrderCompleted",
    ]
    assert (await shop.shelf("MUG")).on_hand == 8


@pytest.mark.parametrize(("wish", "activities", "ending"), ENDINGS, ids=lambda each: str(each)[:40])
async def test_an_order_that_cannot_be_fulfilled_is_taken_back_and_says_why(
    shop, wish, activities, ending
):
    workflow = await shop.fulfil(started(replace(PLACE, **wish)))
    assert workflow.activities == activities
    assert workflow.error == f"OrderProcessingFailed: {ending}"
    order = await shop.order()
    assert f"{order.outcome.code}: {order.outcome.detail}" == ending
    assert not order.holds_something
    for sku in ("MUG", "TEE"):
        shelf = await shop.shelf(sku)
        assert (shelf.on_hand, shelf.reservations) == (10, {})


@pytest.mark.parametrize(
    "wish",
    [
        {"payment_method": "pm_flaky_3"},
        {"shipping_address": replace(ADDRESS, postal_code="FLAKY-3")},
    ],
)
async def test_three_retries_come_after_two_four_and_eight_seconds(shop, wish):
    workflow = started(replace(PLACE, **wish))
    waits = []
    while not workflow.is_over:
        before, timers = workflow.now, len(workflow.timers)
        await shop.step(workflow)
        if len(workflow.timers) > timers:
            waits.append(workflow.status["nextAttemptAt"])
            assert workflow.status["attempt"] == len(waits)
        elif workflow.now - before > workflow.now.resolution * 200_000:
            waits[-1] = round((workflow.now - before).total_seconds())
    assert waits == [2, 4, 8]
    assert workflow.output == {"status": "completed"}


async def test_a_workflow_whose_order_was_never_recorded_records_it(shop):
    assert await shop.order() is None
    await shop.fulfil(started(PLACE))
    recorded = await shop.memory.store.read("order-order-1")
    assert recorded[0].type == "OrderPlaced"
    assert recorded[0].actor == "tester"
    assert recorded[1].actor == "workflow"


async def test_people_see_where_a_running_order_stands(shop):
    workflow = await shop.fulfil(started(PLACE))
    seen = [(status["status"], status["step"]) for status in workflow.statuses]
    assert seen == [
        ("accepted", "ValidateOrder"),
        ("validated", "CheckInventory"),
        ("reserved", "ProcessPayment"),
        ("paid", "CreateShipment"),
        ("shipped", "ShipStock"),
        ("shipped", "SendConfirmation"),
        ("shipped", "CompleteOrder"),
        ("completed", None),
    ]


async def test_units_that_are_gone_after_the_pivot_are_waited_for(shop):
    workflow = started(PLACE)
    await shop.until(workflow, "ShipStock")
    shop.memory.clock.forward(hours=1)
    other = replace(PLACE, order_id="order-2", lines=(RequestedLine("MUG", 10),))
    await shop.fulfil(started(other))
    for _ in range(30):
        await shop.step(workflow)
    assert set(workflow.activities[4:]) == {"ShipStock"}
    await shop.deliver("MUG", 5)
    await shop.fulfil(workflow)
    assert workflow.output == {"status": "completed"}
    assert (await shop.shelf("MUG")).on_hand == 3
