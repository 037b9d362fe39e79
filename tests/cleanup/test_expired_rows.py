"""Keys, reservations and rows go when their time is over, and what is alive stays."""

from datetime import timedelta

import pytest

from shared.application.aggregates import ORDER, STOCK, Cause
from shared.application.cleanup.cleanups import Cleanups
from shared.application.cleanup.expired_keys import ExpiredKeys
from shared.application.cleanup.expired_reservations import ExpiredReservations
from shared.application.cleanup.forgetting import Forgetting
from shared.application.cleanup.sweep import Sweep
from shared.application.read_models import READ_MODELS
from shared.domain.stock import ReserveUnits
from shared.idempotency.keys import Answer
from tests.application.memory import Memory
from tests.cleanup.sweeping import Elsewhere, swept
from tests.domain import scenes
from tests.given import NOW
from tests.orchestrations.shop import Shop

CAUSE = Cause("cid", "test", "tester")
DONE = Answer(200, "application/json", {}, "{}")


class TestKeys:
    async def test_a_key_is_held_for_a_day_and_then_goes(self):
        memory = Memory()
        keys = memory.wiring.keys
        for number in range(5):
            claim = await keys.claim(f"key-{number}", "f")
            await keys.keep(claim, DONE)
        memory.clock.forward(hours=1)
        await keys.claim("later", "f")
        memory.clock.forward(hours=23, milliseconds=-1)
        assert await swept(ExpiredKeys(memory.keys), memory.clock()) == (0, 0)
        memory.clock.forward(milliseconds=1)
        assert await swept(ExpiredKeys(memory.keys), memory.clock()) == (5, 0)
        assert list(memory.keys.cells) == ["later"]

    async def test_a_key_that_is_claimed_anew_while_it_is_looked_at_stays(self):
        memory = Memory()
        await memory.wiring.keys.claim("key", "f")
        memory.clock.forward(hours=25)

        async def claim():
            assert (await memory.wiring.keys.claim("key", "g")).is_first

        cells = Elsewhere(memory.keys, "remove", claim)
        assert await swept(ExpiredKeys(cells), memory.clock()) == (0, 0)
        assert memory.keys.cells["key"].document["fingerprint"] == "g"

    async def test_one_that_cannot_be_read_is_told_and_does_not_stop_the_others(self):
        memory = Memory()
        await memory.keys.write("a-strange-one", {"what": "is this"}, None)
        await memory.wiring.keys.claim("key", "f")
        memory.clock.forward(hours=25)
        assert await swept(ExpiredKeys(memory.keys), memory.clock(), limit=1) == (1, 1)
        assert list(memory.keys.cells) == ["a-strange-one"]


class TestReservations:
    @pytest.fixture
    async def shop(self) -> Shop:
        """Ten mugs and ten T-shirts, both in the list of products."""
        shop = await Shop().open()
        (products,) = (each for each in READ_MODELS if each.name == "products")
        for sku in ("MUG", "TEE"):
            await shop.memory.wiring.read_models.show_stream(products.kind.stream(sku))
        return shop

    async def reserve(self, shop: Shop, sku: str = "MUG", order_id: str = "order-1") -> None:
        expires_at = shop.memory.clock() + timedelta(minutes=30)
        command = ReserveUnits(order_id, 2, expires_at)
        await shop.memory.wiring.aggregates.handle(STOCK, sku, command, CAUSE)

    async def order(self, shop: Shop, *commands) -> None:
        for command in commands:
            await shop.memory.wiring.aggregates.handle(ORDER, "order-1", command, CAUSE)

    async def swept(self, shop: Shop) -> tuple[int, int]:
        wiring = shop.memory.wiring
        sweep = ExpiredReservations(wiring.products, wiring.aggregates)
        return await swept(sweep, shop.memory.clock(), limit=1)

    async def test_of_an_order_that_ended_before_its_last_step_ran_late_it_goes(self, shop):
        failed = (scenes.PLACE, scenes.VALIDATE, scenes.FAIL)
        await self.order(shop, *failed)
        await self.reserve(shop)
        await self.reserve(shop, "TEE")
        shop.memory.clock.forward(minutes=30)
        assert await self.swept(shop) == (2, 0)
        assert (await shop.shelf("MUG")).reservations == {}
        assert (await shop.shelf("MUG")).on_hand == 10
        assert await self.swept(shop) == (0, 0)

    async def test_of_an_order_nobody_knows_it_goes(self, shop):
        await self.reserve(shop, order_id="never-placed")
        shop.memory.clock.forward(minutes=30)
        assert await self.swept(shop) == (1, 0)

    async def test_before_it_runs_out_it_stays_whatever_became_of_its_order(self, shop):
        await self.order(shop, scenes.PLACE, scenes.VALIDATE, scenes.FAIL)
        await self.reserve(shop)
        shop.memory.clock.forward(minutes=29)
        assert await self.swept(shop) == (0, 0)

    @pytest.mark.parametrize(
        "story",
        [
            (),
            (scenes.RESERVE,),
            (scenes.RESERVE, scenes.ASK),
            (scenes.RESERVE, scenes.PAY),
            (scenes.RESERVE, scenes.PAY, scenes.SHIP),
            (scenes.RESERVE, scenes.PAY, scenes.PARK),
        ],
        ids=["validated", "reserved", "awaiting", "paid", "shipped", "parked"],
    )
    async def test_of_a_living_or_parked_order_it_stays_for_ever(self, shop, story):
        await self.order(shop, scenes.PLACE, scenes.VALIDATE, *story)
        await self.reserve(shop)
        before = await shop.shelf("MUG")
        shop.memory.clock.forward(days=400)
        assert await self.swept(shop) == (0, 0)
        assert await shop.shelf("MUG") == before

    async def test_an_order_that_ends_well_has_its_units_taken_not_released(self, shop):
        workflow_like = (scenes.RESERVE, scenes.PAY, scenes.SHIP)
        await self.order(shop, scenes.PLACE, scenes.VALIDATE, *workflow_like)
        await self.reserve(shop)
        shop.memory.clock.forward(days=1)
        await self.swept(shop)
        await shop.memory.wiring.stock_room.ship("order-1", [scenes.LINES[0]], CAUSE)
        assert (await shop.shelf("MUG")).on_hand == 8


class TestForgetting:
    async def test_an_owner_is_asked_until_it_has_nothing_left(self):
        left, asked = [5], []

        async def forget(before, limit):
            asked.append(before)
            gone = min(left[0], limit)
            left[0] -= gone
            return gone

        assert await swept(Forgetting(forget, timedelta(days=30)), NOW) == (5, 0)
        assert set(asked) == {NOW - timedelta(days=30)}

    async def test_kept_cleanups_go_after_their_time_and_no_earlier(self):
        memory = Memory()
        cleanups = Cleanups(memory.wiring.records("cleanups"))
        for days in range(5):
            await cleanups.keep(NOW + timedelta(days=days), {"day": days})
        sweep: Sweep = Forgetting(cleanups.forget, timedelta(days=90))
        assert await swept(sweep, NOW + timedelta(days=93)) == (3, 0)
        assert [row.shown["day"] for row in await cleanups.page(10)] == [4, 3]


async def test_a_run_is_kept_once_however_often_it_is_written():
    cleanups = Cleanups(Memory().wiring.records("cleanups"))
    for status in ("running", "completed", "completed"):
        await cleanups.keep(NOW, {"status": status})
    assert [row.shown for row in await cleanups.page(10)] == [{"status": "completed"}]
