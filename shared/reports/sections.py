"""The sections of a report's page, each with its heading, its tables and its charts."""

from collections.abc import Sequence
from xml.etree.ElementTree import Element

from shared.reports.charts import columns
from shared.reports.facts import End, Step
from shared.reports.markup import Part, element, foreign
from shared.reports.report import Figure, Money, Product, Report
from shared.reports.tables import Row, cells, listed, table
from shared.reports.wording import (
    WEEKDAYS,
    amount,
    count,
    duration,
    percent,
)

FIGURES = ("This week", "Week before", "Change")
ENDS = {
    End.COMPLETED: "Completed",
    End.FAILED: "Failed",
    End.CANCELLED: "Cancelled",
    End.PARKED: "Parked: a person is needed",
    End.OPEN: "Open at the cut-off",
}
STEPS = {
    Step.VALIDATED: "Accepted to validated",
    Step.RESERVED: "Validated to reserved",
    Step.APPROVED: "Approval: asked to answered",
    Step.PAID: "Reserved (or approved) to paid",
    Step.SHIPPED: "Paid to shipped",
    Step.COMPLETED: "Shipped to completed",
    Step.WHOLE: "Accepted to completed",
}


def outcomes(report: Report) -> Element:
    """How orders ended."""
    rows = [
        Row(
            ENDS[each.outcome],
            (*_counts(each.orders), percent(each.share.value)),
            each.orders,
            _examples(each.order_ids),
        )
        for each in report.outcomes
    ]
    if report.unreadable.orders.value or report.unreadable.orders.before:
        unreadable = report.unreadable
        placed = (_part(unreadable.orders.value, report.orders.value),)
        rows.append(
            Row(
                "Unreadable: deploy the newer program",
                (*_counts(unreadable.orders), *placed),
                unreadable.orders,
                _examples(unreadable.order_ids),
            )
        )
    heads = ("Outcome", *FIGURES, "Share")
    return section("outcomes", "How orders ended", table("Orders by outcome", heads, rows))


def failures(report: Report) -> Element:
    """Why orders failed."""
    rows = [
        Row(
            foreign(each.code.replace("_", " ")),
            (*_counts(each.orders), percent(each.share.value)),
            each.orders,
            _examples(each.order_ids),
        )
        for each in report.failures
    ]
    heads = ("Reason", *FIGURES, "Share")
    told = table("Failed orders by reason", heads, rows) if rows else nothing("No order failed.")
    return section("failures", "Why orders failed", told)


def money(report: Report) -> Element:
    """What was taken and given back, a table a currency."""
    tables = [_currency(each) for each in report.money]
    told = tables or [nothing("No money was taken.")]
    return section("money", "Money", element("div", {"class": "pair"}, *told))


def products(report: Report) -> Element:
    """What sold best."""
    rows = [
        Row(
            foreign(each.name),
            (*_counts(each.units), _revenue(each)),
            each.units,
            element("small", None, foreign(each.sku)),
        )
        for each in report.products
    ]
    heads = ("Product", "Units", *FIGURES[1:], "Revenue")
    told = table("The ten with most units sold", heads, rows) if rows else nothing("Nothing sold.")
    return section("products", "Best-selling products", told)


def steps(report: Report) -> Element:
    """How long the steps took."""
    rows = [
        Row(
            STEPS[each.step],
            (duration(each.p50.value), *cells(each.p95, duration)),
            Figure(each.p95.value or 0, each.p95.before or 0),
            element("small", None, f"{count(each.orders.value)} orders"),
        )
        for each in report.steps
    ]
    heads = ("Step", "Half within", "95 % within", "Week before", "Change")
    return section("steps", "How long the steps took", table("Times by step", heads, rows))


def placed(report: Report) -> Element:
    """When orders came."""
    days = [each[:3] for each in WEEKDAYS]
    hours = [f"{hour:02d}" for hour in range(24)]
    sparse = [hour if number % 3 == 0 else "" for number, hour in enumerate(hours)]
    hourly = [f"{hour}:00" for hour in hours]
    return section(
        "placed",
        "When orders were placed",
        element(
            "div",
            {"class": "pair"},
            _when("Orders by day (UTC)", ("Day", WEEKDAYS), report.by_day, days),
            _when("Orders by hour (UTC)", ("Hour", hourly), report.by_hour, sparse),
        ),
    )


def dead_letters(report: Report) -> Element:
    """Messages that nobody could handle."""
    rows = [
        Row(foreign(each.queue), _counts(each.messages), each.messages) for each in report.queues
    ]
    heads = ("Queue", *FIGURES)
    empty = nothing("No message was put aside.")
    told = table("Dead letters filed, by queue", heads, rows) if rows else empty
    return section("dead-letters", "Dead letters", told)


def section(name: str, heading: str, *parts: Part) -> Element:
    """A landmark with a heading of its own."""
    title = element("h2", {"id": name}, heading)
    return element("section", {"aria-labelledby": name}, title, *parts)


def nothing(sentence: str) -> Element:
    """What stands where there is nothing to tell."""
    return element("p", {"class": "quiet"}, sentence)


def _when(
    caption: str, names: tuple[str, Sequence[str]], figures: Sequence[Figure[int]], marks: list[str]
) -> Element:
    head, each = names
    rows = [Row(name, _counts(figure)) for name, figure in zip(each, figures, strict=True)]
    chart = element("figure", None, columns(figures, marks))
    return element("div", None, chart, table(caption, (head, *FIGURES), rows))


def _currency(takings: Money) -> Element:
    code = takings.currency

    def row(name: str, figure: Figure[int] | Figure[int | None]) -> Row:
        return Row(name, cells(figure, lambda minor: amount(minor, code)))

    rows = [
        row("Captured", takings.captured),
        row("Refunded", takings.refunded),
        row("Revenue", takings.revenue),
        row("Average order", takings.average_order),
        Row("Orders paid", _counts(takings.paid_orders)),
        Row("Refunds", _counts(takings.refunds)),
    ]
    return table(f"Money in {code}", ("Figure", *FIGURES), rows)


def _revenue(product: Product) -> str:
    return "; ".join(
        f"{amount(each.amount.value, each.currency)} {each.currency}"
        for each in product.revenue
        if each.amount.value
    )


def _counts(figure: Figure[int]) -> tuple[Part, Part, Part]:
    return cells(figure, count)


def _part(part: int, whole: int) -> str:
    return percent(part / whole if whole else None)


def _examples(order_ids: Sequence[str]) -> Element | None:
    return listed(foreign(each) for each in order_ids) if order_ids else None
