"""The page in a real browser; skipped where there is none (`apt-get install chromium`)."""

import re
from pathlib import Path

import pytest

from blueprints.openapi_http import docs
from tests.reports import browser

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
    path = tmp_path / "docs.html"
    path.write_bytes(docs())
    return path


async def test_the_page_asks_for_nothing_else_and_breaks_none_of_its_own_rules(tab, told):
    await tab.open(told)
    assert tab.requests == [told.as_uri()]
    assert tab.complaints == []
    assert await tab.value("getComputedStyle(document.body).maxWidth") == "992px"
    assert await tab.value("document.scripts.length") == 0


async def test_no_width_makes_the_page_scroll_sideways(tab, told):
    for width in (360, 768, 1440):
        await tab.open(told, width)
        assert await tab.value("document.documentElement.scrollWidth") <= width


async def test_what_is_too_wide_for_a_phone_can_be_reached_by_keys(tab, told):
    await tab.open(told, 360)
    stuck = (
        "[...document.querySelectorAll('pre,table,div')].filter(each =>"
        " each.scrollWidth > each.clientWidth && each.tabIndex < 0).map(each => each.textContent)"
    )
    assert await tab.value(stuck) == []


async def test_dark_screens_get_a_dark_page_and_paper_a_light_one(tab, told):
    ground = "getComputedStyle(document.body).backgroundColor"
    await tab.open(told, scheme="dark")
    assert await tab.value(ground) == "rgb(13, 17, 23)"
    features = [{"name": "prefers-color-scheme", "value": "dark"}]
    await tab.ask("Emulation.setEmulatedMedia", media="print", features=features)
    assert await tab.value(ground) == "rgb(255, 255, 255)"


async def test_a_screen_reader_finds_landmarks_headings_and_tables(tab, told):
    await tab.open(told)
    found = await tab.landmarks()
    assert found[0] == ("banner", "")
    assert [role for role, _ in found].count("main") == 1
    headings = [name for role, name in found if role == "heading"]
    assert headings[0] == "Durable Orders: the HTTP API"
    assert "POST /api/orders" in headings
    regions = [name for role, name in found if role == "region"]
    assert {"Orders", "Dead letters", "What documents hold"} <= set(regions)
    assert all(name for role, name in found if role == "table")


async def test_it_prints_on_a4(tab, told):
    await tab.open(told)
    sheets = re.findall(rb"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]", await tab.paper())
    assert {(round(float(width)), round(float(height))) for width, height in sheets} == {(595, 842)}
