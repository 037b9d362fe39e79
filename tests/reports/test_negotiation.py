"""Accept headers as RFC 9110 reads them, and as clients write them."""

import pytest

from blueprints.negotiation import chosen

JSON, HTML, CSV = "application/json", "text/html", "text/csv"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"


@pytest.mark.parametrize(
    ("accept", "answer"),
    [
        (None, JSON),
        ("", JSON),
        ("*/*", JSON),
        (BROWSER, HTML),
        ("text/csv", CSV),
        ("TEXT/CSV", CSV),
        ("text/*", HTML),
        ("application/*", JSON),
        ("text/csv;q=0.9, text/html;q=0.8", CSV),
        ("text/csv;q=0.8, text/html;q=0.9", HTML),
        ("text/html;level=1", HTML),
        ('text/html;profile="a,b;q=0", text/csv;q=0.1', HTML),
        ("text/csv ; q=0.5 , */* ; q=0.1", CSV),
        ("text/*;q=0.5, text/html;q=0", CSV),
        ("*/*, application/json;q=0", HTML),
        ("application/json;q=0.5, */*;q=0.5", JSON),
        ("text/csv;q=1.000", CSV),
        ("text/html;q=0", None),
        ("*/*;q=0", None),
        ("image/png", None),
        ("text/html;q=2", None),
        ("text/html;q=-1, text/csv;q=0.3", CSV),
        ("text/html;q=nan", None),
        ("text", None),
        (",,;=/", None),
        ("text/csv;Q=0.2, text/html;q=0.1", CSV),
    ],
)
def test_the_welcomest_form_is_chosen(accept, answer):
    assert chosen(accept, [JSON, HTML, CSV]) == answer


@pytest.mark.timeout(5)
@pytest.mark.parametrize("bit", [" ", "a/b;", ";q=", '"', "a/b; c=d", "text/html,"])
def test_a_header_of_any_length_is_read_in_no_time(bit):
    chosen(bit * 20_000, [JSON])
