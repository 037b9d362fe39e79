"""Cuts a Bicep text into tokens, the expressions inside its strings included."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

# Newlines are tokens of their own: they end declarations and members.
_SKIPPED = re.compile(r"[ \t\r]+|//[^\n]*|#[^\n]*|/\*.*?\*/", re.DOTALL)
_NAME = re.compile(r"[A-Za-z_]\w*")
_NUMBER = re.compile(r"\d+")
_SYMBOL = re.compile(r"\.\.\.|\?\?|\.\?|::|=>|==|!=|=~|!~|<=|>=|&&|\|\||[{}\[\]().,:?=!<>+\-*/%@|]")
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "\\": "\\", "'": "'", "$": "$"}
_QUOTES = "'''"


class BadSyntax(ValueError):
    """The text is no Bicep, or Bicep outside the subset that every reader understands."""

    def __init__(self, line: int, what: str) -> None:
        """Say `what` is wrong and in which line."""
        super().__init__(f"line {line}: {what}")


class Kind(StrEnum):
    """What a token is."""

    NAME = "a name"
    NUMBER = "a number"
    TEXT = "a string"
    SYMBOL = "a symbol"
    LINE = "the end of the line"
    END = "the end of the file"


@dataclass(frozen=True, slots=True)
class Token:
    """`text` as written; for a string `parts`, each a text or the tokens of an interpolation."""

    kind: Kind
    text: str
    line: int
    parts: tuple["str | tuple[Token, ...]", ...] = ()


def tokens(text: str) -> tuple[Token, ...]:
    """The tokens of a whole file, the end last.

    Raises:
        BadSyntax: a character or a string that Bicep does not know.
    """
    scanner = _Scanner(text)
    found = tuple(scanner.scan())
    if scanner.position < len(text):
        raise BadSyntax(scanner.line, "a } without its {")
    return (*found, Token(Kind.END, "", scanner.line))


class _Scanner:
    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0
        self.line = 1

    def scan(self) -> Iterator[Token]:
        """The tokens up to the end, or up to a brace that closes what was open before."""
        depth = 0
        while self.position < len(self.text):
            token = self._next()
            if token is None:
                continue
            depth += {"{": 1, "}": -1}.get(token.text, 0) if token.kind is Kind.SYMBOL else 0
            if depth < 0:
                self.position -= 1
                return
            yield token

    def _next(self) -> Token | None:
        if skipped := _SKIPPED.match(self.text, self.position):
            self._advance(skipped.group())
            return None
        if self.text.startswith(_QUOTES, self.position):
            return self._block()
        if self.text[self.position] == "'":
            return self._string()
        if self.text[self.position] == "\n":
            token = Token(Kind.LINE, "\n", self.line)
            self._advance("\n")
            return token
        for kind, pattern in ((Kind.NAME, _NAME), (Kind.NUMBER, _NUMBER), (Kind.SYMBOL, _SYMBOL)):
            if found := pattern.match(self.text, self.position):
                token = Token(kind, found.group(), self.line)
                self._advance(found.group())
                return token
        raise BadSyntax(self.line, f"{self.text[self.position]!r} belongs to no token")

    def _advance(self, text: str) -> None:
        self.position += len(text)
        self.line += text.count("\n")

    def _block(self) -> Token:
        """A string in three quotes: nothing in it is escaped, its first newline is not its own."""
        end = self.text.find(_QUOTES, self.position + len(_QUOTES))
        if end < 0:
            raise BadSyntax(self.line, "a ''' string that does not end")
        line, body = self.line, self.text[self.position + len(_QUOTES) : end]
        self._advance(f"{_QUOTES}{body}{_QUOTES}")
        return Token(Kind.TEXT, body, line, (body.removeprefix("\n"),))

    def _string(self) -> Token:
        start, line = self.position, self.line
        self.position += 1
        parts: list[str | tuple[Token, ...]] = []
        plain = ""
        while (character := self.text[self.position : self.position + 1]) != "'":
            if character in {"", "\n"}:
                raise BadSyntax(line, "a string that does not end in its line")
            if self.text.startswith("${", self.position):
                parts += [plain, self._interpolation()]
                plain = ""
            elif character == "\\":
                plain += self._escape()
            else:
                plain += character
                self.position += 1
        self.position += 1
        return Token(Kind.TEXT, self.text[start : self.position], line, (*parts, plain))

    def _interpolation(self) -> tuple[Token, ...]:
        self.position += len("${")
        inner = tuple(self.scan())
        if self.text[self.position : self.position + 1] != "}":
            raise BadSyntax(self.line, "a ${ without its }")
        self.position += 1
        return (*inner, Token(Kind.END, "", self.line))

    def _escape(self) -> str:
        letter = self.text[self.position + 1 : self.position + 2]
        if letter not in _ESCAPES or not letter:
            raise BadSyntax(self.line, f"\\{letter} is no escape")
        self.position += 2
        return _ESCAPES[letter]
