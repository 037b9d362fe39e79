"""Counts of orders that can be added up: of a slice, of a day, of a week."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

from shared.domain.order.values import PricedLine
from shared.plain import rfc3339
from shared.reports import durations
from shared.reports.facts import End, Facts

EXAMPLES = 5  # orders named behind a number that someone may want to look into


@dataclass(slots=True)
class Cases:
    """How many, and some of them: those with the least ids, so that no order of counting shows."""

    count: int = 0
    orders: tuple[str, ...] = ()

    def add(self, count: int, *orders: str) -> None:
        """Count more."""
        self.count += count
        self.orders = tuple(sorted({*self.orders, *orders})[:EXAMPLES])


@dataclass(slots=True)
class Takings:
    """The money of one currency, in its minor units."""

    captured: int = 0
    refunded: int = 0
    refunds: int = 0
    paid_orders: int = 0

    def add(self, other: "Takings") -> None:
        """Count others."""
        self.captured += other.captured
        self.refunded += other.refunded
        self.refunds += other.refunds
        self.paid_orders += other.paid_orders


@dataclass(slots=True)
class Sold:
    """One product in the orders that were paid; its name is the one of the newest of these."""

    name: str = ""
    named_by: str = ""
    units: int = 0
    revenue: dict[str, int] = field(default_factory=dict)

    def add(self, other: "Sold") -> None:
        """Count others."""
        if other.named_by > self.named_by:
            self.name, self.named_by = other.name, other.named_by
        self.units += other.units
        _add(self.revenue, other.revenue)


@dataclass(slots=True)
class Tally:
    """Adding in any order and grouping gives the same; plain, so that it can be kept.

    `failures` by code; `takings` by currency; `products` by sku; `placed` by day of the week and
    hour (`1T09`: Mondays, 09:00 to 10:00 UTC); `dead_letters` by queue.
    """

    ends: dict[str, Cases] = field(default_factory=dict)
    failures: dict[str, Cases] = field(default_factory=dict)
    unreadable: Cases = field(default_factory=Cases)
    takings: dict[str, Takings] = field(default_factory=dict)
    products: dict[str, Sold] = field(default_factory=dict)
    steps: dict[str, durations.Durations] = field(default_factory=dict)
    placed: dict[str, int] = field(default_factory=dict)
    dead_letters: dict[str, int] = field(default_factory=dict)

    def add_order(self, order: Facts) -> None:
        """Count an order."""
        self.ends.setdefault(order.end, Cases()).add(1, order.order_id)
        if order.end is End.FAILED:
            self.failures.setdefault(order.code or "", Cases()).add(1, order.order_id)
        self._add_placed(order.placed_at)
        for step, duration in order.steps.items():
            durations.note(self.steps.setdefault(step, {}), duration)
        self._add_money(order)
        if order.is_paid:
            newest = f"{rfc3339(order.placed_at)}|{order.order_id}"
            for line in order.lines:
                self.products.setdefault(line.sku, Sold()).add(_sold(line, newest))

    def add_unreadable(self, order_id: str, placed_at: datetime) -> None:
        """Count an order whose events this program cannot read; of it no more is known."""
        self.unreadable.add(1, order_id)
        self._add_placed(placed_at)

    def add_dead_letter(self, queue: str) -> None:
        """Count a message that nobody could handle."""
        _add(self.dead_letters, {queue: 1})

    def add(self, other: "Tally") -> None:
        """Count what another tally has counted."""
        self.unreadable.add(other.unreadable.count, *other.unreadable.orders)
        for mine, others in ((self.ends, other.ends), (self.failures, other.failures)):
            for name, cases in others.items():
                mine.setdefault(name, Cases()).add(cases.count, *cases.orders)
        for currency, takings in other.takings.items():
            self.takings.setdefault(currency, Takings()).add(takings)
        for sku, sold in other.products.items():
            self.products.setdefault(sku, Sold()).add(sold)
        for step, counts in other.steps.items():
            _add(self.steps.setdefault(step, {}), counts)
        _add(self.placed, other.placed)
        _add(self.dead_letters, other.dead_letters)

    def _add_placed(self, placed_at: datetime) -> None:
        moment = placed_at.astimezone(UTC)
        _add(self.placed, {f"{moment.isoweekday()}T{moment.hour:02d}": 1})

    def _add_money(self, order: Facts) -> None:
        for money in order.captured:
            taken = Takings(captured=money.amount)
            self.takings.setdefault(money.currency, Takings()).add(taken)
        for money in order.refunded:
            given_back = Takings(refunded=money.amount, refunds=1)
            self.takings.setdefault(money.currency, Takings()).add(given_back)
        if order.is_paid:
            self.takings[order.captured[0].currency].paid_orders += 1


def _sold(line: PricedLine, named_by: str) -> Sold:
    price = line.unit_price.times(line.quantity)
    return Sold(line.name, named_by, line.quantity, {price.currency: price.amount})


def _add(counts: dict[str, int], others: dict[str, int]) -> None:
    for name, count in others.items():
        counts[name] = counts.get(name, 0) + count
