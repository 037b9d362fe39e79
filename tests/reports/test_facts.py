"""What an order's events tell a report."""

from datetime import timedelta

import pytest

from shared.domain.money import Money
from shared.domain.order import events
from shared.reports.facts import End, Step, facts_of
from tests.reports.past import Telling, moment, sold

AT = moment(3)
TOTAL = Money(4900, "EUR")


def told(telling: Telling):
    return facts_of("o", AT, telling.story)


def order() -> Telling:
    return Telling(AT).placed("o").validated().reserved()


def test_a_completed_order_is_paid_and_its_steps_are_timed():
    facts = facts_of("o", AT, sold("o", AT))
    assert (facts.end, facts.code, facts.is_paid) == (End.COMPLETED, None, True)
    assert facts.captured == (TOTAL,)
    assert facts.steps[Step.WHOLE] == timedelta(seconds=5)
    assert Step.APPROVED not in facts.steps


def test_an_approval_is_timed_by_itself_and_not_as_payment():
    facts = told(order().approved(hours=5).paid(seconds=3))
    assert facts.steps[Step.APPROVED] == timedelta(hours=5)
    assert facts.steps[Step.PAID] == timedelta(seconds=3)


def test_an_approval_nobody_gave_has_no_time():
    telling = order().then(events.ApprovalRequested(AT)).failed("approval_timed_out")
    facts = told(telling)
    assert (facts.end, facts.code) == (End.FAILED, "approval_timed_out")
    assert Step.APPROVED not in facts.steps


def test_a_cancel_after_payment_is_captured_and_refunded():
    facts = told(order().paid().refunded().cancelled())
    assert (facts.end, facts.is_paid) == (End.CANCELLED, False)
    assert (facts.captured, facts.refunded) == ((TOTAL,), (TOTAL,))


def test_a_parked_order_keeps_the_money_until_it_is_undone():
    assert told(order().paid().parked()).is_paid
    later = told(order().paid().parked().refunded().failed("shipment_failed"))
    assert (later.end, later.code, later.is_paid) == (End.FAILED, "shipment_failed", False)


def test_an_order_on_its_way_is_open():
    assert told(order().paid()).end is End.OPEN


def test_an_order_whose_events_came_after_the_cut_off_was_just_accepted():
    facts = facts_of("o", AT, [])
    assert (facts.end, facts.lines, facts.steps, facts.is_paid) == (End.OPEN, (), {}, False)


def test_a_stream_that_does_not_begin_with_its_order_is_refused():
    with pytest.raises(ValueError, match="before OrderPlaced"):
        facts_of("o", AT, [(AT, events.OrderCompleted())])
