"""Finds the names of a file that mean nothing, and those that nobody uses."""

import dataclasses
from collections.abc import Iterator

from tests.infra.bicep import scopes
from tests.infra.bicep.functions import FUNCTIONS
from tests.infra.bicep.syntax import (
    Call,
    Expression,
    File,
    Index,
    Lambda,
    Literal,
    Loop,
    Member,
    Module,
    Name,
    Object,
    Resource,
)

_FUNCTIONS = (
    set(FUNCTIONS)
    | set(scopes.functions(scopes.HERE))
    | {"loadJsonContent", "loadTextContent", "readEnvironmentVariable"}
)
_NAMESPACES = {"az", "sys"}


def inside(node: Expression) -> Iterator[Expression]:
    """The expressions that `node` is made of, without their own parts."""
    for field in dataclasses.fields(node):
        yield from _expressions(getattr(node, field.name))


def _expressions(value: object) -> Iterator[Expression]:
    if isinstance(value, tuple):
        for each in value:
            yield from _expressions(each)
    elif isinstance(value, Expression):
        yield value


def everything(node: Expression) -> Iterator[Expression]:
    """`node` and all that is in it."""
    yield node
    for each in inside(node):
        yield from everything(each)


def roots(file: File) -> Iterator[Expression]:
    """Every expression that stands by itself in a file."""
    for parameter in file.parameters.values():
        if parameter.default is not None:
            yield parameter.default
    for table in (file.variables, file.outputs, file.assignments):
        yield from (each.value for each in table.values())
    for declarations in (file.resources, file.modules):
        yield from (whole(each) for each in declarations.values())


def whole(declared: Resource | Module) -> Expression:
    """A resource or module as one expression: its condition may name the item of its loop."""
    condition = declared.condition or Literal(True)
    body = Object((*declared.body.members, (Literal("if"), condition)))
    loop = declared.loop
    return Loop(loop.item, loop.index, loop.source, body) if loop else body


def free_names(node: Expression, bound: frozenset[str] = frozenset()) -> Iterator[Name]:
    """The names in `node` that neither a loop nor a lambda in it declares."""
    if isinstance(node, Name):
        if node.name not in bound:
            yield node
    elif isinstance(node, Loop):
        yield from free_names(node.source, bound)
        yield from free_names(node.body, bound | {node.item, node.index or node.item})
    else:
        inner = bound | set(node.names) if isinstance(node, Lambda) else bound
        for each in inside(node):
            yield from free_names(each, inner)


def undefined(file: File) -> list[str]:
    """The symbols and functions that a file names and nobody declares."""
    known = {*file.parameters, *file.variables, *file.resources, *file.modules, *_NAMESPACES}
    known |= {name for each in file.imports for name in each.names}
    found = []
    for root in roots(file):
        found += [
            f"{file.path.name}:{name.line}: nothing is called {name.name}"
            for name in free_names(root)
            if name.name not in known
        ]
        found += [
            f"{file.path.name}:{call.line}: no function is called {call.name}"
            for call in everything(root)
            if isinstance(call, Call) and call.of is None and call.name not in _FUNCTIONS
        ]
    return found


def unused(file: File) -> list[str]:
    """The parameters, variables, imports and existing resources that a file does not use."""
    used = {name.name for root in roots(file) for name in free_names(root)}
    used |= _named_types(file)
    declared: dict[str, int] = {each.name: each.line for each in file.parameters.values()}
    declared |= {each.name: each.line for each in file.resources.values() if each.existing}
    declared |= {name: each.line for each in file.imports for name in each.names}
    if not _is_library(file):  # whose variables are there for others
        declared |= {each.name: each.line for each in file.variables.values()}
    return [
        f"{file.path.name}:{line}: {name} is not used"
        for name, line in declared.items()
        if name not in used
    ]


def _is_library(file: File) -> bool:
    return not (file.resources or file.modules)


def _named_types(file: File) -> set[str]:
    """The types that parameters and outputs name, however deep."""
    types = [each.type for table in (file.parameters, file.outputs) for each in table.values()]
    return {name for each in file.imports for name in each.names if f"name={name!r}" in repr(types)}


def outputs_read(file: File) -> Iterator[tuple[str, str, int]]:
    """Each `module.outputs.name` in a file: the module's symbol, the output, the line."""
    for root in roots(file):
        yield from outputs_in(root)


def outputs_in(expression: Expression) -> Iterator[tuple[str, str, int]]:
    """The same of one expression."""
    for node in everything(expression):
        match node:
            case Member(of=Member(of=Name(name=symbol), name="outputs"), name=output):
                yield symbol, output, node.line
            case Member(of=Member(of=Index(of=Name(name=symbol)), name="outputs"), name=output):
                yield symbol, output, node.line
            case _:
                pass
