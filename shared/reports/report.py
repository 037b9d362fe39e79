"""A weekly report: every figure beside the one of the week before."""

from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from shared.reports.facts import End, Step

N = TypeVar("N", int, float, int | None, float | None)


@dataclass(frozen=True, slots=True)
class Figure(Generic[N]):
    """This week's, and the week before's."""

    value: N
    before: N


@dataclass(frozen=True, slots=True)
class Outcome:
    """`share`: of the orders placed; None where there are none. `order_ids`: some that look open
    or parked, for whoever wants to see why."""

    outcome: End
    orders: Figure[int]
    share: Figure[float | None]
    order_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Failure:
    """Why orders failed: a code of design/api.md, and some of the orders."""

    code: str
    orders: Figure[int]
    share: Figure[float | None]
    order_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Money:
    """One currency, in minor units; `revenue` is captured less refunded.

    `average_order`: the revenue by the orders that were paid and not refunded, rounded half up.
    """

    currency: str
    captured: Figure[int]
    refunded: Figure[int]
    refunds: Figure[int]
    revenue: Figure[int]
    paid_orders: Figure[int]
    average_order: Figure[int | None]


@dataclass(frozen=True, slots=True)
class Takings:
    """What a product took in one currency, in minor units."""

    currency: str
    amount: Figure[int]


@dataclass(frozen=True, slots=True)
class Product:
    """Units and money of one product in the orders that were paid and not refunded."""

    sku: str
    name: str
    units: Figure[int]
    revenue: tuple[Takings, ...]


@dataclass(frozen=True, slots=True)
class StepTime:
    """How long a step took, in milliseconds: nearest rank, to three digits, rounded down."""

    step: Step
    orders: Figure[int]
    p50: Figure[int | None]
    p95: Figure[int | None]


@dataclass(frozen=True, slots=True)
class Queue:
    """Messages of one queue that were filed as dead letters in the week."""

    queue: str
    messages: Figure[int]


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Orders whose events the program could not read: they count as placed and nowhere else."""

    orders: Figure[int]
    order_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """What docs/reports.md describes; the same events give the same report, whenever it is made.

    `by_day`: Monday to Sunday; `by_hour`: 24 hours UTC; the busiest are the first of the highest.
    """

    schema_version: int
    week: str
    week_before: str
    starts_at: datetime
    ends_at: datetime
    cut_off: datetime
    orders: Figure[int]
    unreadable: Unreadable
    outcomes: tuple[Outcome, ...]
    failures: tuple[Failure, ...]
    money: tuple[Money, ...]
    products: tuple[Product, ...]
    steps: tuple[StepTime, ...]
    by_day: tuple[Figure[int], ...]
    by_hour: tuple[Figure[int], ...]
    busiest_day: Figure[int | None]
    busiest_hour: Figure[int | None]
    dead_letters: Figure[int]
    queues: tuple[Queue, ...]
