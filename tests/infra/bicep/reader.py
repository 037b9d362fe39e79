"""Reads a .bicep or .bicepparam file into its declarations.

The subset is the one that every parser at hand understands (reference/infra.md 6): no spread, no
user functions, no ternary over several lines, no resource inside another (`parent` says the same).
pycep cannot stand in for it: its tree writes a string and a symbol alike, knows no precedence and
reads no .bicepparam.
"""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from tests.infra.bicep.cursor import Cursor
from tests.infra.bicep.expressions import expression, loop_head, members
from tests.infra.bicep.syntax import (
    Declaration,
    Decorator,
    Expression,
    File,
    Import,
    Literal,
    Loop,
    Module,
    Object,
    Output,
    Parameter,
    Resource,
    TypeAlias,
    Variable,
)
from tests.infra.bicep.tokens import BadSyntax, Kind, tokens
from tests.infra.bicep.types import type_of

D = TypeVar("D", bound=Declaration)


def read(path: Path) -> File:
    """The declarations of the file at `path`.

    Raises:
        BadSyntax: with the line, when it is not Bicep or outside the subset.
    """
    return read_text(path.read_text("utf-8"), path)


def read_text(text: str, path: Path) -> File:
    """The declarations in `text`; `path` tells whether these are parameters."""
    return _Reader(Cursor(tokens(text)), path).read()


class _Reader:
    def __init__(self, cursor: Cursor, path: Path) -> None:
        self.cursor = cursor
        self.file = File(path)
        self.statements: dict[str, Callable[[tuple[Decorator, ...], int], None]] = {
            "targetScope": self._scope,
            "metadata": self._metadata,
            "import": self._import,
            "type": self._type,
            "param": self._assignment if path.suffix == ".bicepparam" else self._parameter,
            "var": self._variable,
            "output": self._output,
            "resource": self._resource,
            "module": self._module,
            "using": self._using,
        }

    def read(self) -> File:
        """Every statement, in order."""
        self.cursor.skip_lines()
        while not self.cursor.ended:
            decorators = self._decorators()
            token = self.cursor.advance()
            statement = self.statements.get(token.text)
            if statement is None:
                raise BadSyntax(token.line, f"no statement begins with {token.text!r}")
            statement(decorators, token.line)
            if not self.cursor.ended:
                self.cursor.expect_kind(Kind.LINE)
            self.cursor.skip_lines()
        return self.file

    def _decorators(self) -> tuple[Decorator, ...]:
        found: list[Decorator] = []
        while self.cursor.take("@"):
            line = self.cursor.current.line
            call = expression(self.cursor)
            name, arguments = getattr(call, "name", None), getattr(call, "arguments", None)
            if name is None or arguments is None:
                raise BadSyntax(line, "a decorator is a call, such as @secure()")
            found.append(Decorator(name, arguments))
            self.cursor.skip_lines()
        return tuple(found)

    def _declare(self, table: dict[str, D], declaration: D) -> None:
        file = self.file
        symbols = (file.parameters, file.variables, file.resources, file.modules)
        # Outputs and types have names of their own; all other symbols share one space.
        spaces = symbols if any(table is space for space in symbols) else (table,)
        if any(declaration.name in space for space in spaces):
            raise BadSyntax(declaration.line, f"{declaration.name} is declared twice")
        table[declaration.name] = declaration

    def _scope(self, _decorators: tuple[Decorator, ...], _line: int) -> None:
        self.cursor.expect("=")
        self.file.scope = self.cursor.text()

    def _metadata(self, _decorators: tuple[Decorator, ...], _line: int) -> None:
        self.cursor.name()
        self.cursor.expect("=")
        expression(self.cursor)

    def _using(self, _decorators: tuple[Decorator, ...], _line: int) -> None:
        self.file.using = self.cursor.text()

    def _import(self, _decorators: tuple[Decorator, ...], line: int) -> None:
        self.cursor.expect("{")
        self.cursor.skip_lines()
        names = []
        while not self.cursor.take("}"):
            names.append(self.cursor.name())
            self.cursor.separator("}")
        self.cursor.expect_word("from")
        self.file.imports.append(Import(tuple(names), self.cursor.text(), line))

    def _type(self, _decorators: tuple[Decorator, ...], line: int) -> None:
        name = self.cursor.name()
        self.cursor.expect("=")
        self._declare(self.file.types, TypeAlias(name, type_of(self.cursor), line))

    def _assignment(self, _decorators: tuple[Decorator, ...], line: int) -> None:
        name = self.cursor.name()
        self.cursor.expect("=")
        self._declare(self.file.assignments, Variable(name, expression(self.cursor), line))

    def _parameter(self, decorators: tuple[Decorator, ...], line: int) -> None:
        name, kind = self.cursor.name(), type_of(self.cursor)
        default = expression(self.cursor) if self.cursor.take("=") else None
        self._declare(self.file.parameters, Parameter(name, kind, default, decorators, line))

    def _variable(self, _decorators: tuple[Decorator, ...], line: int) -> None:
        name = self.cursor.name()
        self.cursor.expect("=")
        self._declare(self.file.variables, Variable(name, expression(self.cursor), line))

    def _output(self, _decorators: tuple[Decorator, ...], line: int) -> None:
        name, kind = self.cursor.name(), type_of(self.cursor)
        self.cursor.expect("=")
        self._declare(self.file.outputs, Output(name, kind, expression(self.cursor), line))

    def _resource(self, _decorators: tuple[Decorator, ...], line: int) -> None:
        name = self.cursor.name()
        kind, _, version = self.cursor.text().partition("@")
        existing = self.cursor.take_word("existing")
        self.cursor.expect("=")
        condition, loop, body = self._body()
        self._declare(
            self.file.resources,
            Resource(name, kind, version, existing, condition, loop, body, line),
        )

    def _module(self, _decorators: tuple[Decorator, ...], line: int) -> None:
        name, path = self.cursor.name(), self.cursor.text()
        self.cursor.expect("=")
        condition, loop, body = self._body()
        self._declare(self.file.modules, Module(name, path, condition, loop, body, line))

    def _body(self) -> tuple[Expression | None, Loop | None, Object]:
        """The condition, the loop and the object of a resource or a module."""
        if not self.cursor.take("["):
            condition, body = self._conditional()
            return condition, None, body
        self.cursor.expect_word("for")
        item, index, source = loop_head(self.cursor)
        condition, body = self._conditional()
        self.cursor.skip_lines()
        self.cursor.expect("]")
        return condition, Loop(item, index, source, body), body

    def _conditional(self) -> tuple[Expression | None, Object]:
        condition = None
        if self.cursor.take_word("if"):
            self.cursor.expect("(")
            condition = expression(self.cursor)
            self.cursor.expect(")")
        self.cursor.expect("{")
        return condition, Object(members(self.cursor))


def literal(body: Object, name: str) -> Expression | None:
    """The member `name` of an object as it is written, or nothing."""
    return next((value for key, value in body.members if key == Literal(name)), None)
