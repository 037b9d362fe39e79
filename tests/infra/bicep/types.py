"""Reads the types of parameters and outputs."""

from tests.infra.bicep.cursor import Cursor
from tests.infra.bicep.syntax import Exactly, ListOf, Named, OneOf, Shape, Type
from tests.infra.bicep.tokens import BadSyntax, Kind

_CONSTANTS: dict[str, bool | None] = {"true": True, "false": False, "null": None}


def type_of(cursor: Cursor) -> Type:
    """The type that begins here."""
    cursor.take("|")
    options = [_suffixed(cursor)]
    while cursor.take("|"):
        cursor.skip_lines()
        options.append(_suffixed(cursor))
    return options[0] if len(options) == 1 else OneOf(tuple(options))


def _suffixed(cursor: Cursor) -> Type:
    found = _primary(cursor)
    while True:
        if cursor.take("["):
            cursor.expect("]")
            found = ListOf(found)
        elif cursor.take("?"):
            found = OneOf((found, Exactly(None)))
        else:
            return found


def _primary(cursor: Cursor) -> Type:
    token = cursor.current
    if token.kind is Kind.NAME:
        cursor.advance()
        name = token.text
        return Exactly(_CONSTANTS[name]) if name in _CONSTANTS else Named(name, token.line)
    if token.kind is Kind.TEXT:
        return Exactly(cursor.text())
    if token.kind is Kind.NUMBER:
        return Exactly(int(cursor.advance().text))
    if cursor.take("("):
        found = type_of(cursor)
        cursor.expect(")")
        return found
    if cursor.take("{"):
        return _shape(cursor)
    raise BadSyntax(token.line, f"a type cannot begin with {token.text!r}")


def _shape(cursor: Cursor) -> Shape:
    members: list[tuple[str, Type]] = []
    rest = None
    cursor.skip_lines()
    while not cursor.take("}"):
        if cursor.at("@"):
            raise BadSyntax(cursor.current.line, "a decorator in a type is outside the subset")
        if cursor.take("*"):
            cursor.expect(":")
            rest = type_of(cursor)
        else:
            name = cursor.name() if cursor.current.kind is Kind.NAME else cursor.text()
            cursor.expect(":")
            members.append((name, type_of(cursor)))
        cursor.separator("}")
    return Shape(tuple(members), rest)
