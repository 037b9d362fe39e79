"""Routing is first match in name order, verbs included."""

import azure.functions as func
import pytest

from localhost.indexing import index
from localhost.routes import find, table
from tests.localhost.serving import app, settings


def routed(*routes: tuple[str, str, list[str] | None], prefix="api"):
    """Make an app of (function name, route, verbs), and return its route table."""
    made = app()
    for name, route, methods in routes:

        def answer(req: func.HttpRequest) -> str:
            return req.url

        answer.__name__ = name
        made.route(route=route, methods=methods)(answer)
    specs = index(made, settings())
    return table(specs, prefix), {spec.name: spec.errors for spec in specs}


def name_of(found):
    return found.spec.name if found else None


def test_the_first_name_wins_over_the_more_specific_route():
    routes, _ = routed(("z_item", "items/{id}", None), ("a_all", "{*rest}", None))
    assert name_of(find(routes, "GET", "/api/items/1")) == "a_all"


def test_names_are_ordered_ignoring_case():
    routes, _ = routed(("Zebra", "{*rest}", None), ("ape", "{x}", None))
    assert name_of(find(routes, "GET", "/api/1")) == "ape"


def test_a_wrong_verb_goes_on_to_the_next_route():
    routes, _ = routed(("a", "x", ["POST"]), ("b", "{any}", ["GET"]))
    assert name_of(find(routes, "GET", "/api/x")) == "b"
    assert name_of(find(routes, "DELETE", "/api/x")) is None


@pytest.mark.parametrize("verb", ["HEAD", "OPTIONS", "PURGE", "get"])
def test_without_methods_every_verb_fits(verb):
    routes, _ = routed(("a", "x", None))
    assert name_of(find(routes, verb, "/api/x")) == "a"


def test_get_does_not_imply_head():
    routes, _ = routed(("a", "x", ["GET"]))
    assert find(routes, "HEAD", "/api/x") is None


@pytest.mark.parametrize("prefix", ["", "/"])
def test_an_empty_prefix_removes_it(prefix):
    routes, _ = routed(("a", "x", None), prefix=prefix)
    assert name_of(find(routes, "GET", "/x")) == "a"


def test_a_leading_slash_of_a_route_is_trimmed():
    routes, _ = routed(("a", "/x", None))
    assert name_of(find(routes, "GET", "/api/x")) == "a"


@pytest.mark.parametrize("route", ["admin", "Admin/x", "administrators", "runtime/x", "/runtime"])
def test_built_in_routes_are_reserved(route):
    routes, errors = routed(("a", route, None))
    assert errors["a"] == ("The specified route conflicts with one or more built in routes.",)
    assert routes == []


def test_the_later_of_two_equal_routes_is_dropped():
    routes, errors = routed(("b", "X/{id}", None), ("a", "x/{ID}/", ["GET"]))
    assert errors["b"] == ("The route specified conflicts with the route defined by function 'a'.",)
    assert [route.spec.name for route in routes] == ["a"]


def test_equal_routes_with_other_verbs_live_together():
    routes, errors = routed(("a", "x", ["GET"]), ("b", "x", ["POST"]))
    assert errors == {"a": (), "b": ()}
    assert name_of(find(routes, "POST", "/api/x")) == "b"


def test_a_bad_template_puts_its_function_in_error():
    _, errors = routed(("a", "x/{id:colour}", None), ("b", "y", None))
    assert "there is no constraint 'colour'" in errors["a"][0]
    assert errors["b"] == ()
