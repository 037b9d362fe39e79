"""A body that the description refuses is refused by the app, and the other way round."""

import copy
from collections.abc import Iterator
from typing import Any

import pytest

from tests.openapi.app import App
from tests.openapi.described import faults, operations
from tests.openapi.test_answers import path_of

WITH_BODY = sorted(name for name, each in operations().items() if each.body)
STRANGE: list[Any] = [
    *(None, True, 0, -1, 1.5, 10**13, "", " ", "x", "x ", "a\x07b", "é", "x" * 201, "x" * 1100),
    *("ada@example.com", "MUG", "EUR", "2026-11-23T09:00:00Z", "2026-11-23", [], {}, ["x"]),
    *("orders.export", "readmodels.rebuild", "completed", "image/png", "DE", "\u0085", "a\nb"),
]
# What no schema can say: skus that stand twice, products that are not there.
BEYOND = {"/lines", "/sku"}


def variations(value: Any) -> Iterator[Any]:
    """The value with one thing in it replaced, left out, or added."""
    yield from STRANGE
    if isinstance(value, dict):
        yield {**value, "colour": "blue"}
        for name, inner in value.items():
            yield {each: value[each] for each in value if each != name}
            for other in variations(inner):
                yield {**value, name: other}
    if isinstance(value, list):
        yield [*value, *value]
        yield value * 51
        for other in variations(value[0]):
            yield [other, *value[1:]]


@pytest.mark.parametrize("name", WITH_BODY)
async def test_the_schema_of_a_body_refuses_just_what_the_app_refuses(name):
    operation, app = operations()[name], App()
    assert operation.body
    for body in variations(copy.deepcopy(operation.body["example"])):
        described = faults(operation.body["schema"], body, closed=False)
        answer = await app.ask(name, body, path=path_of(operation))
        refused = answer.status_code == 400
        if refused != bool(described):
            pointers = {each["pointer"] for each in app.last.get("errors", ())}
            assert BEYOND >= pointers > set(), (body, described, app.last)
