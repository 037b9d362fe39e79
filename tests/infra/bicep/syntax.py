"""The tree of a Bicep file: expressions, types, declarations."""

from dataclasses import dataclass, field
from pathlib import Path

# ---- expressions -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Literal:
    """A number, a boolean, null, or a string without interpolation."""

    value: str | int | bool | None


@dataclass(frozen=True, slots=True)
class Text:
    """A string with interpolations."""

    parts: tuple["str | Expression", ...]


@dataclass(frozen=True, slots=True)
class Name:
    """A symbol, by its name."""

    name: str
    line: int


@dataclass(frozen=True, slots=True)
class Member:
    """`of.name`; `of.?name` if `safe`."""

    of: "Expression"
    name: str
    safe: bool
    line: int


@dataclass(frozen=True, slots=True)
class Index:
    """`of[key]`."""

    of: "Expression"
    key: "Expression"
    line: int


@dataclass(frozen=True, slots=True)
class Call:
    """`name(arguments)`, or `of.name(arguments)`."""

    name: str
    arguments: tuple["Expression", ...]
    line: int
    of: "Expression | None" = None


@dataclass(frozen=True, slots=True)
class Array:
    """`[a, b]`."""

    items: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class Object:
    """`{ key: value }`."""

    members: tuple[tuple["Expression", "Expression"], ...]


@dataclass(frozen=True, slots=True)
class Loop:
    """`[for item in source: body]`, or `[for (item, index) in source: body]`."""

    item: str
    index: str | None
    source: "Expression"
    body: "Expression"


@dataclass(frozen=True, slots=True)
class Lambda:
    """`(a, b) => body`."""

    names: tuple[str, ...]
    body: "Expression"


@dataclass(frozen=True, slots=True)
class Unary:
    """`!operand` or `-operand`."""

    operator: str
    operand: "Expression"


@dataclass(frozen=True, slots=True)
class Binary:
    """`left operator right`."""

    operator: str
    left: "Expression"
    right: "Expression"


@dataclass(frozen=True, slots=True)
class Choice:
    """`condition ? yes : no`."""

    condition: "Expression"
    yes: "Expression"
    no: "Expression"


Expression = (
    Literal | Text | Name | Member | Index | Call | Array | Object | Loop | Lambda | Unary | Binary
    | Choice
)  # fmt: skip

# ---- types -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Named:
    """`string`, `int`, `bool`, `array`, `object`, or a type that a file declares."""

    name: str
    line: int


@dataclass(frozen=True, slots=True)
class Exactly:
    """A type of one value."""

    value: str | int | bool | None


@dataclass(frozen=True, slots=True)
class ListOf:
    """`item[]`."""

    item: "Type"


@dataclass(frozen=True, slots=True)
class OneOf:
    """`a | b`; `a?` is `a | null`."""

    options: tuple["Type", ...]


@dataclass(frozen=True, slots=True)
class Shape:
    """`{ name: type }`; `rest` is the type of `*`."""

    members: tuple[tuple[str, "Type"], ...]
    rest: "Type | None" = None


Type = Named | Exactly | ListOf | OneOf | Shape

# ---- declarations ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Decorator:
    """`@name(arguments)`."""

    name: str
    arguments: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Parameter:
    """`param name type = default`."""

    name: str
    type: Type
    default: Expression | None
    decorators: tuple[Decorator, ...]
    line: int

    @property
    def secure(self) -> bool:
        """Whether it carries a secret."""
        return any(decorator.name == "secure" for decorator in self.decorators)

    @property
    def required(self) -> bool:
        """Whether every caller has to give it."""
        optional = isinstance(self.type, OneOf) and Exactly(None) in self.type.options
        return self.default is None and not optional


@dataclass(frozen=True, slots=True)
class Variable:
    """`var name = value`."""

    name: str
    value: Expression
    line: int


@dataclass(frozen=True, slots=True)
class Output:
    """`output name type = value`."""

    name: str
    type: Type
    value: Expression
    line: int


@dataclass(frozen=True, slots=True)
class Resource:
    """`resource symbol 'type@version' = body`, the loop and the condition taken apart."""

    name: str
    type: str
    version: str
    existing: bool
    condition: Expression | None
    loop: Loop | None
    body: Object
    line: int


@dataclass(frozen=True, slots=True)
class Module:
    """`module symbol 'path' = body`."""

    name: str
    path: str
    condition: Expression | None
    loop: Loop | None
    body: Object
    line: int


@dataclass(frozen=True, slots=True)
class TypeAlias:
    """`type name = type`."""

    name: str
    type: Type
    line: int


@dataclass(frozen=True, slots=True)
class Import:
    """`import { names } from 'path'`."""

    names: tuple[str, ...]
    path: str
    line: int


Declaration = Parameter | Variable | Output | Resource | Module | TypeAlias


@dataclass(slots=True)
class File:
    """A .bicep file, or a .bicepparam with its `using` and its `assignments`."""

    path: Path
    scope: str = "resourceGroup"
    parameters: dict[str, Parameter] = field(default_factory=dict)
    variables: dict[str, Variable] = field(default_factory=dict)
    outputs: dict[str, Output] = field(default_factory=dict)
    resources: dict[str, Resource] = field(default_factory=dict)
    modules: dict[str, Module] = field(default_factory=dict)
    types: dict[str, TypeAlias] = field(default_factory=dict)
    imports: list[Import] = field(default_factory=list)
    using: str | None = None
    assignments: dict[str, Variable] = field(default_factory=dict)
