"""One week with an order of every kind, and a quieter one before it."""

from datetime import timedelta

from shared.domain.money import Money
from shared.domain.order.values import PricedLine
from shared.reports.compose import compose
from shared.reports.report import Report
from shared.reports.tally import Tally
from shared.reports.week import IsoWeek
from tests.reports.past import MUG, TEE, WEEK, Story, Telling, facts, moment, sold

YEN = PricedLine("YEN", "Tea bowl", 3, Money(1500, "JPY"))
SCRIPT = PricedLine("SCRIPT", '<script>alert("1")</script> & <b>Co</b>', 1, Money(999, "EUR"))
HEBREW = PricedLine("HEB", "ספל \u202eקרמיקה", 1, Money(4200, "EUR"))  # noqa: RUF001 - Hebrew
FORMULA = PricedLine("CALC", '=HYPERLINK("http://x","y")', 4, Money(100, "EUR"))
DEAD_LETTERS = {"data-processing-queue": 3, "=upload-events": 1}


def orders() -> dict[str, Story]:
    """The week's orders by their ids."""
    first, last = moment(1, 0), WEEK.ends_at - timedelta(milliseconds=1)
    return {
        "o-first": sold("o-first", first, MUG),
        "o-last": sold("o-last", last, TEE),
        "o-yen": sold("o-yen", moment(2, 9), YEN),
        "o-script": sold("o-script", moment(3, 9, minutes=59), SCRIPT, HEBREW),
        "o-calc": sold("o-calc", moment(3, 10), FORMULA),
        "o-slow": Telling(moment(4, 10))
        .placed("o-slow")
        .validated()
        .reserved()
        .approved(hours=26)
        .paid(seconds=2)
        .shipped(minutes=3)
        .completed(milliseconds=1234)
        .story,
        "o-declined": Telling(moment(4, 11))
        .placed("o-declined")
        .validated()
        .reserved()
        .approved(approved=False, hours=2)
        .failed("approval_declined")
        .story,
        "o-out": Telling(moment(5)).placed("o-out").validated().failed("out_of_stock").story,
        "o-out-2": Telling(moment(5, 13))
        .placed("o-out-2")
        .validated()
        .failed("out_of_stock")
        .story,
        "o-broke": Telling(moment(5))
        .placed("o-broke")
        .validated()
        .reserved()
        .failed("payment_failed")
        .story,
        "o-changed": Telling(moment(6))
        .placed("o-changed")
        .validated()
        .reserved()
        .paid()
        .refunded()
        .cancelled()
        .story,
        "o-parked": Telling(moment(6))
        .placed("o-parked")
        .validated()
        .reserved()
        .paid()
        .parked()
        .story,
        "o-open": Telling(moment(7, 23)).placed("o-open").validated().reserved().paid(days=1).story,
    }


def orders_before() -> dict[str, Story]:
    """Those of the week before."""
    week = WEEK.previous
    return {
        "b-good": sold("b-good", moment(1, 9, week=week), MUG, TEE),
        "b-yen": sold("b-yen", moment(2, 9, week=week), YEN),
        "b-out": Telling(moment(3, week=week)).placed("b-out").failed("out_of_stock").story,
    }


def counted(stories: dict[str, Story]) -> Tally:
    """The tally of these orders, as they stand at the cut-off of their week."""
    tally = Tally()
    for order_id, story in stories.items():
        placed_at = story[0][0]
        cut_off = IsoWeek.of(placed_at).cut_off
        known = [(at, event) for at, event in story if at <= cut_off]
        tally.add_order(facts(order_id, placed_at, known))
    return tally


def report() -> Report:
    """The report of the week."""
    tally = counted(orders())
    for queue, count in DEAD_LETTERS.items():
        for _ in range(count):
            tally.add_dead_letter(queue)
    return compose(WEEK, tally, counted(orders_before()))


def report_of_nothing() -> Report:
    """The report of a week without an order, after another one."""
    return compose(WEEK, Tally(), Tally())
