"""Charts drawn as SVG; each stands beside the table that says the same, so none is read out."""

from collections.abc import Sequence
from xml.etree.ElementTree import Element

from shared.reports.markup import element
from shared.reports.report import Figure

LENGTH = 1000  # of a bar, in units of its own; coordinates are whole numbers: the same everywhere
MARK = 6  # width of the mark that shows the week before
WIDTH, HEIGHT, FOOT, HEAD = 360, 150, 16, 14  # of a column chart: as wide as the smallest phone
SILENT: dict[str, str | int] = {"aria-hidden": "true", "focusable": "false"}


def bar(figure: Figure[int], longest: int) -> Element:
    """One bar that fills its row as `longest` would, and a mark where the week before ended."""
    unit = max(longest, 1)
    end = figure.value * LENGTH // unit
    mark = min(figure.before * LENGTH // unit, LENGTH - MARK)
    box: dict[str, str | int] = {"viewBox": f"0 0 {LENGTH} 6", "preserveAspectRatio": "none"}
    return element(
        "svg",
        {"class": "bar", **box, **SILENT},
        _box("value", 0, 1, end, 4),
        _box("mark", mark, 0, MARK, 6) if figure.before else None,
    )


def columns(figures: Sequence[Figure[int]], labels: Sequence[str]) -> Element:
    """A column for each figure, its number above, a line where the week before stood.

    `labels`: one for each; an empty one leaves its place free.
    """
    unit = max(1, *(max(each.value, each.before) for each in figures))
    step = WIDTH // len(figures)
    parts: list[Element] = []
    for number, (figure, label) in enumerate(zip(figures, labels, strict=True)):
        parts += _column(figure, label, number * step, step, unit)
    foot = HEIGHT - FOOT
    axis = element("line", {"class": "axis", "x1": 0, "x2": WIDTH, "y1": foot, "y2": foot})
    box: dict[str, str | int] = {"viewBox": f"0 0 {WIDTH} {HEIGHT}"}
    size: dict[str, str | int] = {
        "width": WIDTH,
        "height": HEIGHT,
    }  # its place is kept from the start
    return element("svg", {**box, **size, **SILENT}, axis, *parts)


def _column(figure: Figure[int], label: str, left: int, step: int, unit: int) -> list[Element]:
    foot, room = HEIGHT - FOOT, HEIGHT - FOOT - HEAD
    tall, earlier = (count * room // unit for count in (figure.value, figure.before))
    gap = max(step // 6, 1)
    middle = left + step // 2
    drawn = [_box("value", left + gap, foot - tall, step - 2 * gap, tall)]
    if figure.before:
        drawn.append(_box("mark", left, foot - earlier, step, 2))
    if label:
        drawn.append(element("text", {"x": middle, "y": HEIGHT - 4}, label))
    # Where columns are narrow their numbers would run into each other; the table has them.
    if figure.value and step > 3 * HEAD:
        drawn.append(element("text", {"x": middle, "y": foot - tall - 4}, f"{figure.value:,}"))
    return drawn


def _box(kind: str, left: int, top: int, width: int, height: int) -> Element:
    place: dict[str, str | int] = {"x": left, "y": top, "width": width, "height": height}
    return element("rect", {"class": kind, **place})
