"""Orders of the past: their events with times of their own, written as the app writes them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import reduce
from typing import Any

from shared.application.aggregates import ORDER
from shared.domain.money import Money
from shared.domain.order import events
from shared.domain.order.values import Outcome, PricedLine, RequestedLine, Undo
from shared.eventstore.codec import CODEC
from shared.eventstore.port import Head, Recorded, Snapshot
from shared.plain import shape, to_plain
from shared.reports.facts import Facts, Happened, facts_of
from shared.reports.week import IsoWeek
from shared.wiring import Wiring
from tests.domain.scenes import ADDRESS

WEEK = IsoWeek(2026, 47)  # Monday 16 to Sunday 22 November
MUG = PricedLine("MUG", "Mug", 2, Money(1200, "EUR"))
TEE = PricedLine("TEE", "T-shirt", 1, Money(2500, "EUR"))
Story = Sequence[Happened]


def moment(day: int, hour: int = 12, *, week: IsoWeek = WEEK, **more: float) -> datetime:
    """A moment of the week: day 1 is its Monday."""
    return week.starts_at + timedelta(days=day - 1, hours=hour, **more)


class Telling:
    """An order's story, told event by event; `after` says how long each took."""

    def __init__(self, placed_at: datetime, *lines: PricedLine) -> None:
        self.lines = lines or (MUG, TEE)
        self.placed_at = self.now = placed_at
        self.story: list[Happened] = []

    def then(self, event: Any, **after: float) -> "Telling":
        self.now += timedelta(**(after or {"seconds": 1}))
        self.story.append((self.now, event))
        return self

    @property
    def total(self) -> Money:
        prices = [line.unit_price.times(line.quantity) for line in self.lines]
        return reduce(lambda sum_, price: sum_ + price, prices)

    def placed(self, order_id: str) -> "Telling":
        lines = tuple(RequestedLine(line.sku, line.quantity) for line in self.lines)
        event = events.OrderPlaced(order_id, "ada", lines, "pm", ADDRESS, self.placed_at)
        return self.then(event, seconds=0)

    def validated(self, **after: float) -> "Telling":
        return self.then(events.OrderValidated(self.lines, self.total), **after)

    def reserved(self, **after: float) -> "Telling":
        return self.then(events.StockReserved(self.now + timedelta(minutes=30)), **after)

    def approved(self, *, approved: bool = True, **after: float) -> "Telling":
        self.then(events.ApprovalRequested(self.now + timedelta(hours=72)), seconds=0)
        return self.then(events.ApprovalDecided(approved, "seen", "ops"), **after)

    def paid(self, **after: float) -> "Telling":
        return self.then(events.PaymentCaptured("pay", self.total), **after)

    def shipped(self, **after: float) -> "Telling":
        return self.then(events.ShipmentCreated("shp", "TRK", "Parcel"), **after)

    def refunded(self, **after: float) -> "Telling":
        self.then(events.PaymentRefunded("pay", self.total), **after)
        return self.then(events.StockReleased())

    def completed(self, **after: float) -> "Telling":
        return self.then(events.OrderCompleted(), **after)

    def failed(self, code: str) -> "Telling":
        return self.then(events.OrderFailed(code, "as told", customer_notified=True))

    def cancelled(self) -> "Telling":
        return self.then(events.OrderCancelled("changed my mind"))

    def parked(self) -> "Telling":
        ending = Outcome("shipment_failed", "refused")
        stuck = (Undo.REFUND_PAYMENT,)
        return self.then(events.CompensationFailed(stuck, (), "the bank is down", ending))


def sold(order_id: str, at: datetime, *lines: PricedLine) -> Story:
    """A good order, done in five seconds."""
    telling = Telling(at, *lines).placed(order_id).validated().reserved().paid().shipped()
    return telling.completed().story


def facts(order_id: str, at: datetime, story: Story) -> Facts:
    return facts_of(order_id, at, story)


async def happened(wiring: Wiring, order_id: str, story: Story) -> None:
    """Write an order's story into the event store, and show it in the lists."""
    stream = ORDER.stream(order_id)
    recorded = [_envelope(stream, *each) for each in enumerate(story, start=1)]
    state = reduce(ORDER.evolve, [event for _, event in story], ORDER.initial)
    snapshot = Snapshot(to_plain(state), shape(ORDER.state_type))
    await wiring.aggregates.store.append(Head(stream), recorded, snapshot)
    await wiring.read_models.show_stream(stream)


def _envelope(stream: str, version: int, told: Happened) -> Recorded:
    at, event = told
    name, schema_version, data = CODEC.encode(event)
    identity = f"{stream}-{version}"
    return Recorded(
        identity, name, schema_version, stream, version, at, at, "cid", "test", "tester", data
    )
