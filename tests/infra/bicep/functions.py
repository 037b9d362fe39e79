"""Bicep's functions that need nothing but their arguments."""

import ipaddress
import json
from base64 import b64encode
from collections.abc import Callable
from functools import reduce
from typing import Any

from tests.infra.bicep.values import Guid, Unevaluable, Value, marks_in, unique_string


def _text(value: Value) -> str:
    if isinstance(value, bool):
        return "True" if value else "False"
    return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))


def _format(template: str, *values: Value) -> str:
    return reduce(
        lambda text, each: text.replace(f"{{{each[0]}}}", _text(each[1])),
        enumerate(values),
        template,
    )


def _contains(whole: Value, part: Value) -> bool:
    return part in whole


def _union(*values: Value) -> Value:
    if all(isinstance(value, dict) for value in values):
        return reduce(_merged, values, {})
    together: list[Value] = []
    for value in values:
        together += [each for each in value if each not in together]
    return together


def _merged(left: Value, right: Value) -> Value:
    """Objects in objects are merged too, anything else is replaced."""
    if not (isinstance(left, dict) and isinstance(right, dict)):
        return right
    return left | {key: _merged(left.get(key), value) for key, value in right.items()}


def _intersection(first: Value, *others: Value) -> Value:
    kept = [key for key in first if all(key in other for other in others)]
    return {key: first[key] for key in kept} if isinstance(first, dict) else kept


def _items(whole: dict[str, Value]) -> list[Value]:
    return [{"key": key, "value": whole[key]} for key in sorted(whole)]


def _join(values: list[Value], between: str) -> str:
    return between.join(_text(value) for value in values)


def _split(text: str, delimiters: str | list[str]) -> list[str]:
    marks = [delimiters] if isinstance(delimiters, str) else delimiters
    for mark in marks[1:]:
        text = text.replace(mark, marks[0])
    return text.split(marks[0])


def _padded(value: Value, length: int, character: str = " ") -> str:
    return _text(value).rjust(length, character)


def _substring(text: str, start: int, length: int | None = None) -> str:
    end = len(text) if length is None else start + length
    if end > len(text):
        raise Unevaluable(f"substring() reaches beyond {text!r}")
    return text[start:end]


def _sorted(values: list[Value], before: Callable[[Value, Value], bool]) -> list[Value]:
    ordered: list[Value] = []
    for value in values:
        place = next((i for i, each in enumerate(ordered) if before(value, each)), len(ordered))
        ordered.insert(place, value)
    return ordered


def _reduced(values: list[Value], start: Value, step: Callable[[Value, Value], Value]) -> Value:
    return reduce(step, values, start)


def _to_object(
    values: list[Value], key: Callable[[Value], str], value: Callable[[Value], Value] | None = None
) -> Value:
    return {key(each): value(each) if value else each for each in values}


def _guid(*of: str) -> Guid:
    return Guid.made_of(of, marks_in(of))


def _subnet(network: str, length: int, index: int) -> str:
    return str(list(ipaddress.ip_network(network).subnets(new_prefix=length))[index])


def _first(values: Value) -> Value:
    return values[0] if values else None


def _last(values: Value) -> Value:
    return values[-1] if values else None


def _coalesced(*values: Value) -> Value:
    return next((value for value in values if value is not None), None)


def _flat(values: list[list[Value]]) -> list[Value]:
    return [each for inner in values for each in inner]


def _refused(name: str) -> Callable[..., Any]:
    def refuse(*_arguments: Value) -> Value:
        raise Unevaluable(f"{name}() gives another value each time: what-if could not be trusted")

    return refuse


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "any": lambda value: value,
    "array": lambda value: value if isinstance(value, list) else [value],
    "base64": lambda text: b64encode(text.encode()).decode(),
    "bool": lambda value: value if isinstance(value, bool) else _text(value).lower() == "true",
    "cidrSubnet": _subnet,
    "coalesce": _coalesced,
    "concat": lambda *parts: _flat(list(parts)) if isinstance(parts[0], list) else "".join(parts),
    "contains": _contains,
    "empty": lambda value: not value,
    "endsWith": lambda text, end: text.lower().endswith(end.lower()),
    "filter": lambda values, test: [value for value in values if test(value)],
    "first": _first,
    "flatten": _flat,
    "format": _format,
    "guid": _guid,
    "indexOf": lambda text, part: text.lower().find(part.lower()),
    "int": int,
    "intersection": _intersection,
    "items": _items,
    "join": _join,
    "json": json.loads,
    "last": _last,
    "length": len,
    "map": lambda values, change: [change(value) for value in values],
    "max": lambda *values: max(values[0] if isinstance(values[0], list) else values),
    "min": lambda *values: min(values[0] if isinstance(values[0], list) else values),
    "newGuid": _refused("newGuid"),
    "objectKeys": sorted,
    "padLeft": _padded,
    "range": lambda start, count: list(range(start, start + count)),
    "reduce": _reduced,
    "replace": lambda text, old, new: text.replace(old, new),
    "skip": lambda values, count: values[count:],
    "sort": _sorted,
    "split": _split,
    "startsWith": lambda text, start: text.lower().startswith(start.lower()),
    "string": _text,
    "substring": _substring,
    "take": lambda values, count: values[:count],
    "toLower": lambda text: text.lower(),
    "toObject": _to_object,
    "toUpper": lambda text: text.upper(),
    "trim": lambda text: text.strip(),
    "union": _union,
    "uniqueString": unique_string,
    "utcNow": _refused("utcNow"),
}
"""By name. guid() and uniqueString() differ from Azure's in their value, not in their nature."""
