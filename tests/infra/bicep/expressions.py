"""Reads expressions: the operators of Bicep by their rank, then members, calls and literals."""

from tests.infra.bicep.cursor import Cursor
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
from tests.infra.bicep.tokens import BadSyntax, Kind, Token

# Weakest first (Bicep's documentation, "operator precedence").
_RANKS = (
    ("??",),
    ("||",),
    ("&&",),
    ("==", "!=", "=~", "!~"),
    ("<", "<=", ">", ">="),
    ("+", "-"),
    ("*", "/", "%"),
)
_CONSTANTS: dict[str, bool | None] = {"true": True, "false": False, "null": None}


def expression(cursor: Cursor) -> Expression:
    """The expression that begins here."""
    condition = _binary(cursor, 0)
    if not cursor.take("?"):
        return condition
    yes = expression(cursor)
    cursor.expect(":")
    return Choice(condition, yes, expression(cursor))


def loop_head(cursor: Cursor) -> tuple[str, str | None, Expression]:
    """The item, the index and the source of a loop, `[` and `for` being read; reads the colon."""
    index = None
    if cursor.take("("):
        item = cursor.name()
        cursor.expect(",")
        index = cursor.name()
        cursor.expect(")")
    else:
        item = cursor.name()
    cursor.expect_word("in")
    source = expression(cursor)
    cursor.expect(":")
    return item, index, source


def members(cursor: Cursor) -> tuple[tuple[Expression, Expression], ...]:
    """The members of an object up to its `}`, the `{` being read."""
    found: list[tuple[Expression, Expression]] = []
    cursor.skip_lines()
    while not cursor.take("}"):
        found.append(member(cursor, [key for key, _ in found]))
    return tuple(found)


def member(cursor: Cursor, earlier: list[Expression]) -> tuple[Expression, Expression]:
    """One `key: value` and the newline or comma after it."""
    token = cursor.current
    if cursor.at("..."):
        raise BadSyntax(token.line, "a spread (...) is outside the subset: use union()")
    key = Literal(cursor.name()) if token.kind is Kind.NAME else _text(cursor)
    if isinstance(key, Literal) and key in earlier:
        raise BadSyntax(token.line, f"the key {key.value} is there twice")
    cursor.expect(":")
    cursor.skip_lines()
    value = expression(cursor)
    cursor.separator("}")
    return key, value


def _binary(cursor: Cursor, rank: int) -> Expression:
    if rank == len(_RANKS):
        return _unary(cursor)
    left = _binary(cursor, rank + 1)
    while (token := cursor.current).kind is Kind.SYMBOL and token.text in _RANKS[rank]:
        cursor.advance()
        left = Binary(token.text, left, _binary(cursor, rank + 1))
    return left


def _unary(cursor: Cursor) -> Expression:
    for operator in ("!", "-"):
        if cursor.take(operator):
            return Unary(operator, _unary(cursor))
    return _suffixes(cursor, _primary(cursor))


def _suffixes(cursor: Cursor, value: Expression) -> Expression:
    while True:
        line = cursor.current.line
        if cursor.at(".", ".?"):
            value = _member_of(cursor, value)
        elif cursor.take("["):
            value = Index(value, expression(cursor), line)
            cursor.expect("]")
        elif not cursor.take("!"):  # `value!` only quiets the compiler
            return value


def _member_of(cursor: Cursor, value: Expression) -> Expression:
    safe, line = cursor.at(".?"), cursor.current.line
    cursor.advance()
    name = cursor.name()
    if cursor.take("("):
        return Call(name, _arguments(cursor), line, of=value)
    return Member(value, name, safe, line)


def _primary(cursor: Cursor) -> Expression:
    token = cursor.current
    if token.kind is Kind.NAME:
        return _named(cursor)
    if token.kind is Kind.TEXT:
        return _text(cursor)
    if token.kind is Kind.NUMBER:
        cursor.advance()
        return Literal(int(token.text))
    if cursor.at("("):
        return _parenthesis(cursor)
    if cursor.take("["):
        return _array(cursor)
    if cursor.take("{"):
        return Object(members(cursor))
    raise BadSyntax(token.line, f"an expression cannot begin with {token.text or token.kind!r}")


def _named(cursor: Cursor) -> Expression:
    line, name = cursor.current.line, cursor.name()
    if name in _CONSTANTS:
        return Literal(_CONSTANTS[name])
    if cursor.take("("):
        return Call(name, _arguments(cursor), line)
    if cursor.take("=>"):
        return Lambda((name,), expression(cursor))
    return Name(name, line)


def _arguments(cursor: Cursor) -> tuple[Expression, ...]:
    found: list[Expression] = []
    cursor.skip_lines()
    while not cursor.take(")"):
        found.append(expression(cursor))
        cursor.skip_lines()
        if not cursor.at(")"):
            cursor.expect(",")
            cursor.skip_lines()
    return tuple(found)


def _parenthesis(cursor: Cursor) -> Expression:
    """`(value)`, or the names of a lambda."""
    if names := cursor.lambda_names():
        return Lambda(names, expression(cursor))
    cursor.expect("(")
    cursor.skip_lines()
    value = expression(cursor)
    cursor.skip_lines()
    cursor.expect(")")
    return value


def _array(cursor: Cursor) -> Expression:
    cursor.skip_lines()
    if cursor.take_word("for"):
        item, index, source = loop_head(cursor)
        body = expression(cursor)
        cursor.skip_lines()
        cursor.expect("]")
        return Loop(item, index, source, body)
    items: list[Expression] = []
    while not cursor.take("]"):
        items.append(expression(cursor))
        cursor.separator("]")
    return Array(tuple(items))


def _text(cursor: Cursor) -> Literal | Text:
    token = cursor.expect_kind(Kind.TEXT)
    parts = tuple(_part(part) for part in token.parts)
    if len(parts) == 1 and isinstance(parts[0], str):
        return Literal(parts[0])
    return Text(parts)


def _part(part: str | tuple[Token, ...]) -> str | Expression:
    if isinstance(part, str):
        return part
    cursor = Cursor(part)
    value = expression(cursor)
    cursor.expect_kind(Kind.END)
    return value
