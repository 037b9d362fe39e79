"""Counting in any order, and in any parts, comes to the same."""

import json
import random

from hypothesis import given
from hypothesis import strategies as some

from shared.domain.money import Money
from shared.domain.order.values import PricedLine
from shared.plain import from_plain
from shared.reports.compose import compose
from shared.reports.json_file import json_file
from shared.reports.tally import EXAMPLES, Tally
from tests.reports.past import WEEK, Telling, facts, moment, sold
from tests.reports.scene import counted, orders

STORIES = list(orders().items())


def tally_of(stories) -> Tally:
    return counted(dict(stories))


@given(some.permutations(STORIES), some.integers(0, len(STORIES)))
def test_no_order_of_counting_and_no_slices_show(stories, cut):
    total = Tally()
    for part in (stories[cut:], stories[:cut]):
        total.add(tally_of(part))
    assert json_file(total) == json_file(tally_of(STORIES))
    assert json_file(compose(WEEK, total, total)) == json_file(
        compose(WEEK, tally_of(STORIES), tally_of(STORIES))
    )


def test_a_tally_survives_its_file():
    tally = tally_of(STORIES)
    assert json_file(from_plain(Tally, json.loads(json_file(tally)))) == json_file(tally)


def test_only_some_orders_are_named_behind_a_number():
    tally = Tally()
    for number in range(20):
        at = moment(1, minutes=number)
        telling = Telling(at).placed(f"o-{number:02d}").failed("out_of_stock")
        tally.add_order(facts(f"o-{number:02d}", at, telling.story))
    cases = tally.failures["out_of_stock"]
    assert cases.count == 20
    assert cases.orders == tuple(f"o-{number:02d}" for number in range(EXAMPLES))


def test_a_product_has_the_name_of_its_newest_order():
    old, new = (PricedLine("MUG", name, 1, Money(1, "EUR")) for name in ("Cup", "Big mug"))
    tally = Tally()
    tally.add_order(facts("b", moment(2), sold("b", moment(2), new)))
    tally.add_order(facts("a", moment(1), sold("a", moment(1), old)))
    assert (tally.products["MUG"].name, tally.products["MUG"].units) == ("Big mug", 2)


def test_an_order_nobody_can_read_was_placed_all_the_same():
    tally = Tally()
    tally.add_unreadable("odd", moment(1, 9))
    report = compose(WEEK, tally, Tally())
    assert report.orders.value == 1
    assert (report.unreadable.orders.value, report.unreadable.order_ids) == (1, ("odd",))
    assert sum(each.orders.value for each in report.outcomes) == 0


def test_thousands_of_orders_take_no_more_room_than_their_products_and_their_digits():
    chance = random.Random(47)  # noqa: S311 - durations, not secrets
    tally = Tally()
    for number in range(3_000):
        order_id, at = f"{number:032x}", moment(1, 0, milliseconds=chance.randrange(86_400_000))
        telling = Telling(at).placed(order_id).validated(milliseconds=chance.randrange(10**4))
        tally.add_order(facts(order_id, at, telling.reserved().paid(milliseconds=1).story))
    assert len(json_file(tally)) < 40_000
