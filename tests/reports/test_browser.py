"""The page in a real browser; skipped where there is none (`apt-get install chromium`)."""

import re
from pathlib import Path

import pytest

from shared.reports.page import page
from tests.reports import browser
from tests.reports.scene import report, report_of_nothing

pytestmark = [
    pytest.mark.skipif(browser.PROGRAM is None, reason="no Chromium here"),
    pytest.mark.timeout(120),
]


@pytest.fixture
async def tab(tmp_path):
    async with browser.chromium(tmp_path) as opened:
        yield opened


@pytest.fixture
def told(tmp_path) -> Path:
    path = tmp_path / "report.html"
    path.write_bytes(page(report()))
    return path


async def test_the_page_asks_for_nothing_else_and_breaks_none_of_its_own_rules(tab, told):
    await tab.open(told)
    assert tab.requests == [told.as_uri()]
    assert tab.complaints == []
    # The style is obeyed, so its hash in the page's policy is right.
    assert await tab.value("getComputedStyle(document.body).maxWidth") == "992px"


async def test_names_from_outside_are_texts_and_nothing_else(tab, told):
    await tab.open(told)
    assert await tab.value("document.scripts.length") == 0
    assert await tab.value("document.querySelectorAll('b').length") == 0
    names = await tab.value("[...document.querySelectorAll('bdi')].map(each => each.textContent)")
    assert '<script>alert("1")</script> & <b>Co</b>' in names
    sides = "[...document.querySelectorAll('bdi')].map(each => getComputedStyle(each).unicodeBidi)"
    assert set(await tab.value(sides)) == {"isolate"}


@pytest.mark.parametrize("width", [360, 768, 1440])
async def test_no_width_makes_the_page_scroll_sideways(tab, told, width):
    await tab.open(told, width)
    assert await tab.value("document.documentElement.scrollWidth") <= width


async def test_a_table_that_is_too_wide_for_a_phone_can_be_reached_by_keys(tab, told):
    await tab.open(told, 360)
    stuck = (
        "[...document.querySelectorAll('div')].filter(each =>"
        " each.scrollWidth > each.clientWidth && each.tabIndex < 0).length"
    )
    assert await tab.value(stuck) == 0


async def test_nothing_moves_while_the_page_comes_up(tab, told):
    await tab.open(told, 360)
    shifts = "performance.getEntriesByType('layout-shift').length"
    assert await tab.value(shifts) == 0
    assert await tab.value("[...document.images].length") == 0


async def test_dark_screens_get_a_dark_page_and_paper_a_light_one(tab, told):
    ground = "getComputedStyle(document.body).backgroundColor"
    await tab.open(told, scheme="dark")
    assert await tab.value(ground) == "rgb(13, 17, 23)"
    features = [{"name": "prefers-color-scheme", "value": "dark"}]
    await tab.ask("Emulation.setEmulatedMedia", media="print", features=features)
    assert await tab.value(ground) == "rgb(255, 255, 255)"


async def test_a_screen_reader_finds_landmarks_headings_and_a_table_for_every_chart(tab, told):
    await tab.open(told)
    found = await tab.landmarks()
    assert found[0] == ("banner", "")
    assert ("heading", "Orders, week 47 of 2026") in found
    assert [role for role, _ in found].count("main") == 1
    titles = await tab.value("[...document.querySelectorAll('h1,h2')].map(h => h.textContent)")
    assert titles[1:] == [
        "How orders ended",
        "Why orders failed",
        "Money",
        "Best-selling products",
        "How long the steps took",
        "When orders were placed",
        "Dead letters",
        "How these figures are counted",
    ]
    tables = {name for role, name in found if role == "table"}
    assert {"Orders by day (UTC)", "Orders by hour (UTC)", "Orders by outcome"} <= tables
    assert await tab.value("document.querySelectorAll('svg:not([aria-hidden=true])').length") == 0


@pytest.mark.parametrize(("scene", "most"), [(report, 5), (report_of_nothing, 4)])
async def test_it_prints_on_a_few_sheets_of_a4(tab, tmp_path, scene, most):
    path = tmp_path / "printed.html"
    path.write_bytes(page(scene()))
    await tab.open(path)
    paper = await tab.paper()
    sheets = re.findall(rb"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]", paper)
    assert 1 <= len(sheets) <= most
    assert {(round(float(width)), round(float(height))) for width, height in sheets} == {(595, 842)}
