"""The figures of a report: shares, averages, the best ten, and the week before."""

import pytest

from shared.domain.money import Money
from shared.domain.order.values import PricedLine
from shared.reports.compose import TOP, compose, share
from shared.reports.headline import headline
from shared.reports.tally import Tally
from tests.reports.past import WEEK, facts, moment, sold
from tests.reports.scene import report, report_of_nothing


def test_money_stays_apart_by_currency():
    euro, yen = report().money
    assert (euro.currency, yen.currency) == ("EUR", "JPY")
    assert euro.captured.value - euro.refunded.value == euro.revenue.value == 20299
    assert yen.revenue.value == 4500


def test_an_average_is_one_of_paid_orders_and_rounded_half_up():
    tally = Tally()
    for number, price in enumerate((1, 2)):
        line = PricedLine("MUG", "Mug", 1, Money(price, "EUR"))
        tally.add_order(facts(f"o{number}", moment(1), sold(f"o{number}", moment(1), line)))
    (money,) = compose(WEEK, tally, Tally()).money
    assert (money.average_order.value, money.average_order.before) == (2, None)


def test_orders_add_up_to_those_placed():
    made = report()
    assert made.orders.value == sum(each.orders.value for each in made.outcomes) == 13
    assert sum(each.value for each in made.by_day) == sum(each.value for each in made.by_hour) == 13


def test_the_last_millisecond_of_sunday_belongs_to_the_week():
    assert report().by_day[6].value == 2
    assert report().by_hour[23].value == 2


def test_the_best_ten_are_ranked_by_units_and_then_by_sku():
    tally = Tally()
    for number in range(12):
        line = PricedLine(f"SKU-{number:02d}", "Mug", 1 + (number == 11), Money(1, "EUR"))
        order_id = f"o{number}"
        tally.add_order(facts(order_id, moment(1), sold(order_id, moment(1), line)))
    skus = [each.sku for each in compose(WEEK, tally, Tally()).products]
    assert skus == ["SKU-11", *(f"SKU-{number:02d}" for number in range(TOP - 1))]


def test_what_ended_with_the_week_before_is_still_compared():
    made = compose(WEEK, Tally(), _with_letter("upload-events"))
    (queue,) = made.queues
    assert (queue.messages.value, queue.messages.before) == (0, 1)


def test_a_week_of_nothing_has_no_shares_and_no_percentiles():
    made = report_of_nothing()
    assert {each.share.value for each in made.outcomes} == {None}
    assert {each.p95.value for each in made.steps} == {None}
    assert made.busiest_day.value is made.busiest_hour.value is None
    assert headline(made).completed_share.value is None


@pytest.mark.parametrize(
    ("part", "whole", "told"),
    [(1, 3, 0.3333), (2, 3, 0.6667), (1, 20_000, 0.0001), (0, 5, 0.0), (5, 5, 1.0)],
)
def test_a_share_has_four_digits_rounded_half_up(part, whole, told):
    assert share(part, whole) == told


def _with_letter(queue: str) -> Tally:
    tally = Tally()
    tally.add_dead_letter(queue)
    return tally
