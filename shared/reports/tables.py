"""Tables of a page: a head for every column and every row, and a bar under a row's name."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element

from shared.reports.charts import bar
from shared.reports.markup import Part, element
from shared.reports.report import Figure
from shared.reports.wording import difference, relative


@dataclass(frozen=True, slots=True)
class Row:
    """A name, its cells, and what its bar shows; `note` stands small under the name."""

    name: Part
    cells: Sequence[Part]
    bar: Figure[int] | None = None
    note: Part = None


def table(caption: str, columns: Sequence[str], rows: Sequence[Row]) -> Element:
    """A table whose bars are as long as the longest of them allows.

    `columns`: the head of the names, then one for each cell.
    """
    bars = [row.bar for row in rows if row.bar]
    longest = max((max(each.value, each.before) for each in bars), default=0)
    heads = [element("th", {"scope": "col"}, each) for each in columns]
    return element(
        "div",
        # What may have to be scrolled must be reached by keys (WCAG 2.1.1).
        {"class": "scroll", "tabindex": 0, "role": "region", "aria-label": caption},
        element(
            "table",
            None,
            element("caption", None, caption),
            element("thead", None, element("tr", None, *heads)),
            element("tbody", None, *(_row(row, longest) for row in rows)),
        ),
    )


def cells(figure: Figure[Any], say: Callable[[Any], str]) -> tuple[Part, Part, Part]:
    """The three cells of a figure: this week, the week before, the change."""
    share = relative(figure)
    small = element("small", None, share) if share else None
    changed = element("span", None, difference(figure, say), small)
    return say(figure.value), say(figure.before), changed


def listed(names: Iterable[Part]) -> Element:
    """Names behind each other, small."""
    parts: list[Part] = []
    for name in names:
        parts += [", " if parts else None, name]
    return element("small", None, *parts)


def _row(row: Row, longest: int) -> Element:
    drawn = bar(row.bar, longest) if row.bar else None
    name = element("th", {"scope": "row"}, row.name, row.note, drawn)
    return element("tr", None, name, *(element("td", None, each) for each in row.cells))
