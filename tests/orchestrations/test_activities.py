"""Activities at their border, and where a gateway knows more or less than the order's stream."""

import json
import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from orchestrations.messages import Answer, FailureCode, OrderStep, Outcome
from shared.application.aggregates import ORDER
from shared.application.stock_room import StockRoom
from shared.domain.order.values import PricedLine
from shared.eventstore.memory import MemoryEventStore
from shared.eventstore.port import ConcurrencyConflict, StoreUnavailable
from shared.gateways.carrier import NothingShipped
from shared.gateways.errors import GatewayResting
from shared.gateways.payment import NothingCaptured
from shared.plain import from_plain, to_plain
from tests.application.memory import Memory
from tests.domain import scenes as the
from tests.orchestrations.shop import CAUSE, Shop

STEP = to_plain(OrderStep("order-1", "cid"))
UNTIL_PAID = (the.PLACE, the.VALIDATE, the.RESERVE, the.PAY)


class FailingStore(MemoryEventStore):
    def __init__(self, error: Callable[[], Exception]) -> None:
        super().__init__()
        self._error = error

    async def head(self, *_):
        raise self._error()


class Forgetful:
    """A gateway that knows nothing of what it did."""

    async def refund(self, *_):
        return NothingCaptured()

    async def cancel(self, *_):
        return NothingShipped()


async def answer(shop: Shop, name: str) -> Any:
    return from_plain(Answer, await shop.run(name, STEP))


async def shop_with(*commands: Any, **replaced: Any) -> Shop:
    """A shop whose order has come as far as the commands say."""
    shop = Shop(Memory(replaced=replaced))
    for command in commands:
        await shop.memory.wiring.aggregates.handle(ORDER, "order-1", command, CAUSE)
    return shop


@pytest.mark.parametrize(
    "error",
    [lambda: StoreUnavailable("no answer"), lambda: ConcurrencyConflict("order-order-1", [])],
    ids=["outage", "conflict"],
)
async def test_storage_trouble_is_a_failure_worth_another_try(error):
    found = await answer(Shop(Memory(store=FailingStore(error))), "CheckInventory")
    assert found.failure.code is FailureCode.STORE_UNAVAILABLE
    assert found.failure.retryable


async def test_what_nobody_foresaw_is_logged_with_its_ids_and_raised(caplog):
    shop = Shop(Memory(store=FailingStore(lambda: RuntimeError("surprise"))))
    with pytest.raises(RuntimeError), caplog.at_level(logging.ERROR):
        await shop.run("CheckInventory", STEP)
    line = json.loads(caplog.records[-1].message)
    assert line == {
        "message": "CheckInventory broke.",
        "action": "activity_broke",
        "activity": "CheckInventory",
        "orderId": "order-1",
        "correlationId": "cid",
    }


async def test_an_input_that_is_no_step_is_broken():
    with pytest.raises(TypeError):
        await Shop().run("CheckInventory", "nonsense")


async def test_a_step_of_an_order_nobody_placed_is_not_allowed():
    found = await answer(Shop(), "ProcessPayment")
    assert (found.failure.code, found.failure.retryable) == (FailureCode.NOT_ALLOWED, False)


@pytest.mark.parametrize("name", ["CheckInventory", "ProcessPayment", "CreateShipment"])
async def test_a_late_second_run_has_no_effect_on_an_order_that_is_over(name):
    shop = await shop_with(the.PLACE, the.CANCEL)
    found = await answer(shop, name)
    assert found.failure.code is FailureCode.NOT_ALLOWED
    assert shop.memory.ledger.entries == {}


@pytest.mark.parametrize("name", ["CheckInventory", "ProcessPayment", "CreateShipment"])
async def test_a_late_second_run_of_a_step_that_is_recorded_is_done(name):
    shop = await shop_with(*UNTIL_PAID, the.SHIP)
    assert (await answer(shop, name)).outcome is Outcome.DONE
    assert shop.memory.ledger.entries == {}


@pytest.mark.parametrize("name", ["RefundPayment", "CancelShipment"])
async def test_a_gateway_that_forgot_what_is_recorded_is_no_undo(name):
    forgetful = Forgetful()
    shop = await shop_with(*UNTIL_PAID, the.SHIP, payments=forgetful, carrier=forgetful)
    found = await answer(shop, name)
    assert found.failure.code is FailureCode.NOT_ALLOWED
    assert "knows nothing of" in found.failure.message


