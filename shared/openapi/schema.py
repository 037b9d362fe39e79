"""JSON Schemas (2020-12) of what `shared/plain.py` writes, so that no description is kept twice."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import StrEnum
from types import NoneType, UnionType
from typing import Any, TypeAlias, Union, get_args, get_origin, get_type_hints

from shared.plain import NotPlain, camel

Schema: TypeAlias = dict[str, Any]
Names: TypeAlias = Mapping[Any, str]

TEXT: Schema = {"type": "string"}
COUNT: Schema = {"type": "integer", "minimum": 0}
MOMENT: Schema = {"type": "string", "format": "date-time"}
SCALARS: dict[Any, Schema] = {
    str: TEXT,
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    datetime: MOMENT,
    Any: {},
}


def schema_of(kind: Any, named: Names) -> Schema:
    """The schema of a type's plain form; of a type that has a name, a reference to it.

    Raises:
        NotPlain: the type has no plain form.
    """
    if kind in named:
        return reference(named[kind])
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        (one,) = (each for each in inner if each is not NoneType)
        return nullable(schema_of(one, named))
    if origin is tuple:
        return array(schema_of(inner[0], named))
    if origin is dict:
        return {"type": "object", "additionalProperties": schema_of(inner[1], named)}
    return record_of(kind, named) if is_dataclass(origin or kind) else _scalar(kind)


def _scalar(kind: Any) -> Schema:
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return choice(kind)
    if kind not in SCALARS:
        raise NotPlain(f"{kind}: {NotPlain.__doc__}")
    return dict(SCALARS[kind])


def record_of(kind: Any, named: Names) -> Schema:
    """The object that a dataclass is written as: every member is always there."""
    made = get_origin(kind) or kind
    given = dict(zip(getattr(made, "__parameters__", ()), get_args(kind), strict=True))
    hints = get_type_hints(made)
    types = {each.name: given.get(hints[each.name], hints[each.name]) for each in fields(made)}
    return record({camel(name): schema_of(one, named) for name, one in types.items()})


def record(members: Mapping[str, Schema], *optional: str) -> Schema:
    """An object; it may gain members over time, so clients pass over those they do not know."""
    required = [name for name in members if name not in optional]
    return {"type": "object", "properties": dict(members), "required": required}


def reference(name: str) -> Schema:
    """The schema that the document keeps under a name."""
    return {"$ref": f"#/components/schemas/{name}"}


def array(items: Schema) -> Schema:
    """A list of these."""
    return {"type": "array", "items": items}


def choice(values: type[StrEnum]) -> Schema:
    """One of the words of an enumeration."""
    return {"type": "string", "enum": [each.value for each in values]}


def nullable(schema: Schema) -> Schema:
    """This, or null."""
    if isinstance(schema.get("type"), str) and not {"enum", "const"} & schema.keys():
        return {**schema, "type": [schema["type"], "null"]}
    return {"anyOf": [schema, {"type": "null"}]}


def said(schema: Schema, sentence: str) -> Schema:
    """The same with a sentence about it."""
    return {**schema, "description": sentence}
