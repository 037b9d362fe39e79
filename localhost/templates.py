"""ASP.NET route templates: parsed once, matched against a decoded path.

See reference/host-triggers.md 2.1.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from localhost.constraints import ConstraintError, Test, constraint


class TemplateError(ValueError):
    """The text is not a route template."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A part in braces, such as ``{id:int}``, ``{page=1}``, ``{name?}`` or ``{*rest}``."""

    name: str
    tests: tuple[Test, ...] = ()
    default: str | None = None
    optional: bool = False
    catch_all: bool = False

    def accepts(self, value: str) -> bool:
        """Say whether every constraint holds for the value."""
        return all(test(value) for test in self.tests)


Segment = tuple[str | Parameter, ...]


@dataclass(frozen=True, slots=True)
class Template:
    """A whole route."""

    segments: tuple[Segment, ...]

    def match(self, path: str) -> dict[str, str] | None:
        """Return the route values of a path without its leading ``/``; None when it does not fit.

        Optional values that the path leaves out are absent, defaults are filled in, one slash at
        the end is tolerated, and an empty segment fits a catch-all only.
        """
        pieces = path.removesuffix("/").split("/") if path else []
        values: dict[str, str] = {}
        for at, segment in enumerate(self.segments):
            part = segment[0]
            if isinstance(part, Parameter) and part.catch_all:
                values |= _present(part, _rest(path, at))
                return values if self._accepts(values) else None
            found = _match(segment, pieces[at] if at < len(pieces) else None)
            if found is None:
                return None
            values |= found
        if len(pieces) > len(self.segments):
            return None
        return values if self._accepts(values) else None

    def _accepts(self, values: dict[str, str]) -> bool:
        return all(
            parameter.accepts(values[parameter.name])
            for parameter in _parameters(self.segments)
            if parameter.name in values
        )


def parse(text: str) -> Template:
    """Read a template that carries no ``/`` at its ends.

    Raises TemplateError for what ASP.NET refuses: unbalanced braces, a name used twice, optional
    or catch-all parameters anywhere but at the end, neighbours with nothing between them, unknown
    constraints.
    """
    segments = tuple(_segment(piece) for piece in _split(text)) if text else ()
    parameters = list(_parameters(segments))
    names = [parameter.name.lower() for parameter in parameters]
    for name in names:
        if names.count(name) > 1:
            raise TemplateError(f"the parameter '{name}' appears more than once")
    for parameter in parameters:
        last = segments[-1][-1] is parameter
        if parameter.catch_all and not (last and len(segments[-1]) == 1):
            raise TemplateError(f"the catch-all '{parameter.name}' must be the last segment")
        if parameter.optional and not last:
            raise TemplateError(f"the optional parameter '{parameter.name}' must come last")
    return Template(segments)


def _parameters(segments: tuple[Segment, ...]) -> Iterator[Parameter]:
    return (part for segment in segments for part in segment if isinstance(part, Parameter))


def _present(parameter: Parameter, value: str | None) -> dict[str, str]:
    chosen = value or parameter.default
    return {} if chosen is None else {parameter.name: chosen}


def _rest(path: str, at: int) -> str:
    """What a catch-all at this segment takes: the path from there on, untouched."""
    pieces = path.split("/", at)
    return pieces[at] if len(pieces) > at else ""


def _match(segment: Segment, piece: str | None) -> dict[str, str] | None:
    if piece is None:  # the path has ended: only a parameter may be left out
        part = segment[0]
        if len(segment) > 1 or isinstance(part, str):
            return None
        return _present(part, None) if part.optional or part.default is not None else None
    if not piece:
        return None
    if len(segment) == 1:
        part = segment[0]
        if isinstance(part, Parameter):
            return {part.name: piece}
        return {} if part.lower() == piece.lower() else None
    return _match_mixed(segment, piece)


def _match_mixed(segment: Segment, piece: str) -> dict[str, str] | None:
    """Literals and parameters in one segment: earlier parameters take as much as they can."""
    groups = {f"p{at}": part for at, part in enumerate(segment) if isinstance(part, Parameter)}
    pattern = "".join(
        f"(?P<p{at}>.+)" if isinstance(part, Parameter) else re.escape(part)
        for at, part in enumerate(segment)
    )
    found = re.fullmatch(pattern, piece, re.IGNORECASE | re.DOTALL)
    if found:
        return {part.name: found[group] for group, part in groups.items()}
    last = segment[-1]
    if isinstance(last, Parameter) and last.optional:  # {name}.{ext?} without its dot
        return _match(segment[:-2], piece)
    return None


def _split(text: str) -> Iterator[str]:
    """Cut at the slashes outside braces."""
    depth, start = 0, 0
    for at, sign in enumerate(text):
        depth += (sign == "{") - (sign == "}")
        if sign == "/" and depth == 0:
            yield text[start:at]
            start = at + 1
    if depth:
        raise TemplateError("a brace has no partner")
    yield text[start:]


def _segment(piece: str) -> Segment:
    if not piece:
        raise TemplateError("two slashes follow each other")
    parts: list[str | Parameter] = []
    for token in re.findall(r"\{\{|\}\}|\{(?:[^{}]|\{\{|\}\})*\}|[^{}]+|.", piece):
        if token in ("{{", "}}"):
            parts.append(token[0])
        elif token.startswith("{") and len(token) > 1:
            parts.append(_parameter(token[1:-1].replace("{{", "{").replace("}}", "}")))
        elif token in ("{", "}"):
            raise TemplateError("a brace has no partner")
        elif "?" in token:
            raise TemplateError("'?' may stand only at the end of a parameter")
        else:
            parts.append(token)
    return _joined(parts)


def _joined(parts: list[str | Parameter]) -> Segment:
    """Merge neighbouring literals; refuse neighbouring parameters."""
    joined: list[str | Parameter] = []
    for part in parts:
        before = joined[-1] if joined else None
        if isinstance(part, Parameter) and isinstance(before, Parameter):
            raise TemplateError(f"'{before.name}' and '{part.name}' need a literal between them")
        if isinstance(part, Parameter) and part.optional and before not in (None, "."):
            raise TemplateError(f"only a '.' may stand before the optional '{part.name}'")
        if isinstance(part, str) and isinstance(before, str):
            joined[-1] = before + part
        else:
            joined.append(part)
    return tuple(joined)


PARAMETER = re.compile(
    r"(?P<stars>\*{0,2})(?P<name>[^*?=:/{}]+)(?P<tests>(?::(?:\(.*\)|[^:(=?])*)*)"
    r"(?P<optional>\?)?(?:=(?P<default>.*))?"
)


def _parameter(text: str) -> Parameter:
    found = PARAMETER.fullmatch(text)
    if not found:
        raise TemplateError(f"'{{{text}}}' is not a parameter")
    default, optional = found["default"], found["optional"] is not None
    if optional and (default is not None or found["stars"]):
        raise TemplateError(f"'{found['name']}' cannot be optional and have a default or a star")
    try:
        tests = tuple(constraint(test) for test in _tests(found["tests"]))
    except ConstraintError as wrong:
        raise TemplateError(str(wrong)) from wrong
    return Parameter(found["name"], tests, default, optional, bool(found["stars"]))


def _tests(text: str) -> Iterator[str]:
    """Cut ``:int:range(1,5)`` at the colons outside parentheses."""
    for found in re.finditer(r":((?:[^:(]|\(.*?\)(?=:|$))*)", text):
        yield found[1]