async def test_a_payment_only_the_gateway_knew_of_is_taken_back():
    shop = await shop_with(*UNTIL_PAID[:3])
    await shop.memory.wiring.payments.capture("order-1:payment", "pm_card_ok", the.TOTAL)
    assert (await answer(shop, "RefundPayment")).outcome is Outcome.DONE
    assert (await shop.events())[-2:] == ["PaymentCaptured", "PaymentRefunded"]


async def test_a_parcel_only_the_carrier_knew_of_is_taken_back():
    shop = await shop_with(*UNTIL_PAID)
    await shop.memory.wiring.carrier.ship("order-1:shipment", the.ADDRESS)
    assert (await answer(shop, "CancelShipment")).outcome is Outcome.DONE
    assert (await shop.events())[-1] == "ShipmentCancelled"


@pytest.mark.parametrize("name", ["FailOrder", "CancelOrder"])
async def test_an_end_records_an_order_that_was_never_recorded(name):
    shop = Shop()
    placed = {"order": to_plain(the.PLACE), "correlationId": "cid", "actor": "tester"}
    step = {"placed": placed, "code": "internal", "detail": "x", "customerNotified": False}
    await shop.run(name, {**step, "reason": "x"})
    assert (await shop.events())[0] == "OrderPlaced"
    assert (await shop.order()).is_final


async def test_a_parked_order_records_what_is_at_stake():
    shop = await shop_with(*UNTIL_PAID)
    ending = to_plain(the.ENDING)
    parking = {**STEP, "steps": ["RefundPayment"], "detail": "the gateway is down"}
    await shop.run("ParkOrder", {**parking, "ending": ending})
    assert (await shop.order()).at_stake[0].amount == the.TOTAL


@pytest.mark.parametrize("taken_back", [the.FAIL, the.CANCEL], ids=["failed", "cancelled"])
async def test_parking_an_order_that_an_operator_took_back_meanwhile_is_done(taken_back):
    shop = await shop_with(*UNTIL_PAID, the.PARK, the.REFUND, the.RELEASE, taken_back)
    before = await shop.events()
    parking = {**STEP, "steps": ["RefundPayment"], "detail": "down", "ending": to_plain(the.ENDING)}
    found = from_plain(Answer, await shop.run("ParkOrder", parking))
    assert found.outcome is Outcome.DONE
    assert await shop.events() == before


class Overtaken(StockRoom):
    """A stock room in which the order ends while its units are being reserved."""

    async def reserve(self, order_id, lines, expires_at, cause):
        await super().reserve(order_id, lines, expires_at, cause)
        await self.aggregates.handle(ORDER, order_id, the.CANCEL, CAUSE)


async def test_units_reserved_for_an_order_that_ended_meanwhile_are_given_back():
    shop = await Shop().open()
    memory = shop.memory
    for command in (the.PLACE, the.VALIDATE):
        await memory.wiring.aggregates.handle(ORDER, "order-1", command, CAUSE)
    memory.replaced = {"stock_room": Overtaken(memory.wiring.aggregates)}
    found = await answer(shop, "CheckInventory")
    assert found.failure.code is FailureCode.NOT_ALLOWED
    for sku in ("MUG", "TEE"):
        assert (await shop.shelf(sku)).available(memory.clock.now) == 10
        assert (await shop.shelf(sku)).reservations == {}


async def test_units_that_went_to_others_meanwhile_cannot_be_held_for_an_approval():
    shop = await Shop().open()
    for command in UNTIL_PAID[:3]:
        await shop.memory.wiring.aggregates.handle(ORDER, "order-1", command, CAUSE)
    room, clock = shop.memory.wiring.stock_room, shop.memory.clock
    await room.reserve("order-1", the.LINES, the.EXPIRY, CAUSE)
    clock.forward(hours=1)
    others = (PricedLine("MUG", "Mug", 10, the.MUG.price),)
    await room.reserve("order-2", others, clock.now + timedelta(hours=1), CAUSE)
    step = {**STEP, "until": to_plain(the.DEADLINE)}
    found = from_plain(Answer, await shop.run("RequestApproval", step))
    assert (found.outcome, found.detail) == (Outcome.OUT_OF_STOCK, "0 free, 2 to be held")


async def test_a_gateway_that_rests_says_until_when():
    class Resting:
        async def capture(self, *_):
            raise GatewayResting("payment", the.EXPIRY)

    shop = await shop_with(*UNTIL_PAID[:3], payments=Resting())
    found = await answer(shop, "ProcessPayment")
    assert found.failure.code is FailureCode.GATEWAY_RESTING
    assert (found.failure.retry_at, found.failure.retryable) == (the.EXPIRY, True)
