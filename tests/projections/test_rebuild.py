"""Every read model equals its rebuild (invariant 5), and rebuilding disturbs nobody."""

import asyncio
from itertools import count
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.application.aggregates import ORDER, PRODUCT
from shared.application.read_models import READ_MODELS
from shared.application.rebuild import Difference, Rebuild
from shared.domain.product import DefineProduct
from shared.eventstore.codec import UnknownEvent
from shared.eventstore.port import StoreUnavailable
from shared.projections.order_list import OrderFilter
from shared.projections.rows import MemoryRows, Row
from shared.settings import Settings
from shared.wiring import wire
from tests.application.memory import Memory
from tests.domain import scenes as the
from tests.projections.histories import CAUSE, History, contents, no_pause, rebuild

_prefixes = count(1)
ORDERS, PRODUCTS, USERS = READ_MODELS
DEFINE = DefineProduct("MUG", "Mug", the.MUG.price)


async def shop() -> Memory:
    """One product, one order that waits."""
    memory = Memory()
    await memory.wiring.read_models.handle(PRODUCT, "MUG", DEFINE, CAUSE)
    wiring = memory.wiring
    await wiring.aggregates.handle(ORDER, "order-1", the.PLACE, CAUSE)
    await wiring.read_models.follow_order("order-1", waits=True)
    return memory


async def run(memory: Memory, model=PRODUCTS, pause=no_pause) -> Difference:
    wiring = memory.wiring
    return await Rebuild(wiring.aggregates, wiring.read_models.views, pause).run(model)


async def shown(memory: Memory) -> list[str]:
    return [each["name"] for each in await memory.wiring.products.page("", 10)]


@settings(max_examples=40, deadline=None)
@given(st.randoms(use_true_random=False))
def test_every_read_model_equals_its_rebuild_after_any_history(dice):
    asyncio.run(any_history(dice))


async def any_history(dice: Random) -> None:
    memory = Memory()
    for _ in range(3):
        wiring = memory.wiring  # a process that begins with empty hands
        await History(wiring.aggregates, wiring.read_models, dice).go_on(15)
    before = {model.name: await contents(memory.rows, f"{model.name}.1") for model in READ_MODELS}
    wiring = memory.wiring
    for difference in await rebuild(wiring.aggregates, wiring.read_models):
        assert difference.is_none, difference
    for model in READ_MODELS:
        assert await contents(memory.rows, f"{model.name}.2") == before[model.name]
        assert await contents(memory.rows, f"{model.name}.1") == {}


async def test_on_azure_tables_too(azurite):
    wiring = wire(Settings(azurite, table_prefix=f"rebuild{next(_prefixes)}"))
    try:
        await History(wiring.aggregates, wiring.read_models, Random(7)).go_on(40)  # noqa: S311 - dice, no secret
        differences = await rebuild(wiring.aggregates, wiring.read_models)
        again = await rebuild(wiring.aggregates, wiring.read_models)
    finally:
        await wiring.close()
    assert all(difference.is_none for difference in (*differences, *again)), differences
    assert [each.built for each in differences] == [each.built for each in again] != [0, 0, 0]


async def test_a_list_that_was_damaged_is_reported_and_right_again():
    memory = await shop()
    await memory.wiring.read_models.handle(
        PRODUCT, "TEE", DefineProduct("TEE", "Tee", the.TEE.price), CAUSE
    )
    await memory.rows.drop("products.1", ["in|sku|MUG"])
    await memory.rows.put(
        "products.1", Row("in|sku|TEE", {"version": 1, "document": {"name": "?"}})
    )
    await memory.rows.put("products.1", Row("in|sku|X", {"version": 1, "document": {"name": "X"}}))
    difference = await run(memory)
    assert (difference.missing, difference.different, difference.extra) == (1, 1, 1)
    assert difference.examples == (
        "missing: in|sku|MUG",
        "different: in|sku|TEE",
        "extra: in|sku|X",
    )
    assert await shown(memory) == ["Mug", "Tee"]


async def test_while_it_runs_lists_are_whole_and_what_happens_is_in_the_new_one():
    memory = await shop()
    seen: list[list[str]] = []

    async def meanwhile(_seconds: float) -> None:
        change = DefineProduct("MUG", f"Mug {len(seen)}", the.MUG.price)
        await memory.wiring.read_models.handle(PRODUCT, "MUG", change, CAUSE)
        seen.append(await shown(memory))

    assert (await run(memory, pause=meanwhile)).is_none
    assert seen == [["Mug 0"], ["Mug 1"], ["Mug 2"]]
    assert await shown(memory) == ["Mug 2"]


@pytest.mark.parametrize("breaks_at", range(1, 16))
async def test_a_rebuild_that_died_anywhere_is_finished_by_the_next(breaks_at):
    class Dying(MemoryRows):
        left = 10**6

        async def _one(self):
            self.left -= 1
            if self.left == 0:
                raise StoreUnavailable("died here")

        async def write(self, *given):
            await self._one()
            return await super().write(*given)

        async def put(self, *given):
            await self._one()
            return await super().put(*given)

        async def drop(self, *given):
            await self._one()
            return await super().drop(*given)

    memory = Memory(rows=Dying())
    for sku in ("A", "B", "C"):
        define = DefineProduct(sku, sku, the.MUG.price)
        await memory.wiring.read_models.handle(PRODUCT, sku, define, CAUSE)
    memory.rows.left = breaks_at
    try:
        await run(memory)
    except StoreUnavailable:
        assert await shown(memory) == ["A", "B", "C"]
    memory.rows.left = 10**6
    assert (await run(memory)).is_none
    assert await shown(memory) == ["A", "B", "C"]
    partitions = {partition for partition, _ in memory.rows._rows}
    assert len([each for each in partitions if each.startswith("products.")]) == 1


async def test_an_event_nobody_knows_stops_it_and_the_old_list_stays(monkeypatch):
    memory = await shop()
    (event,) = memory.store._events["product-MUG"]
    memory.store._events["product-MUG"] = (type(event)(**{**_fields(event), "type": "Unheard"}),)
    with pytest.raises(UnknownEvent):
        await run(memory)
    assert await shown(memory) == ["Mug"]


def _fields(event) -> dict:
    return {name: getattr(event, name) for name in event.__slots__}


async def test_orders_are_rebuilt_into_every_list_they_belong_to():
    memory = await shop()
    await memory.wiring.aggregates.handle(ORDER, "order-1", the.VALIDATE, CAUSE)  # and then it dies
    difference = await run(memory, ORDERS)
    assert (difference.missing, difference.extra, difference.different) == (2, 2, 2)
    (row,) = await memory.wiring.orders.page(OrderFilter("cust-1"), 9, None)
    assert row.document["status"] == "validated"
