"""Computes expressions, given what their symbols and the functions of their place mean."""

import operator
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from tests.infra.bicep import platform
from tests.infra.bicep.functions import FUNCTIONS
from tests.infra.bicep.syntax import (
    Array,
    Binary,
    Call,
    Choice,
    Expression,
    Index,
    Lambda,
    Literal,
    Loop,
    Member,
    Name,
    Object,
    Text,
    Unary,
)
from tests.infra.bicep.values import Deployed, Guid, Unevaluable, Value, marked, marks_in

Locals = Mapping[str, Value]
_NAMESPACES = ("az", "sys")


class Symbols(Protocol):
    """What a place knows: its symbols, and the functions that depend on where it is."""

    functions: Mapping[str, Callable[..., Any]]

    def symbol(self, name: str) -> Value:
        """The value of a declared symbol."""
        ...

    def method(self, of: Value, name: str, arguments: list[Value]) -> Value:
        """The answer of `of.name(arguments)`."""
        ...


class Evaluator:
    """Computes the expressions of one file."""

    def __init__(self, symbols: Symbols) -> None:
        """Of the file whose symbols these are."""
        self.symbols = symbols
        self._kinds: dict[type, Callable[[Any, Locals], Value]] = {
            Literal: lambda node, _locals: node.value,
            Text: self._text,
            Name: self._name,
            Member: self._member,
            Index: self._index,
            Call: self._call,
            Array: lambda node, known: [self.value(each, known) for each in node.items],
            Object: self._object,
            Loop: self._loop,
            Lambda: self._lambda,
            Unary: self._unary,
            Binary: self._binary,
            Choice: self._choice,
        }

    def value(self, node: Expression, known: Locals) -> Value:
        """The value of `node` where the names in `known` (loops, lambdas) have their values.

        Raises:
            Unevaluable: with a sentence that says why.
        """
        return self._kinds[type(node)](node, known)

    def late_free(self, node: Expression, known: Locals, what: str) -> Value:
        """The value of `node`, which Azure must know before it starts (BCP120)."""
        value = self.value(node, known)
        if marks_in(value).late:
            raise Unevaluable(f"{what} must be known at the start, and is known only later")
        return value

    def _text(self, node: Text, known: Locals) -> Value:
        values = [part if isinstance(part, str) else self.value(part, known) for part in node.parts]
        text = "".join(
            each if isinstance(each, str) else FUNCTIONS["string"](each) for each in values
        )
        return marked(text, marks_in(values))

    def _name(self, node: Name, known: Locals) -> Value:
        return known[node.name] if node.name in known else self.symbols.symbol(node.name)

    def _member(self, node: Member, known: Locals) -> Value:
        of = self.value(node.of, known)
        if of is None and node.safe:
            return None
        return _of(of, node.name, safe=node.safe)

    def _index(self, node: Index, known: Locals) -> Value:
        of, key = self.value(node.of, known), self.value(node.key, known)
        if isinstance(key, str):
            return _of(of, key, safe=False)
        if not isinstance(of, list) or not 0 <= key < len(of):
            raise Unevaluable(f"line {node.line}: there is no item {key}")
        return of[key]

    def _call(self, node: Call, known: Locals) -> Value:
        arguments = [self.value(argument, known) for argument in node.arguments]
        if node.of is not None and not (isinstance(node.of, Name) and node.of.name in _NAMESPACES):
            return self.symbols.method(self.value(node.of, known), node.name, arguments)
        function = self.symbols.functions.get(node.name) or FUNCTIONS.get(node.name)
        if function is None:
            raise Unevaluable(f"line {node.line}: no function is called {node.name}")
        try:
            answer = function(*arguments)
        except (TypeError, AttributeError, KeyError, ValueError) as wrong:
            raise Unevaluable(f"line {node.line}: {node.name}(): {wrong}") from wrong
        plain = isinstance(answer, str) and not isinstance(answer, Guid)
        return marked(answer, marks_in(arguments)) if plain else answer

    def _object(self, node: Object, known: Locals) -> Value:
        return {self.value(key, known): self.value(value, known) for key, value in node.members}

    def _loop(self, node: Loop, known: Locals) -> Value:
        return [self.value(node.body, inner) for inner in self.rounds(node, known)]

    def rounds(self, node: Loop, known: Locals) -> list[dict[str, Value]]:
        """What the names of a loop mean in each of its rounds."""
        source = self.value(node.source, known)
        if not isinstance(source, list):
            raise Unevaluable(f"a loop over {source!r}, which is no array")
        rounds = [{**known, node.item: item} for item in source]
        if node.index:
            rounds = [{**each, node.index: number} for number, each in enumerate(rounds)]
        return rounds

    def _lambda(self, node: Lambda, known: Locals) -> Value:
        def call(*values: Value) -> Value:
            return self.value(node.body, {**known, **dict(zip(node.names, values, strict=False))})

        return call

    def _unary(self, node: Unary, known: Locals) -> Value:
        value = self.value(node.operand, known)
        return not value if node.operator == "!" else -value

    def _binary(self, node: Binary, known: Locals) -> Value:
        left = self.value(node.left, known)
        if node.operator in _SHORT:
            decided = _SHORT[node.operator](left)
            return left if decided else self.value(node.right, known)
        return _OPERATORS[node.operator](left, self.value(node.right, known))

    def _choice(self, node: Choice, known: Locals) -> Value:
        condition = self.value(node.condition, known)
        if not isinstance(condition, bool):
            raise Unevaluable(f"{condition!r} is no condition")
        return self.value(node.yes if condition else node.no, known)


_SHORT: dict[str, Callable[[Value], bool]] = {
    "&&": lambda left: not left,
    "||": bool,
    "??": lambda left: left is not None,
}
_OPERATORS: dict[str, Callable[[Any, Any], Value]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "=~": lambda left, right: left.lower() == right.lower(),
    "!~": lambda left, right: left.lower() != right.lower(),
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.floordiv,
    "%": operator.mod,
}


def _of(of: Value, name: str, *, safe: bool) -> Value:
    """The member `name` of an object, a resource or a module."""
    members = _members(of, name) if isinstance(of, Deployed) else of
    if not isinstance(members, dict):
        raise Unevaluable(f"{of!r} has no member {name}")
    if name in members:
        return members[name]
    if safe:
        return None
    known = ", ".join(sorted(members)) or "nothing"
    whose = f"{of.type} (what Azure tells stands in platform.py)" if of is not members else "this"
    raise Unevaluable(f"{whose} has no member {name}, only {known}")


def _members(of: Deployed, name: str) -> dict[str, Value]:
    """What can be read of a resource: what the template says, and what Azure tells.

    Its id and its name can be read while its body is still being computed.
    """
    known = {"id": of.id, "name": of.name, "type": of.type, "apiVersion": of.origin.version}
    if name in known:
        return known
    members = {**known, **of.body}
    told = platform.told(of.type, of.name)
    return {**members, **{key: _both(members.get(key), value) for key, value in told.items()}}


def _both(said: Value, told: Value) -> Value:
    return {**said, **told} if isinstance(said, dict) and isinstance(told, dict) else told
