"""A report as a table of one figure a line, for spreadsheets (RFC 4180)."""

import csv
import io
from collections.abc import Iterator
from typing import Any, TypeAlias

from shared.reports.report import Figure, Report
from shared.reports.wording import WEEKDAYS
from shared.spreadsheets import defused

COLUMNS = ("section", "item", "name", "measure", "unit", "value", "before", "change")

Line: TypeAlias = tuple[str, str, str, str, str, Figure[Any]]  # the columns up to the figure


def csv_file(report: Report) -> bytes:
    """UTF-8, lines that end in CRLF, a header; money in minor units, times in milliseconds.

    A figure that does not exist (a share of no orders) is an empty cell, and so is its change.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for *words, figure in _lines(report):
        writer.writerow([*map(defused, words), *_numbers(figure)])
    return text.getvalue().encode("utf-8", "replace")


def _numbers(figure: Figure[Any]) -> list[Any]:
    value, before = figure.value, figure.before
    if value is None or before is None:
        return [value, before, None]
    # Shares have four digits; the difference of two may not show more.
    return [value, before, round(value - before, 4)]


def _lines(report: Report) -> Iterator[Line]:
    yield "orders", report.week, "", "placed", "orders", report.orders
    yield "orders", report.week, "", "unreadable", "orders", report.unreadable.orders
    for outcome in report.outcomes:
        yield "outcomes", outcome.outcome, "", "orders", "orders", outcome.orders
        yield "outcomes", outcome.outcome, "", "share", "of placed", outcome.share
    for failure in report.failures:
        yield "failures", failure.code, "", "orders", "orders", failure.orders
        yield "failures", failure.code, "", "share", "of placed", failure.share
    yield from _money(report)
    for step in report.steps:
        yield "steps", step.step, "", "orders", "orders", step.orders
        yield "steps", step.step, "", "p50", "ms", step.p50
        yield "steps", step.step, "", "p95", "ms", step.p95
    for day, figure in zip(WEEKDAYS, report.by_day, strict=True):
        yield "days", day, "", "placed", "orders", figure
    for hour, figure in enumerate(report.by_hour):
        yield "hours", f"{hour:02d}:00", "", "placed", "orders", figure
    yield "dead_letters", "all", "", "filed", "messages", report.dead_letters
    for queue in report.queues:
        yield "dead_letters", queue.queue, "", "filed", "messages", queue.messages


def _money(report: Report) -> Iterator[Line]:
    for money in report.money:
        code, unit = money.currency, f"{money.currency} minor"
        yield "money", code, "", "captured", unit, money.captured
        yield "money", code, "", "refunded", unit, money.refunded
        yield "money", code, "", "refunds", "refunds", money.refunds
        yield "money", code, "", "revenue", unit, money.revenue
        yield "money", code, "", "paid_orders", "orders", money.paid_orders
        yield "money", code, "", "average_order", unit, money.average_order
    for product in report.products:
        yield "products", product.sku, product.name, "units", "units", product.units
        for takings in product.revenue:
            unit = f"{takings.currency} minor"
            yield "products", product.sku, product.name, "revenue", unit, takings.amount
