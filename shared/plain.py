"""Frozen dataclasses to plain JSON values in camelCase, and back by their type hints."""

import hashlib
import types
import typing
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache
from typing import Any, TypeAlias, TypeVar, Union, get_args, get_origin

Json: TypeAlias = dict[str, Any]
T = TypeVar("T")


class NotPlain(TypeError):
    """This value or type has no plain form. Use str, int, bool, float, datetime, StrEnum, tuple,
    dict of str, Optional or a frozen dataclass of these."""


def camel(name: str) -> str:
    """`order_id` as `orderId`."""
    head, *rest = name.split("_")
    return head + "".join(word.capitalize() for word in rest)


def rfc3339(moment: datetime) -> str:
    """A moment as the API writes it: UTC, milliseconds, Z (design/api.md)."""
    text = moment.astimezone(UTC).isoformat(timespec="milliseconds")
    return text.removesuffix("+00:00") + "Z"


def to_plain(value: Any) -> Any:
    """The plain JSON form of a value.

    Raises:
        NotPlain: somewhere in it is a type without one.
    """
    match value:
        case StrEnum():
            return value.value
        case None | bool() | int() | float() | str():
            return value
        case datetime():
            return rfc3339(value)
        case tuple() | list():
            return [to_plain(item) for item in value]
        case dict():
            return {key: to_plain(item) for key, item in value.items()}
    kind: Any = type(value)
    if not is_dataclass(kind):
        raise NotPlain(f"{kind.__name__}: {NotPlain.__doc__}")
    names = _names(typing.cast("Any", kind))
    return {plain: to_plain(getattr(value, name)) for name, plain in names}


def from_plain(kind: type[T], plain: Any) -> T:
    """A value of type `kind` from its plain JSON form.

    Raises:
        NotPlain: `kind` has no plain form, or `plain` does not fit it.
    """
    try:
        return typing.cast("T", _reader(typing.cast("Any", kind))(plain))
    except (KeyError, ValueError, AttributeError, TypeError) as error:
        raise NotPlain(f"no {kind} in {str(plain)[:200]}: {error!r}") from error


@cache
def shape(kind: Any) -> str:
    """A short hash of a type's fields, deep: it changes when stored values no longer fit."""
    return hashlib.sha256(_describe(kind).encode()).hexdigest()[:12]


@cache
def _names(kind: Any) -> tuple[tuple[str, str], ...]:
    return tuple((field.name, camel(field.name)) for field in fields(kind))


@cache
def _reader(kind: Any) -> Callable[[Any], Any]:
    """How to read one type; made once a type, because every read of an order comes through here."""
    if get_origin(kind) is not None:
        return _generic_reader(get_origin(kind), get_args(kind))
    if is_dataclass(kind):
        return _dataclass_reader(kind)
    if kind is datetime:
        return datetime.fromisoformat
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return kind
    return _scalar_reader(kind)


def _generic_reader(origin: Any, inner: tuple[Any, ...]) -> Callable[[Any], Any]:
    if origin in (Union, types.UnionType):
        return _optional_reader(inner)
    if origin is tuple:
        item = _reader(inner[0])
        return lambda plain: tuple(item(each) for each in plain)
    if origin is dict:
        entry = _reader(inner[1])
        return lambda plain: {key: entry(each) for key, each in plain.items()}
    raise NotPlain(f"{origin}: {NotPlain.__doc__}")


def _scalar_reader(kind: Any) -> Callable[[Any], Any]:
    if kind is Any:
        return lambda plain: plain
    if kind not in (str, int, bool, float):
        raise NotPlain(f"{kind}: {NotPlain.__doc__}")
    accepted = (int, float) if kind is float else kind

    def read(plain: Any) -> Any:
        if not isinstance(plain, accepted) or (isinstance(plain, bool) and kind is not bool):
            raise ValueError(f"not a {kind.__name__}")
        return plain

    return read


def _optional_reader(members: tuple[Any, ...]) -> Callable[[Any], Any]:
    rest = [member for member in members if member is not type(None)]
    if len(rest) != 1:
        raise NotPlain(f"{members}: of unions only X | None has a plain form")
    read = _reader(rest[0])
    return lambda plain: None if plain is None else read(plain)


def _dataclass_reader(kind: Any) -> Callable[[Any], Any]:
    hints = typing.get_type_hints(kind)
    readers = [(name, plain, _reader(hints[name])) for name, plain in _names(kind)]

    def read(given: Any) -> Any:
        # A member that is missing takes the field's default: fields may be added over time.
        return kind(**{name: one(given[plain]) for name, plain, one in readers if plain in given})

    return read


def _describe(kind: Any) -> str:
    inner = ",".join(_describe(each) for each in get_args(kind) if each is not Ellipsis)
    if is_dataclass(kind):
        hints = typing.get_type_hints(kind)
        inner = ",".join(f"{field.name}:{_describe(hints[field.name])}" for field in fields(kind))
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        inner = ",".join(kind)
    return f"{getattr(kind, '__name__', kind)}<{inner}>"
