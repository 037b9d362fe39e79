"""Tables and texts of a description's page."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from xml.etree.ElementTree import Element

from shared.openapi.schema import Schema
from shared.openapi.wording import Member, kind, limits, member
from shared.reports.markup import Part, element

CODE = re.compile(r"`([^`]+)`")


def prose(text: str) -> list[Part]:
    """A description's Markdown as far as ours goes: paragraphs, lists of `- `, and `code`."""
    made: list[Part] = []
    listed: list[Part] = []
    for line in filter(None, text.splitlines()):
        if line.startswith("- "):
            listed.append(element("li", None, *_words(line.removeprefix("- "))))
            continue
        made.append(element("p", None, *_words(line)))
    return made + ([element("ul", None, *listed)] if listed else [])


def _words(line: str) -> Iterator[Part]:
    for at, part in enumerate(CODE.split(line)):
        yield element("code", None, part) if at % 2 else part


def table(
    caption: Part, columns: Sequence[str], rows: Iterable[Sequence[Part]], *, made: str = "members"
) -> Element:
    """A table whose rows begin with their names; `made`: what its columns are as wide as."""
    heads = [element("th", {"scope": "col"}, each) for each in columns]
    return element(
        "table",
        {"class": made},
        element("caption", None, caption),
        element("thead", None, element("tr", None, *heads)),
        element("tbody", None, *(_row(row) for row in rows)),
    )


def _row(row: Sequence[Part]) -> Element:
    name, *cells = row
    head = element("th", {"scope": "row"}, name)
    return element("tr", None, head, *(element("td", None, each) for each in cells))


def row_of(member: Member) -> tuple[Part, Part, Part]:
    """A value's name, what it is with ways to what its parts are, and what is said of it."""
    optional = element("small", None, " may be left out") if member.is_optional else None
    name = element("span", None, element("code", None, member.path), optional)
    return name, _linked(member), _meaning(member)


def linked(schema: Schema) -> Element:
    """What a value is, with ways to what its parts are."""
    return _linked(member("", schema))


def _linked(member: Member) -> Element:
    return spanned(with_links(member.kind, {name: f"#schema-{name}" for name in member.names}))


def media(media_type: str) -> Part:
    """A media type; of problems with a way to what they hold."""
    if media_type == "application/problem+json":
        return element("a", {"href": "#schema-Problem"}, media_type)
    return media_type


def with_links(text: str, linked: dict[str, str]) -> list[Part]:
    """A text whose words lead on where they are names."""
    words = re.split(r"(\W+)", text)
    return [
        element("a", {"href": linked[each]}, each) if each in linked else each for each in words
    ]


def spanned(parts: Iterable[Part]) -> Element:
    """Several parts as one."""
    return element("span", None, *parts)


def _meaning(member: Member) -> Element:
    more = "; ".join(member.limits)
    return spanned((*_words(member.about), " " if more else None, _small(more)))


def code_block(text: str, *, is_line: bool = False) -> Element:
    """A text to copy; what may have to be scrolled is reached by keys (WCAG 2.1.1)."""
    given: dict[str, str | int] = {"class": "line"} if is_line else {"tabindex": 0}
    return element("pre", given, element("code", None, text))


def json_block(example: Any) -> Element:
    """An example as JSON."""
    return code_block(json.dumps(example, ensure_ascii=False, indent=2))


def parameter_row(parameter: Schema) -> tuple[Part, Part, Part]:
    """A parameter's name and place, what it is, and what it means."""
    schema = parameter["schema"]
    place = element("small", None, f" {parameter['in']}")
    name = spanned((element("code", None, parameter["name"]), place))
    (meaning,) = prose(parameter["description"])
    return name, kind(schema), element("div", None, meaning, _small("; ".join(limits(schema))))


def _small(text: str) -> Element | None:
    return element("small", None, text) if text else None
