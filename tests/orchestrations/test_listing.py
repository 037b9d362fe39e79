"""The lists follow the orders: through waits, to every end, and over storage that fails."""

import pytest

from orchestrations.messages import Answer, FailureCode, OrderStep
from shared.application.aggregates import ORDER
from shared.domain.order.commands import OrderCommand
from shared.domain.order.state import OrderStatus
from shared.eventstore.port import StoreUnavailable
from shared.plain import from_plain, to_plain
from shared.projections.order_list import OrderFilter
from shared.projections.rows import MemoryRows
from tests.application.memory import Memory
from tests.domain import scenes as the
from tests.orchestrations.shop import CAUSE, Shop

STEP = to_plain(OrderStep("order-1", "cid"))
COMPLETION = {**STEP, "unsent": None, "refused": None}
UNTIL_RESERVED = (the.PLACE, the.VALIDATE, the.RESERVE)
UNTIL_SHIPPED = (*UNTIL_RESERVED, the.PAY, the.SHIP)


class NoRows(MemoryRows):
    async def write(self, *_):
        raise StoreUnavailable


class NoBank:
    async def capture(self, *_):
        raise StoreUnavailable


async def shop_with(*history: OrderCommand, **memory) -> Shop:
    shop = Shop(Memory(**memory))
    for command in history:
        await shop.memory.wiring.aggregates.handle(ORDER, "order-1", command, CAUSE)
    return shop


async def listed(shop: Shop) -> list[str]:
    rows = await shop.memory.wiring.orders.page(OrderFilter(), 9, None)
    return [row.document["status"] for row in rows]


async def run(shop: Shop, name: str, step=STEP) -> Answer:
    return from_plain(Answer, await shop.run(name, step))


async def test_an_end_is_listed_when_its_activity_has_ended():
    shop = await shop_with(*UNTIL_SHIPPED)
    await run(shop, "CompleteOrder", COMPLETION)
    assert await listed(shop) == [OrderStatus.COMPLETED]


async def test_an_end_that_cannot_be_listed_is_a_failure_worth_another_try():
    shop = await shop_with(*UNTIL_SHIPPED, rows=NoRows())
    answer = await run(shop, "CompleteOrder", COMPLETION)
    assert answer.failure is not None
    assert answer.failure.code is FailureCode.STORE_UNAVAILABLE
    assert answer.failure.retryable


async def test_a_second_run_that_decides_nothing_lists_what_the_first_could_not():
    shop = await shop_with(*UNTIL_SHIPPED, the.COMPLETE)
    assert await listed(shop) == []
    await run(shop, "CompleteOrder", COMPLETION)
    assert await listed(shop) == [OrderStatus.COMPLETED]


async def test_a_step_that_fails_lists_the_order_before_the_pause():
    shop = await shop_with(*UNTIL_RESERVED, replaced={"payments": NoBank()})
    await run(shop, "ProcessPayment")
    assert await listed(shop) == [OrderStatus.RESERVED]


@pytest.mark.parametrize("rows", [MemoryRows(), NoRows()], ids=["rows", "no rows"])
async def test_the_failure_itself_is_told_whether_or_not_it_could_be_listed(rows):
    shop = await shop_with(*UNTIL_RESERVED, replaced={"payments": NoBank()}, rows=rows)
    answer = await run(shop, "ProcessPayment")
    assert answer.failure is not None
    assert answer.failure.code is FailureCode.STORE_UNAVAILABLE


async def test_a_status_that_passes_in_a_moment_is_not_written():
    shop = await shop_with(*UNTIL_RESERVED)
    await run(shop, "ProcessPayment")
    assert await listed(shop) == []
