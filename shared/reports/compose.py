"""A report of two tallies: the week's, and the one of the week before."""

from collections.abc import Iterable, Sequence

from shared.reports.durations import percentile
from shared.reports.facts import End, Step
from shared.reports.report import (
    Failure,
    Figure,
    Money,
    Outcome,
    Product,
    Queue,
    Report,
    StepTime,
    Takings,
    Unreadable,
)
from shared.reports.tally import Cases, Sold, Tally
from shared.reports.tally import Takings as Counted
from shared.reports.week import IsoWeek

SCHEMA = 1  # of report.json; it rises when a reader of the old one would be misled
TOP = 10  # products
EXPLAINED = (End.PARKED, End.OPEN)  # what a person may have to look into


def compose(week: IsoWeek, now: Tally, before: Tally) -> Report:
    """The report of a week; lists stand by their numbers, equal ones by their names."""
    orders = Figure(_placed(now), _placed(before))
    by_day = tuple(Figure(_on(now, day), _on(before, day)) for day in range(1, 8))
    by_hour = tuple(Figure(_at(now, hour), _at(before, hour)) for hour in range(24))
    queues = {*now.dead_letters, *before.dead_letters}
    return Report(
        schema_version=SCHEMA,
        week=str(week),
        week_before=str(week.previous),
        starts_at=week.starts_at,
        ends_at=week.ends_at,
        cut_off=week.cut_off,
        orders=orders,
        unreadable=Unreadable(
            Figure(now.unreadable.count, before.unreadable.count), now.unreadable.orders
        ),
        outcomes=tuple(_outcome(end, now, before, orders) for end in End),
        failures=_failures(now, before, orders),
        money=tuple(
            _money(each, now.takings.get(each, Counted()), before.takings.get(each, Counted()))
            for each in sorted({*now.takings, *before.takings})
        ),
        products=_products(now, before),
        steps=tuple(_step(step, now, before) for step in Step),
        by_day=by_day,
        by_hour=by_hour,
        busiest_day=_busiest(by_day, first=1),
        busiest_hour=_busiest(by_hour, first=0),
        dead_letters=Figure(sum(now.dead_letters.values()), sum(before.dead_letters.values())),
        queues=tuple(
            Queue(queue, Figure(now.dead_letters.get(queue, 0), before.dead_letters.get(queue, 0)))
            for queue in sorted(queues)
        ),
    )


def share(part: int, whole: int) -> float | None:
    """A part of a whole, to four digits, rounded half up by integers: the same everywhere."""
    return (part * 20_000 + whole) // (2 * whole) / 10_000 if whole else None


def _outcome(end: End, now: Tally, before: Tally, placed: Figure[int]) -> Outcome:
    cases, earlier = now.ends.get(end, Cases()), before.ends.get(end, Cases())
    orders = Figure(cases.count, earlier.count)
    return Outcome(end, orders, _share(orders, placed), cases.orders if end in EXPLAINED else ())


def _failures(now: Tally, before: Tally, placed: Figure[int]) -> tuple[Failure, ...]:
    rows = []
    for code in {*now.failures, *before.failures}:
        cases, earlier = now.failures.get(code, Cases()), before.failures.get(code, Cases())
        orders = Figure(cases.count, earlier.count)
        rows.append(Failure(code, orders, _share(orders, placed), cases.orders))
    return tuple(sorted(rows, key=lambda row: (-row.orders.value, row.code)))


def _money(currency: str, now: Counted, before: Counted) -> Money:
    return Money(
        currency=currency,
        captured=Figure(now.captured, before.captured),
        refunded=Figure(now.refunded, before.refunded),
        refunds=Figure(now.refunds, before.refunds),
        revenue=Figure(_revenue(now), _revenue(before)),
        paid_orders=Figure(now.paid_orders, before.paid_orders),
        average_order=Figure(_average(now), _average(before)),
    )


def _revenue(takings: Counted) -> int:
    return takings.captured - takings.refunded


def _average(takings: Counted) -> int | None:
    orders = takings.paid_orders
    return (2 * _revenue(takings) + orders) // (2 * orders) if orders else None


def _products(now: Tally, before: Tally) -> tuple[Product, ...]:
    best = sorted(now.products, key=lambda sku: (-now.products[sku].units, sku))[:TOP]
    return tuple(_product(sku, now.products[sku], before.products.get(sku, Sold())) for sku in best)


def _product(sku: str, now: Sold, before: Sold) -> Product:
    revenue = tuple(
        Takings(each, Figure(now.revenue.get(each, 0), before.revenue.get(each, 0)))
        for each in sorted({*now.revenue, *before.revenue})
    )
    return Product(sku, now.name, Figure(now.units, before.units), revenue)


def _step(step: Step, now: Tally, before: Tally) -> StepTime:
    times, earlier = now.steps.get(step, {}), before.steps.get(step, {})
    return StepTime(
        step,
        Figure(sum(times.values()), sum(earlier.values())),
        Figure(percentile(times, 50), percentile(earlier, 50)),
        Figure(percentile(times, 95), percentile(earlier, 95)),
    )


def _placed(tally: Tally) -> int:
    return sum(tally.placed.values())


def _on(tally: Tally, day: int) -> int:
    return sum(count for key, count in tally.placed.items() if key.startswith(f"{day}T"))


def _at(tally: Tally, hour: int) -> int:
    return sum(count for key, count in tally.placed.items() if key.endswith(f"T{hour:02d}"))


def _share(part: Figure[int], whole: Figure[int]) -> Figure[float | None]:
    return Figure(share(part.value, whole.value), share(part.before, whole.before))


def _busiest(figures: Sequence[Figure[int]], first: int) -> Figure[int | None]:
    return Figure(
        _highest((each.value for each in figures), first),
        _highest((each.before for each in figures), first),
    )


def _highest(counts: Iterable[int], first: int) -> int | None:
    numbered = list(enumerate(counts, start=first))
    number, most = max(numbered, key=lambda each: (each[1], -each[0]))
    return number if most else None
