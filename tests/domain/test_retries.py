"""A retried command decides nothing, whatever happened before it; and other laws of every story."""

from dataclasses import replace
from datetime import timedelta
from functools import reduce

from hypothesis import given
from hypothesis import strategies as st

from shared.application.aggregates import ORDER, PRODUCT, STOCK
from shared.domain.errors import Refusal
from shared.domain.money import Money
from shared.domain.order import commands
from shared.domain.order.values import Outcome, Undo
from shared.domain.product import DefineProduct
from shared.domain.stock import AdjustStock, HoldUnits, ReleaseUnits, ReserveUnits, ShipUnits
from tests.domain import scenes as the
from tests.given import NOW

reasons = st.sampled_from(["", "one reason", "another"])
order_commands = st.one_of(
    st.sampled_from([the.PLACE, the.VALIDATE, the.RESERVE, the.RELEASE]),
    st.builds(commands.RecordPayment, st.sampled_from(["pay-1", "pay-2"]), st.just(the.TOTAL)),
    st.builds(commands.RecordRefund, st.sampled_from(["pay-1", "pay-2"]), st.just(the.TOTAL)),
    st.builds(
        commands.RecordShipment, st.sampled_from(["s1", "s2"]), st.just("TRK"), st.just("Parcel")
    ),
    st.builds(commands.RecordShipmentCancelled, st.sampled_from(["s1", "s2"])),
    st.builds(commands.CompleteOrder, st.none() | reasons, st.none() | reasons),
    st.builds(commands.FailOrder, reasons, reasons, st.booleans()),
    st.builds(commands.CancelOrder, reasons),
    st.builds(
        commands.ParkOrder,
        st.lists(st.sampled_from(Undo)).map(tuple),
        reasons,
        st.builds(Outcome, reasons, reasons),
    ),
    st.builds(commands.RecordDecision, st.booleans(), reasons, reasons),
    st.sampled_from([the.ASK, the.EXTEND, the.CONFIRM_LATE]),
)
order_ids = st.sampled_from(["order-1", "order-2", "order-3"])
moments = st.integers(0, 120).map(lambda minutes: NOW + timedelta(minutes=minutes))
stock_commands = st.one_of(
    st.builds(AdjustStock, st.sampled_from(["a", "b", "c", "d"]), st.integers(-5, 20), reasons),
    st.builds(ReserveUnits, order_ids, st.integers(1, 9), moments),
    st.builds(HoldUnits, order_ids, moments),
    st.builds(ReleaseUnits, order_ids),
    st.builds(ShipUnits, order_ids),
)
definitions = st.builds(
    DefineProduct,
    st.just("MUG"),
    st.sampled_from(["Mug", "Cup"]),
    st.builds(Money, st.integers(0, 3), st.just("EUR")),
)


def live(kind, state, command, now=NOW):
    """One command: the state after it, unless it was refused."""
    try:
        return reduce(kind.evolve, kind.decide(state, command, now), state)
    except Refusal:
        return None


def assert_a_retry_decides_nothing(kind, story):
    state = kind.initial
    for command, now in story:
        after = live(kind, state, command, now)
        if after is not None or not isinstance(kind.initial, type(None)):
            state = state if after is None else after
        if after is not None:
            assert kind.decide(after, command, now) == []
    return state


@given(st.lists(order_commands, max_size=25))
def test_a_retried_command_to_an_order_decides_nothing(story):
    assert_a_retry_decides_nothing(ORDER, [(the.PLACE, NOW), *((each, NOW) for each in story)])


@given(st.lists(st.tuples(stock_commands, moments), max_size=25))
def test_a_retried_command_to_a_stock_decides_nothing(story):
    assert_a_retry_decides_nothing(STOCK, story)


@given(st.lists(definitions, max_size=10))
def test_a_retried_definition_of_a_product_decides_nothing(story):
    assert_a_retry_decides_nothing(PRODUCT, [(each, NOW) for each in story])


@given(st.lists(st.tuples(stock_commands, moments), max_size=40))
def test_a_stock_never_promises_more_than_it_has(story):
    state = STOCK.initial
    clock = NOW
    for command, moment in story:
        clock = max(clock, moment)
        state = live(STOCK, state, command, clock) or state
        assert state.on_hand >= 0
        assert state.reserved(clock) <= state.on_hand


@given(st.lists(order_commands, max_size=40))
def test_a_final_order_holds_neither_money_nor_stock_unless_it_is_parked_or_completed(story):
    order = live(ORDER, ORDER.initial, the.PLACE)
    for command in story:
        before, order = order, live(ORDER, order, command) or order
        ended = before.is_final and not before.is_parked
        assert not ended or replace(order, confirmation_sent=before.confirmation_sent) == before
    if order.status in ("failed", "cancelled"):
        assert not order.holds_something
    if order.status == "completed":
        assert order.payment
        assert order.is_shipped
        assert not order.is_being_undone
