"""An order is taken back step by step, and does not end while it holds anything."""

import pytest

from shared.domain.errors import (
    OrderAlreadyFinal,
    OrderAlreadyShipped,
    OrderNotReady,
    UndoIncomplete,
)
from shared.domain.order import commands, events
from shared.domain.order.state import OrderStatus
from shared.domain.order.values import Outcome, Stake, Undo
from tests.domain import scenes as the
from tests.given import AN_ORDER

UNTIL_PAID = (the.PLACED, the.VALIDATED, the.RESERVED, the.PAID)
UNTIL_SHIPPED = (*UNTIL_PAID, the.SHIPPED)


def test_a_captured_payment_is_refunded():
    AN_ORDER.given(*UNTIL_PAID).when(the.REFUND).then(the.REFUNDED)


def test_a_payment_only_the_gateway_knew_of_is_recorded_with_its_refund():
    reserved = AN_ORDER.given(the.PLACED, the.VALIDATED, the.RESERVED)
    reserved.when(the.REFUND).then(the.PAID, the.REFUNDED)


def test_a_reservation_is_released():
    AN_ORDER.given(the.PLACED, the.VALIDATED, the.RESERVED).when(the.RELEASE).then(the.RELEASED)


def test_releasing_what_was_never_recorded_as_reserved_leaves_no_trace():
    AN_ORDER.given(the.PLACED, the.VALIDATED).when(the.RELEASE).decides_nothing()


@pytest.mark.parametrize("happened", [UNTIL_PAID, UNTIL_SHIPPED])
def test_a_parcel_is_stopped_recorded_or_not(happened):
    AN_ORDER.given(*happened).when(the.STOP_PARCEL).then(the.PARCEL_STOPPED)


@pytest.mark.parametrize("command", [the.REFUND, the.STOP_PARCEL])
def test_nothing_is_taken_back_that_cannot_have_happened_yet(command):
    AN_ORDER.given(the.PLACED, the.VALIDATED).when(command).is_refused(OrderNotReady)


@pytest.mark.parametrize("command", [the.FAIL, the.CANCEL])
@pytest.mark.parametrize(
    "happened",
    [
        (the.PLACED, the.VALIDATED, the.RESERVED),
        (*UNTIL_PAID, the.RELEASED),
        (*UNTIL_SHIPPED, the.PARCEL_STOPPED, the.REFUNDED),
    ],
)
def test_an_order_does_not_end_while_it_holds_stock_or_money(command, happened):
    AN_ORDER.given(*happened).when(command).is_refused(UndoIncomplete)


def test_an_order_does_not_fail_while_its_parcel_is_on_the_way():
    AN_ORDER.given(*UNTIL_SHIPPED).when(the.FAIL).is_refused(UndoIncomplete)


def test_a_shipped_order_refuses_to_be_cancelled():
    AN_ORDER.given(*UNTIL_SHIPPED).when(the.CANCEL).is_refused(OrderAlreadyShipped)


@pytest.mark.parametrize(
    "happened",
    [
        (the.PLACED,),
        (the.PLACED, the.VALIDATED),
        (the.PLACED, the.VALIDATED, the.RESERVED, the.RELEASED),
        (*UNTIL_PAID, the.REFUNDED, the.RELEASED),
        (*UNTIL_SHIPPED, the.PARCEL_STOPPED, the.REFUNDED, the.RELEASED),
    ],
)
def test_an_order_that_holds_nothing_fails_or_is_cancelled(happened):
    AN_ORDER.given(*happened).when(the.FAIL).then(the.FAILED)
    AN_ORDER.given(*happened).when(the.CANCEL).then(the.CANCELLED)


@pytest.mark.parametrize(
    "command",
    [the.COMPLETE, the.FAIL, the.CANCEL, the.PARK, the.REFUND, the.RELEASE, the.STOP_PARCEL],
)
def test_a_final_order_accepts_nothing_new(command):
    ended = events.OrderFailed("internal", "broke", customer_notified=False)
    AN_ORDER.given(*UNTIL_PAID, ended).when(command).is_refused(OrderAlreadyFinal)
    if not isinstance(command, commands.RecordRelease):
        AN_ORDER.given(the.PLACED, ended).when(command).is_refused(OrderAlreadyFinal)


def test_a_parked_order_says_how_much_money_is_at_stake():
    stake = Stake("payment", amount=the.TOTAL, reference="pay-1")
    parked = events.CompensationFailed(
        (Undo.REFUND_PAYMENT,), (stake,), "the gateway is down", the.ENDING
    )
    AN_ORDER.given(*UNTIL_PAID).when(the.PARK).then(parked)


def test_a_parked_order_counts_money_the_gateway_may_have_taken_unrecorded():
    reserved = AN_ORDER.given(the.PLACED, the.VALIDATED, the.RESERVED)
    (parked,) = reserved.when(the.PARK).events
    assert parked.at_stake == (Stake("payment", amount=the.TOTAL),)


def test_a_parked_order_names_every_sku_and_the_parcel():
    undos = (Undo.CANCEL_SHIPMENT, Undo.RELEASE_STOCK)
    command = commands.ParkOrder(undos, "storage is down", the.ENDING)
    (parked,) = AN_ORDER.given(*UNTIL_SHIPPED).when(command).events
    assert parked.at_stake == (
        Stake("shipment", reference="shp-1"),
        Stake("stock", sku="MUG", quantity=2),
        Stake("stock", sku="TEE", quantity=1),
    )
    (unknown,) = AN_ORDER.given(*UNTIL_PAID).when(command).events
    assert unknown.at_stake[0] == Stake("shipment")


@pytest.mark.parametrize(
    ("end", "status", "code"),
    [
        (the.COMPLETED, OrderStatus.COMPLETED, "completed"),
        (the.FAILED, OrderStatus.FAILED, "payment_failed"),
        (the.CANCELLED, OrderStatus.CANCELLED, "cancelled"),
        (
            events.CompensationFailed((), (Stake("payment"),), "stuck", the.ENDING),
            OrderStatus.COMPENSATION_FAILED,
            "compensation_failed",
        ),
    ],
)
def test_a_final_order_carries_its_outcome(end, status, code):
    order = AN_ORDER.given(the.PLACED, end).state
    assert (order.status, order.outcome.code, order.is_final) == (status, code, True)


def test_the_outcome_of_a_cancelled_order_is_the_reason():
    assert AN_ORDER.given(the.PLACED, the.CANCELLED).state.outcome == Outcome(
        "cancelled", "changed my mind"
    )


def test_notes_change_nothing_a_rule_asks_for():
    shipped = AN_ORDER.given(*UNTIL_SHIPPED)
    noted = shipped.given(events.ConfirmationParked("x"), events.CancellationRefused("y"))
    assert noted.state == shipped.state
    assert shipped.given(the.CONFIRMED).state.confirmation_sent
