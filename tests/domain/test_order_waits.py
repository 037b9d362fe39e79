"""An order that waits: for somebody's approval, for its last undo steps, for its confirmation."""

from datetime import timedelta

import pytest

from shared.domain import errors
from shared.domain.order import commands, events
from shared.domain.order.state import OrderStatus
from tests.domain import scenes as the
from tests.given import AN_ORDER, NOW

UNTIL_RESERVED = (the.PLACED, the.VALIDATED, the.RESERVED)
UNTIL_ASKED = (*UNTIL_RESERVED, the.EXTENDED, the.ASKED)
UNTIL_PARKED = (
    *UNTIL_RESERVED,
    the.PAID,
    the.RELEASED,
    events.CompensationFailed((), (), "stuck", the.ENDING),
)


def test_an_approval_is_asked_for_once_and_the_units_are_held_beyond_its_deadline():
    reserved = AN_ORDER.given(*UNTIL_RESERVED)
    reserved.when(the.ASK).then(the.EXTENDED, the.ASKED)
    asked = AN_ORDER.given(*UNTIL_ASKED)
    assert asked.state.status is OrderStatus.AWAITING_APPROVAL
    assert asked.state.reserved_until == the.LONG_EXPIRY
    asked.when(the.ASK).decides_nothing()


def test_nothing_is_paid_while_the_approval_is_pending_or_after_it_was_declined():
    asked = AN_ORDER.given(*UNTIL_ASKED)
    asked.when(the.PAY).is_refused(errors.OrderNotReady)
    asked.given(the.DECLINED).when(the.PAY).is_refused(errors.OrderNotReady)


def test_an_approved_order_goes_on_where_it_was():
    asked = AN_ORDER.given(*UNTIL_ASKED)
    asked.when(the.APPROVE).then(the.APPROVED)
    asked.given(the.APPROVED).when(the.PAY).then(the.PAID)


def test_the_first_decision_counts():
    approved = AN_ORDER.given(*UNTIL_ASKED, the.APPROVED)
    approved.when(the.APPROVE).decides_nothing()
    approved.when(the.DECLINE).is_refused(errors.AlreadyRecorded)


def test_nobody_decides_on_an_order_that_does_not_ask():
    AN_ORDER.given(*UNTIL_RESERVED).when(the.APPROVE).is_refused(errors.OrderNotReady)


@pytest.mark.parametrize(
    ("more", "at", "awaits"),
    [
        ((), NOW, True),
        ((), the.DEADLINE, False),
        ((the.APPROVED,), NOW, False),
        ((the.DECLINED,), NOW, False),
        ((the.RELEASED,), NOW, False),
    ],
)
def test_an_approval_is_pending_until_it_is_given_too_late_or_of_no_use(more, at, awaits):
    assert AN_ORDER.given(*UNTIL_ASKED, *more).state.awaits_approval(at) is awaits


def test_a_reservation_is_only_ever_extended():
    reserved = AN_ORDER.given(*UNTIL_RESERVED)
    reserved.when(the.EXTEND).then(the.EXTENDED)
    sooner = commands.ExtendReservation(NOW + timedelta(minutes=1))
    reserved.when(sooner).decides_nothing()


def test_an_order_that_holds_no_stock_cannot_hold_it_longer():
    for events_so_far in ((the.PLACED, the.VALIDATED), (*UNTIL_RESERVED, the.RELEASED)):
        AN_ORDER.given(*events_so_far).when(the.EXTEND).is_refused(errors.OrderNotReady)


def test_a_parked_order_ends_as_it_was_going_to_once_the_rest_is_undone():
    parked = AN_ORDER.given(*UNTIL_PARKED)
    assert parked.state.ending == the.ENDING
    parked.when(the.FAIL).is_refused(errors.UndoIncomplete)
    parked.when(the.REFUND).then(the.REFUNDED)
    refunded = parked.given(the.REFUNDED)
    refunded.when(the.FAIL).then(the.FAILED)
    assert refunded.given(the.FAILED).state.at_stake == ()


def test_a_parked_order_may_be_parked_again_and_counts_how_often():
    parked = AN_ORDER.given(*UNTIL_PARKED)
    (again,) = parked.when(the.PARK).events
    assert parked.given(again).state.parkings == 2
    parked.given(again).when(the.PARK).decides_nothing()


def test_a_parked_order_that_learns_of_a_payment_while_refunding_it_stays_parked():
    parked = AN_ORDER.given(*UNTIL_RESERVED, events.CompensationFailed((), (), "stuck", the.ENDING))
    parked.when(the.REFUND).then(the.PAID, the.REFUNDED)
    assert parked.given(the.PAID, the.REFUNDED).state.is_parked


def test_a_parked_order_never_goes_forward():
    for command in (the.SHIP, the.COMPLETE, the.ASK):
        AN_ORDER.given(*UNTIL_PARKED).when(command).is_refused(errors.OrderAlreadyFinal)


def test_a_confirmation_may_come_after_the_completion_once():
    completed = AN_ORDER.given(
        *UNTIL_RESERVED, the.PAID, the.SHIPPED, events.ConfirmationParked("no mail"), the.COMPLETED
    )
    completed.when(the.CONFIRM_LATE).then(the.CONFIRMED)
    completed.given(the.CONFIRMED).when(the.CONFIRM_LATE).decides_nothing()
    AN_ORDER.given(*UNTIL_RESERVED).when(the.CONFIRM_LATE).is_refused(errors.OrderNotReady)
