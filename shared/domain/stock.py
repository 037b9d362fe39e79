"""The stock of one sku: what lies on the shelf and which orders have a claim on it."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import assert_never

from shared.domain.errors import InsufficientStock

REMEMBERED_ADJUSTMENTS = 32  # bounds the state; a retry comes within seconds, not deliveries

# ---- commands --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AdjustStock:
    adjustment_id: str
    delta: int
    reason: str


@dataclass(frozen=True, slots=True)
class ReserveUnits:
    order_id: str
    quantity: int
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class HoldUnits:
    """Hold what the order has on this shelf for longer."""

    order_id: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class ReleaseUnits:
    order_id: str


@dataclass(frozen=True, slots=True)
class ShipUnits:
    order_id: str


StockCommand = AdjustStock | ReserveUnits | HoldUnits | ReleaseUnits | ShipUnits

# ---- events: their names are the storage format (shared/eventstore/codec.py) -------------


@dataclass(frozen=True, slots=True)
class StockAdjusted:
    adjustment_id: str
    delta: int
    reason: str


@dataclass(frozen=True, slots=True)
class UnitsReserved:
    order_id: str
    quantity: int
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class UnitsReleased:
    order_id: str
    quantity: int


@dataclass(frozen=True, slots=True)
class UnitsShipped:
    order_id: str
    quantity: int


StockEvent = StockAdjusted | UnitsReserved | UnitsReleased | UnitsShipped

# ---- state -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Reservation:
    quantity: int
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Stock:
    """An expired reservation holds nothing back, yet stays until its order ships or releases it.

    So a missing reservation always means "done already", and every retry is safe.
    """

    on_hand: int = 0
    reservations: dict[str, Reservation] = field(default_factory=dict)
    adjustments: tuple[str, ...] = ()

    def reserved(self, now: datetime, *, but: str = "") -> int:
        """Units that live reservations hold, those of order `but` left out."""
        return sum(
            held.quantity
            for order_id, held in self.reservations.items()
            if held.expires_at > now and order_id != but
        )

    def available(self, now: datetime, *, but: str = "") -> int:
        """Units an order may still take; never below zero."""
        return max(0, self.on_hand - self.reserved(now, but=but))


initial = Stock()

# ---- decide ----------------------------------------------------------------------------


def decide(state: Stock, command: StockCommand, now: datetime) -> list[StockEvent]:
    """The events a command causes: none when it was done before.

    Raises:
        InsufficientStock: the units are not there, or are promised to others.
    """
    match command:
        case AdjustStock():
            return _adjust(state, command, now)
        case ReserveUnits():
            return _reserve(state, command, now)
        case HoldUnits():
            return _hold(state, command, now)
        case ReleaseUnits(order_id):
            held = state.reservations.get(order_id)
            return [UnitsReleased(order_id, held.quantity)] if held else []
        case ShipUnits(order_id):
            return _ship(state, order_id, now)
        case _ as never:
            assert_never(never)


def _adjust(state: Stock, command: AdjustStock, now: datetime) -> list[StockEvent]:
    if command.adjustment_id in state.adjustments or command.delta == 0:
        return []
    if command.delta < 0 and state.on_hand + command.delta < state.reserved(now):
        raise InsufficientStock(f"{state.available(now)} free, {-command.delta} to be taken")
    return [StockAdjusted(command.adjustment_id, command.delta, command.reason)]


def _reserve(state: Stock, command: ReserveUnits, now: datetime) -> list[StockEvent]:
    held = state.reservations.get(command.order_id)
    # An expiry already past is a command that was late, not a reason to record it for ever.
    if held and (held.expires_at > now or held.expires_at >= command.expires_at):
        return []
    if state.available(now) < command.quantity:
        raise InsufficientStock(f"{state.available(now)} free, {command.quantity} wanted")
    return [UnitsReserved(command.order_id, command.quantity, command.expires_at)]


def _hold(state: Stock, command: HoldUnits, now: datetime) -> list[StockEvent]:
    held = state.reservations.get(command.order_id)
    if held is None or held.expires_at >= command.expires_at:
        return []
    # As in _ship: only an expired claim can fail here.
    if state.available(now, but=command.order_id) < held.quantity:
        raise InsufficientStock(f"{state.available(now)} free, {held.quantity} to be held")
    return [UnitsReserved(command.order_id, held.quantity, command.expires_at)]


def _ship(state: Stock, order_id: str, now: datetime) -> list[StockEvent]:
    held = state.reservations.get(order_id)
    if held is None:
        return []
    # Only an expired claim can fail here: the units may have gone to another order meanwhile.
    if state.available(now, but=order_id) < held.quantity:
        raise InsufficientStock(f"{state.available(now)} free, {held.quantity} to be shipped")
    return [UnitsShipped(order_id, held.quantity)]


# ---- evolve ----------------------------------------------------------------------------


def evolve(state: Stock, event: StockEvent) -> Stock:
    """The stock after one more event."""
    match event:
        case StockAdjusted(adjustment_id, delta):
            remembered = (*state.adjustments, adjustment_id)[-REMEMBERED_ADJUSTMENTS:]
            return replace(state, on_hand=state.on_hand + delta, adjustments=remembered)
        case UnitsReserved(order_id, quantity, expires_at):
            held = {**state.reservations, order_id: Reservation(quantity, expires_at)}
            return replace(state, reservations=held)
        case UnitsReleased(order_id):
            return replace(state, reservations=_without(state, order_id))
        case UnitsShipped(order_id, quantity):
            left = _without(state, order_id)
            return replace(state, on_hand=state.on_hand - quantity, reservations=left)
        case _ as never:
            assert_never(never)


def _without(state: Stock, order_id: str) -> dict[str, Reservation]:
    return {key: held for key, held in state.reservations.items() if key != order_id}
