"""A place in a row of tokens, with the few questions a reader asks of it."""

from tests.infra.bicep.tokens import BadSyntax, Kind, Token


class Cursor:
    """Walks forward through `tokens`, whose last is the end."""

    def __init__(self, tokens: tuple[Token, ...]) -> None:
        """Start at the first token."""
        self._tokens = tokens
        self._position = 0

    @property
    def current(self) -> Token:
        """The token here."""
        return self._tokens[self._position]

    @property
    def ended(self) -> bool:
        """Whether nothing is left."""
        return self.current.kind is Kind.END

    def advance(self) -> Token:
        """Go on to the next token and return the one left behind."""
        token = self.current
        self._position += 1
        return token

    def at(self, *symbols: str) -> bool:
        """Whether one of the symbols is here."""
        return self.current.kind is Kind.SYMBOL and self.current.text in symbols

    def at_word(self, *words: str) -> bool:
        """Whether one of the words is here."""
        return self.current.kind is Kind.NAME and self.current.text in words

    def take(self, symbol: str) -> bool:
        """Go over the symbol if it is here."""
        return self.at(symbol) and bool(self.advance())

    def take_word(self, word: str) -> bool:
        """Go over the word if it is here."""
        return self.at_word(word) and bool(self.advance())

    def expect(self, symbol: str) -> None:
        """Go over the symbol, which has to be here."""
        if not self.take(symbol):
            raise BadSyntax(self.current.line, f"{symbol} expected, not {self._described()}")

    def expect_word(self, word: str) -> None:
        """Go over the word, which has to be here."""
        if not self.take_word(word):
            raise BadSyntax(self.current.line, f"{word} expected, not {self._described()}")

    def expect_kind(self, kind: Kind) -> Token:
        """Go over a token of this kind, which has to be here."""
        if self.current.kind is not kind:
            raise BadSyntax(self.current.line, f"{kind} expected, not {self._described()}")
        return self.current if kind is Kind.END else self.advance()

    def name(self) -> str:
        """Go over the name that has to be here."""
        return self.expect_kind(Kind.NAME).text

    def text(self) -> str:
        """Go over the string that has to be here, and must not be put together."""
        token = self.expect_kind(Kind.TEXT)
        if len(token.parts) != 1 or not isinstance(token.parts[0], str):
            raise BadSyntax(token.line, "this string may hold no ${...}")
        return token.parts[0]

    def skip_lines(self) -> None:
        """Go over newlines."""
        while self.current.kind is Kind.LINE:
            self.advance()

    def separator(self, closing: str) -> None:
        """Go over what ends a member or an item: a comma, newlines, or nothing at the last."""
        line = self.current.line
        ended = self.current.kind is Kind.LINE or self.at(",", closing)
        if not ended:
            raise BadSyntax(line, f"a newline or {closing} expected, not {self._described()}")
        self.skip_lines()
        self.take(",")
        self.skip_lines()

    def lambda_names(self) -> tuple[str, ...]:
        """Go over `(a, b) =>` and return its names, if it is here; else stay and return none."""
        start, names = self._position, []
        self.advance()
        while self.current.kind is Kind.NAME:
            names.append(self.advance().text)
            self.take(",")
        if self.take(")") and self.take("=>"):
            return tuple(names)
        self._position = start
        return ()

    def _described(self) -> str:
        token = self.current
        return repr(token.text) if token.text.strip() else str(token.kind)
