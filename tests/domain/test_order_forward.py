"""An order goes forward one step at a time, and tells everyone who is too early or too late."""

import pytest

from shared.domain.errors import (
    AlreadyRecorded,
    OrderAlreadyFinal,
    OrderBeingUndone,
    OrderIdTaken,
    OrderNotFound,
    OrderNotReady,
)
from shared.domain.money import Money
from shared.domain.order import commands, events
from shared.domain.order.evolve import evolve
from tests.domain import scenes as the
from tests.given import AN_ORDER, NOW

UNTIL_PAID = (the.PLACED, the.VALIDATED, the.RESERVED, the.PAID)


def test_a_new_order_is_placed():
    AN_ORDER.when(the.PLACE).then(the.PLACED)


def test_an_id_serves_one_order_only():
    other = commands.PlaceOrder(
        "order-1", "cust-2", the.PLACE.lines, "pm_card_ok", the.ADDRESS, NOW
    )
    AN_ORDER.given(the.PLACED).when(other).is_refused(OrderIdTaken)


def test_an_order_nobody_placed_takes_no_step():
    AN_ORDER.when(the.VALIDATE).is_refused(OrderNotFound)


def test_a_placed_order_is_validated_at_catalogue_prices():
    AN_ORDER.given(the.PLACED).when(the.VALIDATE).then(the.VALIDATED)


def test_a_validated_order_is_reserved():
    AN_ORDER.given(the.PLACED, the.VALIDATED).when(the.RESERVE).then(the.RESERVED)


def test_a_reserved_order_is_paid():
    AN_ORDER.given(the.PLACED, the.VALIDATED, the.RESERVED).when(the.PAY).then(the.PAID)


def test_a_paid_order_is_shipped():
    AN_ORDER.given(*UNTIL_PAID).when(the.SHIP).then(the.SHIPPED)


def test_a_shipped_order_is_completed_when_its_confirmation_was_sent():
    shipped = AN_ORDER.given(*UNTIL_PAID, the.SHIPPED)
    shipped.when(the.COMPLETE).then(the.CONFIRMED, the.COMPLETED)


def test_a_confirmation_that_cannot_be_sent_is_parked_and_the_order_completes():
    shipped = AN_ORDER.given(*UNTIL_PAID, the.SHIPPED)
    parked = events.ConfirmationParked("no mail server")
    shipped.when(commands.CompleteOrder("no mail server")).then(parked, the.COMPLETED)


@pytest.mark.parametrize("reason", ["too slow", ""])
def test_a_cancel_past_the_pivot_is_recorded_as_refused(reason):
    shipped = AN_ORDER.given(*UNTIL_PAID, the.SHIPPED)
    refused = events.CancellationRefused(reason)
    command = commands.CompleteOrder(refused=reason)
    shipped.when(command).then(the.CONFIRMED, refused, the.COMPLETED)


@pytest.mark.parametrize(
    ("command", "happened"),
    [
        (the.RESERVE, (the.PLACED,)),
        (the.PAY, (the.PLACED, the.VALIDATED)),
        (the.SHIP, (the.PLACED, the.VALIDATED, the.RESERVED)),
        (the.COMPLETE, UNTIL_PAID),
    ],
)
def test_a_step_waits_for_the_one_before_it(command, happened):
    AN_ORDER.given(*happened).when(command).is_refused(OrderNotReady)


def test_a_second_payment_under_another_reference_is_refused():
    other = commands.RecordPayment("pay-2", the.TOTAL)
    AN_ORDER.given(*UNTIL_PAID).when(other).is_refused(AlreadyRecorded, "pay-1.*pay-2")


def test_a_second_parcel_under_another_reference_is_refused():
    other = commands.RecordShipment("shp-2", "TRK-2", "Sandbox Parcel")
    AN_ORDER.given(*UNTIL_PAID, the.SHIPPED).when(other).is_refused(AlreadyRecorded)


def test_an_order_that_is_being_undone_does_not_go_forward():
    undone = AN_ORDER.given(the.PLACED, the.VALIDATED, the.RESERVED, the.RELEASED)
    undone.when(the.PAY).is_refused(OrderBeingUndone)


def test_a_cancelled_order_refuses_payment():
    cancelled = AN_ORDER.given(the.PLACED, the.VALIDATED, the.RESERVED, the.RELEASED, the.CANCELLED)
    cancelled.when(the.PAY).is_refused(OrderAlreadyFinal)


def test_prices_of_validation_stay_when_the_catalogue_changes_later():
    dearer = commands.ValidateOrder((the.MUG, the.TEE.__class__("TEE", "T", Money(9, "EUR"))))
    AN_ORDER.given(the.PLACED, the.VALIDATED).when(dearer).decides_nothing()


def test_a_stream_that_does_not_begin_with_the_placing_is_damaged():
    with pytest.raises(ValueError, match="damaged"):
        evolve(None, the.VALIDATED)


@pytest.mark.parametrize(
    ("command", "event"),
    [
        (the.PLACE, the.PLACED),
        (the.VALIDATE, the.VALIDATED),
        (the.RESERVE, the.RESERVED),
        (the.PAY, the.PAID),
        (the.SHIP, the.SHIPPED),
    ],
)
def test_a_step_that_was_taken_is_not_taken_again(command, event):
    life = (*UNTIL_PAID, the.SHIPPED)
    AN_ORDER.given(*life[: life.index(event) + 1]).when(command).decides_nothing()
    AN_ORDER.given(*life, the.CONFIRMED, the.COMPLETED).when(command).decides_nothing()
