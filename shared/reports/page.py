"""A report as one page that asks for nothing else: no scripts, no fonts, no pictures from afar."""

import base64
import hashlib
from collections.abc import Callable
from typing import Any
from xml.etree.ElementTree import Element

from shared.reports import sections
from shared.reports.facts import End, Step
from shared.reports.markup import Part, element, written
from shared.reports.report import Figure, Report
from shared.reports.style import style_sheet
from shared.reports.wording import (
    WEEKDAYS,
    amount,
    count,
    date,
    difference,
    duration,
    percent,
    points,
    relative,
    span,
)

DEFINITIONS = (
    "The report tells of the orders placed in the week, from Monday 00:00 up to the next, and of"
    " what became of them by the cut-off. All times are UTC.",
    "Revenue is what was captured less what was refunded. Products and average orders count the"
    " orders that were paid and not refunded.",
    "A share is one of the orders placed. A change in percent is one of the week before.",
    "Times are nearest-rank percentiles of the orders that took the step, rounded down to three"
    " digits; a bar shows the time within which 95 % were done.",
    "The mark in a bar, and the line over a column, show the week before.",
    "Dead letters are the messages put aside within the week.",
)


def page(report: Report) -> bytes:
    """The page of a report, UTF-8."""
    style = style_sheet()
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    # Whoever keeps the file is as safe as whoever asks for it: nothing but this style is obeyed.
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    head = element(
        "head",
        None,
        element("meta", {"charset": "utf-8"}),
        element("meta", {"http-equiv": "Content-Security-Policy", "content": policy}),
        element("meta", {"name": "viewport", "content": "width=device-width, initial-scale=1"}),
        element("meta", {"name": "color-scheme", "content": "light dark"}),
        element("title", None, f"Orders of week {report.week}"),
        element("style", None, style),
    )
    body = element("body", None, _header(report), _main(report), _footer())
    return written(element("html", {"lang": "en"}, head, body))


def _header(report: Report) -> Element:
    year, number = report.week.split("-W")
    weekday = WEEKDAYS[report.cut_off.weekday()]
    until = f"{weekday} {date(report.cut_off)}, {report.cut_off:%H:%M} UTC"
    busiest = _busiest(report)
    return element(
        "header",
        None,
        element("h1", None, f"Orders, week {int(number)} of {year}"),
        element("p", None, f"{span(report.starts_at, report.ends_at)}."),
        element(
            "p",
            {"class": "quiet"},
            f"Each order as it stood on {until}, compared with week {report.week_before}.{busiest}",
        ),
    )


def _busiest(report: Report) -> str:
    day, hour = report.busiest_day.value, report.busiest_hour.value
    if day is None or hour is None:
        return " No orders were placed."
    return f" Busiest: {WEEKDAYS[day - 1]}, and {hour:02d}:00 to {hour + 1:02d}:00."


def _main(report: Report) -> Element:
    return element(
        "main",
        None,
        _cards(report),
        sections.outcomes(report),
        sections.failures(report),
        sections.money(report),
        sections.products(report),
        sections.steps(report),
        sections.placed(report),
        sections.dead_letters(report),
    )


def _cards(report: Report) -> Element:
    (completed,) = (each for each in report.outcomes if each.outcome is End.COMPLETED)
    money = report.money
    (whole,) = (each for each in report.steps if each.step is Step.WHOLE)
    cards = [
        _card("Orders placed", report.orders, count),
        _shown("Completed", percent(completed.share.value), points(completed.share)),
        *(_card(f"Revenue, {each.currency}", each.revenue, _in(each.currency)) for each in money),
        _card("95 % completed within", whole.p95, duration),
        _card("Dead letters", report.dead_letters, count),
    ]
    return element("dl", {"class": "cards"}, *cards)


def _in(currency: str) -> Callable[[int | None], str]:
    return lambda minor: amount(minor, currency)


def _card(name: str, figure: Figure[Any], say: Callable[[Any], str]) -> Element:
    share = relative(figure)
    changed = difference(figure, say) + (f" ({share})" if share else "")
    return _shown(name, say(figure.value), changed)


def _shown(name: str, value: str, changed: str) -> Element:
    shown = (element("dd", None, each) for each in (value, changed))
    return element("div", None, element("dt", None, name), *shown)


def _footer() -> Element:
    told: list[Part] = [element("li", None, each) for each in DEFINITIONS]
    heading = element("h2", {"id": "definitions"}, "How these figures are counted")
    return element(
        "footer", {"aria-labelledby": "definitions"}, heading, element("ul", None, *told)
    )
