"""Schemas in a few words: what a value is, and what it may be."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from shared.openapi.schema import Schema

LIMITS = {
    "minimum": "at least {}",
    "maximum": "at most {}",
    "minLength": "at least {} characters",
    "maxLength": "at most {} characters",
    "minItems": "at least {}",
    "maxItems": "at most {}",
    "pattern": "fits {}",
    "default": "{} unless said",
}
LONGEST = 40  # characters of a pattern that people read; a description stands for longer ones


@dataclass(frozen=True, slots=True)
class Member:
    """One value in a document: where it stands, what it is, which named schemas say more."""

    path: str
    kind: str
    names: tuple[str, ...]
    limits: tuple[str, ...]
    about: str
    is_optional: bool


def members(schema: Schema, path: str = "") -> Iterator[Member]:
    """Every member of an object, those of unnamed objects in it right behind it."""
    required = schema.get("required", ())
    for name, each in schema.get("properties", {}).items():
        place = f"{path}{name}"
        yield member(place, each, is_optional=name not in required)
        inner = _inside(each)
        if inner is not None:
            yield from members(inner, f"{place}{_brackets(each)}.")


def member(path: str, schema: Schema, *, is_optional: bool = False) -> Member:
    """One value."""
    names = tuple(dict.fromkeys(_names(schema)))
    about = str(schema.get("description", ""))
    return Member(path, kind(schema), names, tuple(limits(schema)), about, is_optional)


def kind(schema: Schema) -> str:
    """What a value is, such as `array of Stake` or `string or null`."""
    if "$ref" in schema:
        return name_of(schema)
    for several in ("anyOf", "oneOf"):
        if several in schema:
            return " or ".join(kind(each) for each in schema[several])
    if "const" in schema or "enum" in schema:
        return " or ".join(f"“{each}”" for each in schema.get("enum", [schema.get("const")]))
    told = schema.get("type", "anything")
    if isinstance(told, list):
        return " or ".join(kind({**schema, "type": each}) for each in told)
    if told == "array":
        return f"array of {kind(schema['items'])}"
    return "moment" if told == "string" and schema.get("format") == "date-time" else str(told)


def limits(schema: Schema) -> Iterator[str]:
    """What else a value must be, a phrase each."""
    for name, phrase in LIMITS.items():
        if schema.get(name) is not None and len(str(schema[name])) <= LONGEST:
            yield phrase.format(schema[name])
    if "not" in schema:
        yield f"not {schema['not']['const']}"
    for each in schema.get("anyOf", ()):
        yield from limits(each)
    if isinstance(schema.get("items"), dict):
        yield from limits(schema["items"])


def name_of(reference: Schema) -> str:
    """The name that a reference ends with."""
    return str(reference["$ref"]).rpartition("/")[2]


def _names(schema: Any) -> Iterator[str]:
    if "$ref" in schema:
        yield name_of(schema)
    for each in (*schema.get("anyOf", ()), *schema.get("oneOf", ())):
        yield from _names(each)
    if "items" in schema:
        yield from _names(schema["items"])


def _inside(schema: Schema) -> Schema | None:
    """The unnamed object in a value: itself, an array's item, or what may be null."""
    if "properties" in schema:
        return schema
    if "items" in schema:
        return _inside(schema["items"])
    for each in schema.get("anyOf", ()):
        if "properties" in each:
            return dict(each)
    return None


def _brackets(schema: Schema) -> str:
    return "[]" if schema.get("type") == "array" else ""
