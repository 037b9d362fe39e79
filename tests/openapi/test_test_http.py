"""test.http sends every route once, with bodies that are taken."""

import json
import re
from dataclasses import dataclass

from tests.openapi.described import Described, faults, operations
from workbench.places import ROOT

LINE = re.compile(r"(GET|POST|PUT|DELETE) \{\{base\}\}(/[^?\s]*)")


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    body: str


def requests() -> list[Request]:
    """Every request to the app."""
    found = []
    for block in (ROOT / "test.http").read_text("utf-8").split("###")[1:]:
        named = LINE.search(block)
        if named:
            found.append(Request(named[1], named[2], block.partition("\n\n")[2].strip()))
    return found


def meant(request: Request) -> Described | None:
    """The route of a request; one with a name of its own goes before one with a place for any."""
    fitting = [
        each
        for each in operations().values()
        if each.method == request.method
        and re.fullmatch(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(each.path)), request.path)
    ]
    return min(fitting, key=lambda each: each.path.count("{"), default=None)


def test_every_route_is_sent():
    names = [each.name if (each := meant(request)) else request.path for request in requests()]
    assert set(names) == set(operations())


def test_every_body_is_one():
    for request in requests():
        operation = meant(request)
        assert operation
        if operation.body:
            body = json.loads(request.body)
            assert faults(operation.body["schema"], body, closed=False) == []
