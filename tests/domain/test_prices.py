"""What an order costs, and why it may cost nothing at all."""

import dataclasses

import pytest

from shared.domain.errors import CurrenciesDiffer, OrderInvalid, OrderNotReady
from shared.domain.money import Money
from shared.domain.order.pricing import price
from shared.domain.order.values import RequestedLine
from tests.domain import scenes as the
from tests.given import AN_ORDER


def test_the_total_is_the_sum_of_quantity_times_price():
    assert price(the.PLACE.lines, [the.TEE, the.MUG]) == the.VALIDATED


def test_every_fault_of_an_order_is_named_at_once():
    dollars = dataclasses.replace(the.TEE, price=Money(1, "USD"))
    lines = (*the.PLACE.lines, RequestedLine("NIX", 1), RequestedLine("NADA", 1))
    with pytest.raises(OrderInvalid) as refused:
        price(lines, [the.MUG, dollars])
    for fault in ("unknown sku NIX", "unknown sku NADA", "EUR and USD"):
        assert fault in refused.value.detail


def test_an_order_without_lines_is_invalid():
    with pytest.raises(OrderInvalid, match="no lines"):
        price((), [the.MUG])


def test_nothing_is_due_before_the_prices_are_known():
    assert AN_ORDER.given(the.PLACED, the.VALIDATED).state.due == the.TOTAL
    with pytest.raises(OrderNotReady):
        _ = AN_ORDER.given(the.PLACED).state.due


def test_amounts_of_two_currencies_do_not_add_up():
    with pytest.raises(CurrenciesDiffer, match="EUR and USD"):
        Money(1, "EUR") + Money(1, "USD")
