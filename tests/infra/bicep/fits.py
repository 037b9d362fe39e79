"""Tells whether a value fits a type and a parameter's decorators."""

from collections.abc import Callable, Mapping
from typing import Any

from tests.infra.bicep.syntax import (
    Array,
    Exactly,
    Expression,
    ListOf,
    Literal,
    Named,
    Object,
    OneOf,
    Parameter,
    Shape,
    Type,
)
from tests.infra.bicep.values import Unevaluable, Value

Aliases = Mapping[str, Type]


PRIMITIVES: dict[str, Callable[[Value], bool]] = {
    "string": lambda value: isinstance(value, str),
    "int": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "bool": lambda value: isinstance(value, bool),
    "array": lambda value: isinstance(value, list),
    "object": lambda value: isinstance(value, dict),
}


def misfit(value: Value, kind: Type, aliases: Aliases) -> str:
    """Why `value` is not of type `kind`; nothing if it is."""
    return _MISFITS[type(kind)](value, kind, aliases)


def _named(value: Value, kind: Named, aliases: Aliases) -> str:
    if kind.name in aliases:
        return misfit(value, aliases[kind.name], aliases)
    if kind.name not in PRIMITIVES:
        return f"no type is called {kind.name}"
    return "" if PRIMITIVES[kind.name](value) else f"{value!r} is no {kind.name}"


def _exactly(value: Value, kind: Exactly, _aliases: Aliases) -> str:
    same = value == kind.value and isinstance(value, bool) == isinstance(kind.value, bool)
    return "" if same else f"{value!r} is not {kind.value!r}"


def _list(value: Value, kind: ListOf, aliases: Aliases) -> str:
    if not isinstance(value, list):
        return f"{value!r} is no array"
    return next((why for each in value if (why := misfit(each, kind.item, aliases))), "")


def _one(value: Value, kind: OneOf, aliases: Aliases) -> str:
    reasons = [misfit(value, option, aliases) for option in kind.options]
    return "" if "" in reasons else "; ".join(reasons)


def _shape(value: Value, kind: Shape, aliases: Aliases) -> str:
    if not isinstance(value, dict):
        return f"{value!r} is no object"
    members = dict(kind.members)
    for name, each in value.items():
        expected = members.get(name, kind.rest)
        if expected is None:
            return f"the object may not hold {name}"
        if why := misfit(each, expected, aliases):
            return f"{name}: {why}"
    missing = [
        name
        for name, expected in members.items()
        if name not in value and misfit(None, expected, aliases)
    ]
    return f"the object lacks {', '.join(missing)}" if missing else ""


_MISFITS: dict[type, Callable[[Value, Any, Aliases], str]] = {
    Named: _named,
    Exactly: _exactly,
    ListOf: _list,
    OneOf: _one,
    Shape: _shape,
}


def refused(value: Value, parameter: Parameter, aliases: Aliases) -> str:
    """Why a parameter refuses `value`; nothing if it takes it."""
    if value is None and not parameter.required:
        return ""
    if why := misfit(value, parameter.type, aliases):
        return why
    for decorator in parameter.decorators:
        if decorator.name in _BOUNDS and not _BOUNDS[decorator.name](
            value, constant(decorator.arguments[0])
        ):
            return f"{value!r} breaks @{decorator.name}({constant(decorator.arguments[0])!r})"
    return ""


def constant(node: Expression) -> Value:
    """The value of an expression that is written out.

    Raises:
        Unevaluable: it depends on something.
    """
    if isinstance(node, Literal):
        return node.value
    if isinstance(node, Array):
        return [constant(item) for item in node.items]
    if isinstance(node, Object):
        return {constant(key): constant(value) for key, value in node.members}
    raise Unevaluable(f"{node} is no constant")


_BOUNDS: dict[str, Callable[[Any, Any], bool]] = {
    "allowed": lambda value, options: value in options,
    "minLength": lambda value, bound: len(value) >= bound,
    "maxLength": lambda value, bound: len(value) <= bound,
    "minValue": lambda value, bound: value >= bound,
    "maxValue": lambda value, bound: value <= bound,
}
