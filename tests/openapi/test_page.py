"""The page for people: every route with its body, its answers and a line to copy, in one file."""

import json
import re
import shlex
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element, fromstring

import pytest

from blueprints.openapi_http import docs
from shared.openapi.curl import curl
from shared.openapi.wording import kind, members
from tests.openapi.described import operations


@pytest.fixture(scope="module")
def page() -> Element:
    text = docs().decode().removeprefix("<!doctype html>\n")
    return fromstring(re.sub(r"<meta ([^>]*)>", r"<meta \1/>", text))  # noqa: S314 - our own


def by_id(page: Element, name: str) -> Element:
    (found,) = (each for each in page.iter() if each.get("id") == name)
    return found


def said(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())


@pytest.mark.parametrize("name", sorted(operations()))
def test_a_route_is_shown_with_everything_one_needs(page, name):
    operation, shown = operations()[name], by_id(page, name)
    text = said(shown)
    assert f"{operation.method}/api{operation.path}" in text
    for parameter in operation.parameters:
        assert parameter["name"] in text
    if operation.body:
        first = next(iter(operation.body["example"]))
        assert f'"{first}"' in text
    linked = {each.get("href", "") for each in shown.iter("a")}
    usual = " ".join(said(by_id(page, each[1:])) for each in linked if each.startswith("#answer-"))
    for status in operation.said["responses"]:
        assert status in text + usual


@pytest.mark.parametrize("name", sorted(operations()))
def test_the_line_to_copy_sends_the_example(page, name):
    operation = operations()[name]
    (line,) = (
        each.text or ""
        for block in by_id(page, name).iter("pre")
        for each in block
        if (each.text or "").startswith("curl ")
    )
    words = shlex.split(line)
    assert (words[words.index("-X") + 1] if "-X" in words else "GET") == operation.method
    (address,) = (word for word in words if word.startswith("http"))
    form = re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(f"/api{operation.path}"))
    assert re.fullmatch(form, urlsplit(address).path)
    if operation.body:
        assert json.loads(words[words.index("-d") + 1]) == operation.body["example"]


def test_an_apostrophe_does_not_end_the_line():
    body = {"example": {"name": "Ada's mug; $(rm -rf /)"}}
    words = shlex.split(curl("POST", "/api/x", (), body))
    assert json.loads(words[-1]) == body["example"]


def test_every_link_leads_to_a_place_on_the_page(page):
    places = [each.get("id") for each in page.iter() if each.get("id")]
    assert len(places) == len(set(places))
    links = {each.get("href", "") for each in page.iter("a")}
    assert {link[1:] for link in links if link.startswith("#")} <= set(places)
    assert {link for link in links if not link.startswith("#")} == {"openapi.json"}


def test_the_page_holds_no_script_and_asks_for_no_file(page):
    tags = {each.tag for each in page.iter()}
    assert not tags & {"script", "link", "img", "iframe", "object", "form"}
    assert not re.search(r"url\(|@import", docs().decode())


def test_every_section_and_every_table_has_a_name(page):
    for each in (*page.iter("section"), *page.iter("article")):
        assert said(by_id(page, each.get("aria-labelledby", "")))
    for table in page.iter("table"):
        assert said(next(table.iter("caption")))
        assert {each.get("scope") for each in table.iter("th")} == {"col", "row"}


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({"type": ["string", "null"]}, "string or null"),
        ({"type": "array", "items": {"$ref": "#/components/schemas/Stake"}}, "array of Stake"),
        ({"type": "string", "format": "date-time"}, "moment"),
        ({"enum": ["a", "b"]}, "“a” or “b”"),
        ({"const": "a"}, "“a”"),
        ({}, "anything"),
    ],
)
def test_a_schema_is_told_in_a_few_words(schema, words):
    assert kind(schema) == words


def test_members_of_inner_objects_stand_behind_theirs():
    inner = {"type": "object", "properties": {"b": {"type": "string"}}, "required": ["b"]}
    outer = {"properties": {"a": {"type": "array", "items": inner}, "c": {"anyOf": [inner, {}]}}}
    assert [each.path for each in members(outer)] == ["a", "a[].b", "c", "c.b"]
