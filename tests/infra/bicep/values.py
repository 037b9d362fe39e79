"""Values of expressions: Python's own, with marks on texts that are late or secret."""

import hashlib
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Self

Value = Any
"""str, int, bool, None, list, dict, a `Deployed`, a `Place` or a function."""


class Unevaluable(ValueError):
    """An expression that Azure would refuse too, or that nothing here can know."""


@dataclass(frozen=True, slots=True)
class Marks:
    """`late`: known only while Azure deploys; `secret`: opens something to whoever reads it."""

    late: bool = False
    secret: bool = False

    def __or__(self, other: "Marks") -> "Marks":
        """What is either."""
        return Marks(self.late or other.late, self.secret or other.secret)


class Marked(str):
    """A text that carries marks."""

    marks: Marks

    def __new__(cls, text: str, marks: Marks) -> Self:
        """The text, marked."""
        made = super().__new__(cls, text)
        made.marks = marks
        return made


class Guid(Marked):
    """What guid() makes, which remembers what it was made of."""

    of: tuple[str, ...]

    @classmethod
    def made_of(cls, of: tuple[str, ...], marks: Marks) -> Self:
        """A stable id of the texts; not the one Azure computes, but as unique."""
        made = cls(str(uuid.uuid5(uuid.NAMESPACE_URL, "\n".join(of))), marks)
        made.of = of
        return made


def marks_in(value: Value) -> Marks:
    """The marks of a value and of everything in it."""
    if isinstance(value, Marked):
        return value.marks
    inner: list[Value] = []
    if isinstance(value, dict):
        inner = [*value, *value.values()]
    elif isinstance(value, list | tuple):
        inner = list(value)
    marks = Marks()
    for each in inner:
        marks |= marks_in(each)
    return marks


def marked(value: Value, marks: Marks) -> Value:
    """The value with these marks on every text in it, besides its own."""
    if isinstance(value, Guid):
        return Guid.made_of(value.of, value.marks | marks)
    if isinstance(value, str):
        both = marks | marks_in(value)
        return Marked(value, both) if both != Marks() else value
    if isinstance(value, list):
        return [marked(each, marks) for each in value]
    if isinstance(value, dict):
        return {key: marked(each, marks) for key, each in value.items()}
    return value


def arrived(value: Value) -> Value:
    """The value as a module gets it: by then nothing in it is late any more."""
    if isinstance(value, Guid):
        return Guid.made_of(value.of, Marks(secret=value.marks.secret))
    if isinstance(value, Marked):
        return Marked(value, Marks(secret=True)) if value.marks.secret else str(value)
    if isinstance(value, list):
        return [arrived(each) for each in value]
    if isinstance(value, dict):
        return {key: arrived(each) for key, each in value.items()}
    return value


def unique_string(*of: str) -> str:
    """Thirteen characters, as uniqueString() makes, all of them digits.

    Azure's may be letters too; digits are the harder case for names, and easy to find again.
    """
    digest = hashlib.sha256("\n".join(of).encode()).hexdigest()
    return f"{int(digest, 16) % 10**13:013d}"


Body = dict[str, Value]


@dataclass(frozen=True, slots=True)
class Origin:
    """Where in the templates a resource stands, and what it is called there."""

    type: str
    version: str
    existing: bool
    file: Path
    symbol: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is deployed: a subscription, or a resource group in it."""

    subscription: str
    group: str | None = None
    location: str = "westeurope"

    @property
    def kind(self) -> str:
        """As `targetScope` calls it."""
        return "resourceGroup" if self.group else "subscription"

    @property
    def id(self) -> str:
        """The resource id that everything here begins with."""
        base = f"/subscriptions/{self.subscription}"
        return f"{base}/resourceGroups/{self.group}" if self.group else base


class Deployed:
    """A resource of an expansion."""

    def __init__(self, origin: Origin, name: str, id_: str, write: Callable[[], Body]) -> None:
        """`write` computes the body, once someone asks: resources refer to each other's ids."""
        self.origin = origin
        self.name = name
        self.id = id_
        self._write = write

    @property
    def type(self) -> str:
        """Its full type, parents included."""
        return self.origin.type

    @cached_property
    def body(self) -> Body:
        """What the template says of it, without what only tells its place (name, scope ...)."""
        return self._write()

    @property
    def properties(self) -> Body:
        """Its properties, if it has any."""
        return dict(self.body.get("properties", {}))

    def __repr__(self) -> str:
        """Its id, for messages."""
        return self.id
