"""Figures as people read them, cells as spreadsheets do, colours as eyes do."""
# ruff: noqa: RUF001 - the signs are meant

import itertools

import pytest

from shared.reports import wording
from shared.reports.charts import LENGTH, bar
from shared.reports.markup import element, written
from shared.reports.report import Figure
from shared.reports.style import COLOURS
from shared.spreadsheets import defused


@pytest.mark.parametrize(
    ("minor", "currency", "text"),
    [
        (123456, "EUR", "1,234.56"),
        (5, "EUR", "0.05"),
        (-150, "EUR", "−1.50"),
        (4500, "JPY", "4,500"),
        (1234, "KWD", "1.234"),
        (None, "EUR", "–"),
    ],
)
def test_an_amount_has_the_digits_of_its_currency(minor, currency, text):
    assert wording.amount(minor, currency) == text


@pytest.mark.parametrize(
    ("milliseconds", "text"),
    [
        (0, "0 ms"),
        (999, "999 ms"),
        (1234, "1.2 s"),
        (59_999, "59.9 s"),
        (270_000, "4 min 30 s"),
        (7_500_000, "2 h 5 min"),
        (93_600_000, "1 d 2 h"),
        (None, "–"),
    ],
)
def test_a_duration_has_two_units_at_most(milliseconds, text):
    assert wording.duration(milliseconds) == text


@pytest.mark.parametrize(
    ("now", "before", "difference", "relative"),
    [
        (12, 10, "+2", "+20.0 %"),
        (8, 10, "−2", "−20.0 %"),
        (3, 3, "no change", None),
        (5, 0, "+5", None),
        (1000, 1, "+999", None),
        (None, 5, "–", None),
        (5, None, "–", None),
    ],
)
def test_a_change_says_which_way_by_a_sign(now, before, difference, relative):
    figure = Figure(now, before)
    assert wording.difference(figure, wording.count) == difference
    assert wording.relative(figure) == relative


def test_shares_change_by_points():
    assert wording.points(Figure(0.9, 0.95)) == "−5.0 points"
    assert wording.points(Figure(0.9, 0.9)) == "no change"
    assert wording.points(Figure(0.9, None)) == "–"


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1", "＝1"])
def test_a_cell_that_might_be_computed_is_defused(text):
    assert defused(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "Mug", "a=1", "'=1", "5 EUR"])
def test_any_other_cell_stays_as_it_is(text):
    assert defused(text) == text


def test_what_a_page_may_not_hold_is_replaced():
    page = written(
        element("p", {"title": '"><b>'}, "a\x00b\ud800c\x1bd\ufffee<&", element("br"), "f")
    )
    text = "a\ufffdb\ufffdc\ufffdd\ufffde&lt;&amp;<br>f"
    assert page.decode() == f'<!doctype html>\n<p title="&quot;&gt;<b&gt;">{text}</p>\n'


@pytest.mark.parametrize(("value", "before", "longest"), [(0, 0, 0), (5, 10, 10), (10, 0, 10)])
def test_a_bar_stays_within_its_row(value, before, longest):
    boxes = list(bar(Figure(value, before), longest))
    assert all(int(each.get("x", 0)) + int(each.get("width", 0)) <= LENGTH for each in boxes)
    assert len(boxes) == (2 if before else 1)


@pytest.mark.parametrize("scheme", sorted(COLOURS))
def test_texts_and_bars_stand_out_from_their_ground(scheme):
    colours = COLOURS[scheme]
    for ground, ink in itertools.product(("paper", "card"), ("ink", "quiet")):
        assert contrast(colours[ground], colours[ink]) >= 4.5  # WCAG 2.2, 1.4.3
    for shape in ("bar", "before"):
        assert contrast(colours["paper"], colours[shape]) >= 3  # 1.4.11


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
