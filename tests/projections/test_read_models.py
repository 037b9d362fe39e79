"""Whatever was appended is shown in the end, whoever dies on the way."""

from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from shared.application.aggregates import ORDER, PRODUCT, USER, Cause
from shared.application.read_models import PASSING
from shared.domain.errors import Refusal
from shared.domain.order.state import OrderStatus
from shared.domain.product import DefineProduct
from shared.domain.user import DeleteUser, RegisterUser
from shared.eventstore.port import Snapshot, StoreUnavailable
from shared.projections.backlog import ABANDONED, PARTITION
from shared.projections.order_list import OrderFilter
from shared.projections.rows import Batch, MemoryRows
from tests.application.memory import Memory
from tests.domain import scenes as the

CAUSE = Cause("cid", "test", "tester")
DEFINE = DefineProduct("MUG", "Mug", the.MUG.price)


@dataclass
class Failing(MemoryRows):
    """Rows that are out of order for a while."""

    writes_left: int = 10**6

    def __post_init__(self) -> None:
        MemoryRows.__init__(self)

    async def write(self, partition, batch: Batch) -> str:
        self.writes_left -= 1
        if self.writes_left < 0:
            raise StoreUnavailable("rows are down")
        return await super().write(partition, batch)


async def products(memory: Memory) -> list[str]:
    return [each["name"] for each in await memory.wiring.products.page("", 10)]


async def markers(memory: Memory) -> int:
    return len(await memory.rows.page(PARTITION, "", "~", 100))


async def test_what_is_handled_is_shown_and_no_marker_stays():
    memory = Memory()
    await memory.wiring.read_models.handle(PRODUCT, "MUG", DEFINE, CAUSE)
    assert (await products(memory), await markers(memory)) == (["Mug"], 0)


async def test_a_refused_command_leaves_no_marker():
    memory = Memory()
    with pytest.raises(Refusal):
        await memory.wiring.read_models.handle(ORDER, "nobody", the.VALIDATE, CAUSE)
    assert await markers(memory) == 0


async def test_what_was_recorded_stands_when_its_row_cannot_be_written():
    memory = Memory(rows=Failing(writes_left=0))
    handled = await memory.wiring.read_models.handle(PRODUCT, "MUG", DEFINE, CAUSE)
    assert (handled.version, await products(memory)) == (1, [])
    assert await markers(memory) == 1
    memory.rows.writes_left = 10
    await memory.wiring.read_models.catch_up()
    assert await products(memory) == ["Mug"]


async def test_a_writer_who_died_after_the_append_is_caught_up_by_the_next_list():
    memory = Memory()
    wiring = memory.wiring
    await wiring.read_models.backlog.add("product-MUG")
    await wiring.aggregates.handle(PRODUCT, "MUG", DEFINE, CAUSE)
    assert await products(memory) == []
    await memory.wiring.read_models.catch_up()
    assert await products(memory) == ["Mug"]


async def test_a_young_marker_stays_for_its_writer_may_yet_append():
    memory = Memory()
    wiring = memory.wiring
    await wiring.read_models.backlog.add("product-MUG")
    await wiring.read_models.catch_up()
    assert await markers(memory) == 1
    await wiring.aggregates.handle(PRODUCT, "MUG", DEFINE, CAUSE)
    memory.clock.now += ABANDONED
    await memory.wiring.read_models.catch_up()
    assert (await products(memory), await markers(memory)) == (["Mug"], 0)


async def test_no_writer_removes_the_marker_of_another():
    memory = Memory()
    await memory.wiring.read_models.backlog.add("product-MUG")
    await memory.wiring.read_models.handle(PRODUCT, "MUG", DEFINE, CAUSE)
    assert await markers(memory) == 1


async def test_one_process_looks_into_the_backlog_at_most_every_ten_seconds():
    memory = Memory(rows=Failing())
    wiring = memory.wiring
    await wiring.read_models.catch_up()
    await wiring.read_models.backlog.add("product-MUG")
    await wiring.aggregates.handle(PRODUCT, "MUG", DEFINE, CAUSE)
    await wiring.read_models.catch_up()
    assert await products(memory) == []


async def test_the_lag_is_the_number_of_markers_and_the_age_of_the_oldest():
    memory = Memory()
    backlog = memory.wiring.read_models.backlog
    assert (await backlog.lag()).waiting == 0
    first = await backlog.add("product-MUG")
    memory.clock.now += timedelta(seconds=5)
    await backlog.add("product-TEE")
    lag = await backlog.lag()
    assert (lag.waiting, lag.oldest) == (2, first.since)


async def test_a_deleted_user_is_listed_no_more():
    memory = Memory()
    handle = memory.wiring.read_models.handle
    await handle(USER, "u1", RegisterUser("u1", "ada@example.com", "Ada"), CAUSE)
    (row,) = await memory.wiring.users.page(None, None, 10, None)
    assert (row.document["email"], row.version) == ("ada@example.com", 1)
    await handle(USER, "u1", DeleteUser(), CAUSE)
    assert list(await memory.wiring.users.page(None, None, 10, None)) == []


COMMANDS = (the.PLACE, the.VALIDATE, the.RESERVE, the.PAY, the.SHIP, the.COMPLETE)


async def test_an_order_is_listed_in_the_statuses_it_stays_in():
    memory, seen = Memory(), []
    wiring = memory.wiring
    for command in COMMANDS:
        await wiring.aggregates.handle(ORDER, "order-1", command, CAUSE)
        await wiring.read_models.follow_order("order-1")
        seen += [row.document["status"] for row in await wiring.orders.page(OrderFilter(), 9, None)]
    stays = [status for status in OrderStatus if status.value in seen]
    assert stays == [OrderStatus.VALIDATED, OrderStatus.COMPLETED]
    assert not set(stays) & PASSING


async def test_an_order_that_waits_is_listed_whatever_its_status():
    memory = Memory()
    wiring = memory.wiring
    for command in COMMANDS[:4]:
        await wiring.aggregates.handle(ORDER, "order-1", command, CAUSE)
    await wiring.read_models.follow_order("order-1", waits=True)
    (row,) = await wiring.orders.page(OrderFilter(status=OrderStatus.PAID), 9, None)
    assert row.document["orderId"] == "order-1"


async def test_an_order_nobody_placed_is_not_listed():
    memory = Memory()
    await memory.wiring.read_models.follow_order("order-1", waits=True)
    assert list(await memory.wiring.orders.page(OrderFilter(), 9, None)) == []


async def test_a_stream_that_cannot_be_read_does_not_stop_the_lists_behind_it():
    memory = Memory()
    wiring = memory.wiring
    await wiring.aggregates.handle(PRODUCT, "CUP", DefineProduct("CUP", "Cup", DEFINE.price), CAUSE)
    (event,) = memory.store._events["product-CUP"]
    memory.store._events["product-CUP"] = (replace(event, type="ProductOfTheFuture"),)
    memory.store._snapshots["product-CUP"] = Snapshot({"new": 1}, "another shape")
    await wiring.read_models.backlog.add("product-CUP")
    await wiring.aggregates.handle(PRODUCT, "MUG", DEFINE, CAUSE)
    await wiring.read_models.backlog.add("product-MUG")
    await memory.wiring.read_models.catch_up()
    assert await products(memory) == ["Mug"]
    memory.clock.now += ABANDONED
    await memory.wiring.read_models.catch_up()
    assert await markers(memory) == 1
