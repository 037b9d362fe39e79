"""Finds the function that answers a request: the first match in name order.

See reference/host-triggers.md 2.1.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from localhost.functions import FunctionSpec
from localhost.templates import Template, parse
from localhost.validation import methods_of, route_of


@dataclass(frozen=True, slots=True)
class Route:
    """One HTTP function's place in the table."""

    spec: FunctionSpec
    template: Template
    methods: frozenset[str] | None
    """None: every verb, unknown ones too."""


@dataclass(frozen=True, slots=True)
class Match:
    """The function found for a request, with its route values."""

    spec: FunctionSpec
    values: Mapping[str, str]


def table(specs: Iterable[FunctionSpec], prefix: str) -> list[Route]:
    """Return the routes of all HTTP functions without errors, in the order given.

    ``prefix`` is host.json's ``extensions.http.routePrefix``. Disabled functions keep their place:
    they match, and then are not found.
    """
    return [
        Route(spec, parse(full_route(spec, prefix)), methods_of(spec))
        for spec in specs
        if spec.trigger.type.lower() == "httptrigger" and not spec.errors
    ]


def full_route(spec: FunctionSpec, prefix: str) -> str:
    """Return the template of an HTTP function under the prefix, without a leading slash."""
    return "/".join(part for part in (prefix.strip("/"), route_of(spec)) if part)


def find(routes: Sequence[Route], method: str, path: str) -> Match | None:
    """Return the first route that takes this verb and this decoded path; None when none does.

    There is no precedence of specific routes, a verb that does not fit is no match, and ``GET``
    does not imply ``HEAD``.
    """
    relative = path.removeprefix("/")
    for route in routes:
        if route.methods is None or method.upper() in route.methods:
            values = route.template.match(relative)
            if values is not None:
                return Match(route.spec, values)
    return None
