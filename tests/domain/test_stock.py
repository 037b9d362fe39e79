"""Units on the shelf, and who has a claim on them."""

from datetime import timedelta

from shared.domain.errors import InsufficientStock
from shared.domain.stock import (
    REMEMBERED_ADJUSTMENTS,
    AdjustStock,
    HoldUnits,
    ReleaseUnits,
    ReserveUnits,
    ShipUnits,
    StockAdjusted,
    UnitsReleased,
    UnitsReserved,
    UnitsShipped,
)
from tests.given import A_STOCK, NOW

SOON = NOW + timedelta(minutes=30)
LATER = NOW + timedelta(hours=1)
FIVE = StockAdjusted("a", 5, "delivery")
HELD = UnitsReserved("order-1", 3, SOON)


def test_a_delivery_raises_the_stock():
    A_STOCK.when(AdjustStock("a", 5, "delivery")).then(FIVE)


def test_an_adjustment_of_nothing_decides_nothing():
    A_STOCK.when(AdjustStock("a", 0, "count")).decides_nothing()


def test_the_stock_never_falls_below_what_is_reserved():
    held = A_STOCK.given(FIVE, HELD)
    held.when(AdjustStock("b", -3, "broken")).is_refused(InsufficientStock)
    held.when(AdjustStock("b", -2, "broken")).then(StockAdjusted("b", -2, "broken"))


def test_only_so_many_adjustments_are_remembered():
    many = [StockAdjusted(f"a{number}", 1, "x") for number in range(REMEMBERED_ADJUSTMENTS + 5)]
    assert len(A_STOCK.given(*many).state.adjustments) == REMEMBERED_ADJUSTMENTS


def test_free_units_are_reserved():
    A_STOCK.given(FIVE).when(ReserveUnits("order-1", 3, SOON)).then(HELD)


def test_units_promised_to_others_are_not_reserved():
    held = A_STOCK.given(FIVE, HELD)
    held.when(ReserveUnits("order-2", 3, SOON)).is_refused(InsufficientStock, "2 free, 3 wanted")


def test_an_expired_reservation_of_another_order_holds_nothing_back():
    later = A_STOCK.given(FIVE, HELD).at(LATER)
    wanted = ReserveUnits("order-2", 5, LATER + timedelta(minutes=30))
    later.when(wanted).then(UnitsReserved("order-2", 5, wanted.expires_at))


def test_an_expired_reservation_is_renewed_while_there_are_free_units():
    later = A_STOCK.given(FIVE, HELD).at(LATER)
    again = ReserveUnits("order-1", 3, LATER + timedelta(minutes=30))
    later.when(again).then(UnitsReserved("order-1", 3, again.expires_at))


def test_released_units_are_free_again():
    A_STOCK.given(FIVE, HELD).when(ReleaseUnits("order-1")).then(UnitsReleased("order-1", 3))
    assert A_STOCK.given(FIVE, HELD, UnitsReleased("order-1", 3)).state.available(NOW) == 5


def test_shipped_units_leave_the_shelf_and_the_reservation():
    A_STOCK.given(FIVE, HELD).when(ShipUnits("order-1")).then(UnitsShipped("order-1", 3))
    left = A_STOCK.given(FIVE, HELD, UnitsShipped("order-1", 3)).state
    assert (left.on_hand, left.reservations) == (2, {})


def test_units_of_an_expired_reservation_are_shipped_while_nobody_else_has_them():
    A_STOCK.given(FIVE, HELD).at(LATER).when(ShipUnits("order-1")).then(UnitsShipped("order-1", 3))


def test_units_that_went_to_another_order_meanwhile_cannot_be_shipped():
    taken = A_STOCK.given(FIVE, HELD, UnitsReserved("order-2", 5, LATER + timedelta(hours=1)))
    taken.at(LATER).when(ShipUnits("order-1")).is_refused(InsufficientStock)


def test_nothing_is_released_or_shipped_for_an_order_that_holds_nothing():
    A_STOCK.given(FIVE).when(ReleaseUnits("order-9")).decides_nothing()
    A_STOCK.given(FIVE).when(ShipUnits("order-9")).decides_nothing()


def test_a_reservation_may_be_held_for_longer_and_never_for_less():
    held = A_STOCK.given(FIVE, HELD)
    held.when(HoldUnits("order-1", LATER)).then(UnitsReserved("order-1", 3, LATER))
    longer = held.given(UnitsReserved("order-1", 3, LATER))
    longer.when(HoldUnits("order-1", SOON)).decides_nothing()


def test_nothing_is_held_for_an_order_that_has_nothing():
    A_STOCK.given(FIVE).when(HoldUnits("order-1", LATER)).decides_nothing()


def test_an_expired_reservation_is_held_again_only_while_its_units_are_free():
    expired = A_STOCK.given(FIVE, HELD).at(SOON)
    again = UnitsReserved("order-1", 3, LATER)
    expired.when(HoldUnits("order-1", LATER)).then(again)
    taken = expired.given(UnitsReserved("order-2", 4, LATER))
    taken.when(HoldUnits("order-1", LATER)).is_refused(InsufficientStock, "3 to be held")
