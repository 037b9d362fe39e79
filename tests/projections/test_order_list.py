"""The lists of orders: every filter, page by page, while orders come and move."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest

from shared.azure_tables import Tables
from shared.domain.order.evolve import evolve
from shared.domain.order.state import Order, OrderStatus
from shared.projections.azure_tables import AzureTablesRows
from shared.projections.newest_first import Period
from shared.projections.order_list import MODEL, OrderFilter, OrderList, view_of
from shared.projections.rows import MemoryRows, Rows
from shared.projections.views import Views
from shared.storage_account import StorageAccount
from tests.domain import scenes as the
from tests.given import NOW

_numbers = count(1)
ALL = OrderFilter()


def order(name: str, minute: float = 0, customer: str = "ada", *events: Any) -> Order:
    """An order placed in this minute, to which these events have happened."""
    placed_at = NOW + timedelta(minutes=minute)
    placed = replace(the.PLACED, order_id=name, customer_id=customer, placed_at=placed_at)
    state: Order | None = Order(placed)
    for event in events:
        state = evolve(state, event)
    assert state
    return state


async def show(rows: Rows, *orders: Order, version: int = 1) -> None:
    for each in orders:
        await Views(rows).show(MODEL, view_of(each, version))


async def names(rows: Rows, wanted: OrderFilter = ALL, limit: int = 10, cursor=None) -> list[str]:
    found = await OrderList(Views(rows)).page(wanted, limit, cursor)
    return [row.document["orderId"] for row in found]


def minute(number: float) -> datetime:
    return NOW + timedelta(minutes=number)


class OrderListContract:
    async def test_the_newest_order_comes_first(self, rows):
        await show(rows, order("b", 2), order("c", 3), order("a", 1))
        assert await names(rows) == ["c", "b", "a"]

    async def test_orders_of_one_millisecond_have_an_order_too(self, rows):
        await show(rows, order("y"), order("x"))
        assert await names(rows) == ["x", "y"]

    async def test_every_filter_and_both_together(self, rows):
        done = (the.VALIDATED, the.CANCELLED)
        await show(
            rows, order("a", 1, "ada"), order("b", 2, "bob", *done), order("c", 3, "ada", *done)
        )
        cancelled = OrderStatus.CANCELLED
        assert await names(rows, OrderFilter("ada")) == ["c", "a"]
        assert await names(rows, OrderFilter(status=cancelled)) == ["c", "b"]
        assert await names(rows, OrderFilter("ada", cancelled)) == ["c"]
        assert await names(rows, OrderFilter("bob", OrderStatus.PAID)) == []

    async def test_a_customer_whose_name_begins_like_anothers_is_somebody_else(self, rows):
        await show(rows, order("a", 1, "ada"), order("b", 2, "ada2"), order("c", 3, "ada.x"))
        assert await names(rows, OrderFilter("ada")) == ["a"]

    async def test_a_customer_called_star_sees_nothing_of_others(self, rows):
        await show(rows, order("a", 1, "ada"))
        assert await names(rows, OrderFilter("*")) == []

    async def test_a_period_holds_its_beginning_and_not_its_end(self, rows):
        await show(rows, *(order(f"o{number}", number) for number in range(5)))
        wanted = OrderFilter(placed=Period(minute(1), minute(3)))
        assert await names(rows, wanted) == ["o2", "o1"]
        assert await names(rows, OrderFilter(placed=Period(after=minute(3)))) == ["o4", "o3"]
        assert await names(rows, OrderFilter(placed=Period(before=minute(1)))) == ["o0"]

    async def test_a_bound_inside_a_millisecond_lies_behind_it(self, rows):
        await show(rows, order("a"))
        later = NOW + timedelta(microseconds=300)
        assert await names(rows, OrderFilter(placed=Period(after=later))) == []
        assert await names(rows, OrderFilter(placed=Period(before=later))) == ["a"]

    async def test_an_order_that_moves_is_in_one_status_only(self, rows):
        await show(rows, order("a"))
        await show(rows, order("a", 0, "ada", the.VALIDATED, the.RESERVED), version=3)
        found = {status: await names(rows, OrderFilter(status=status)) for status in OrderStatus}
        assert [status for status, orders in found.items() if orders] == [OrderStatus.RESERVED]

    async def test_pages_neither_repeat_nor_skip_while_orders_come_in(self, rows):
        await show(rows, *(order(f"o{number}", number) for number in range(7)))
        seen, cursor = [], None
        while found := await OrderList(Views(rows)).page(ALL, 2, cursor):
            seen += [row.document["orderId"] for row in found]
            cursor = found[-1].place
            await show(rows, order(f"late{len(seen)}", 100 + len(seen)))
        assert seen == [f"o{number}" for number in reversed(range(7))]


class TestOrderListInMemory(OrderListContract):
    @pytest.fixture
    def rows(self) -> MemoryRows:
        return MemoryRows()


class TestOrderListOnAzureTables(OrderListContract):
    @pytest.fixture
    async def rows(self, azurite: str) -> AsyncIterator[AzureTablesRows]:
        tables = Tables(StorageAccount(azurite), f"orderlist{next(_numbers)}")
        yield AzureTablesRows(tables)
        await tables.close()
