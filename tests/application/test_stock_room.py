"""The stock room serves whole orders or nobody, and may be asked twice."""

import pytest

from shared.application.aggregates import STOCK, Cause
from shared.domain.errors import InsufficientStock
from shared.domain.stock import AdjustStock, Stock
from tests.application.memory import Memory
from tests.domain.scenes import EXPIRY, LINES

CAUSE = Cause("cid", "test", "tester")


async def stocked(**units: int) -> Memory:
    memory = Memory()
    for sku, number in units.items():
        command = AdjustStock("first", number, "delivery")
        await memory.wiring.aggregates.handle(STOCK, sku, command, CAUSE)
    return memory


async def shelf(memory: Memory, sku: str) -> Stock:
    return (await memory.wiring.aggregates.load(STOCK, sku)).state


async def test_an_order_reserves_all_its_lines():
    memory = await stocked(MUG=5, TEE=5)
    await memory.wiring.stock_room.reserve("order-1", LINES, EXPIRY, CAUSE)
    free = [(await shelf(memory, sku)).available(memory.clock.now) for sku in ("MUG", "TEE")]
    assert free == [3, 4]


async def test_an_order_with_one_short_line_leaves_nothing_behind():
    memory = await stocked(MUG=5)
    with pytest.raises(InsufficientStock, match="TEE: 0 free, 1 wanted"):
        await memory.wiring.stock_room.reserve("order-1", LINES, EXPIRY, CAUSE)
    assert (await shelf(memory, "MUG")).reservations == {}


@pytest.mark.parametrize("times", [1, 2, 3])
async def test_every_operation_may_run_again(times):
    memory = await stocked(MUG=5, TEE=5)
    room = memory.wiring.stock_room
    for _ in range(times):
        await room.reserve("order-1", LINES, EXPIRY, CAUSE)
    for _ in range(times):
        await room.ship("order-1", LINES, CAUSE)
    for _ in range(times):
        await room.release("order-1", LINES, CAUSE)
    assert [(await shelf(memory, sku)).on_hand for sku in ("MUG", "TEE")] == [3, 4]


async def test_a_reservation_that_broke_off_in_the_middle_is_finished_by_the_next_run():
    memory = await stocked(MUG=5, TEE=5)
    room = memory.wiring.stock_room
    await room.reserve("order-1", LINES[:1], EXPIRY, CAUSE)
    await room.reserve("order-1", LINES, EXPIRY, CAUSE)
    assert (await shelf(memory, "MUG")).reserved(memory.clock.now) == 2


async def test_an_expired_reservation_does_not_keep_others_from_the_units():
    memory = await stocked(MUG=2, TEE=1)
    room = memory.wiring.stock_room
    await room.reserve("order-1", LINES, EXPIRY, CAUSE)
    with pytest.raises(InsufficientStock):
        await room.reserve("order-2", LINES, EXPIRY, CAUSE)
    memory.clock.forward(minutes=31)
    await room.reserve("order-2", LINES, memory.clock.now.replace(hour=23), CAUSE)
    with pytest.raises(InsufficientStock):
        await room.ship("order-1", LINES, CAUSE)
