"""One route of a description as a part of its page."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from xml.etree.ElementTree import Element

from shared.openapi.curl import curl
from shared.openapi.schema import Schema
from shared.openapi.tables import (
    code_block,
    json_block,
    linked,
    media,
    parameter_row,
    prose,
    row_of,
    spanned,
    table,
)
from shared.openapi.wording import members, name_of
from shared.reports.markup import Part, element


@dataclass(frozen=True)
class Operation:
    """`path`: with the server's base in front; `said`: the operation as the document has it.

    `common`: answers that the page tells of once, because many routes give them.
    """

    document: Schema
    common: frozenset[str]
    method: str
    path: str
    said: Schema

    @property
    def name(self) -> str:
        """Its id, also on the page."""
        return str(self.said["operationId"])

    def shown(self) -> Element:
        """All of it."""
        title = f"title-{self.name}"
        heading = element("h3", {"id": title}, verb(self.method), element("code", None, self.path))
        told = element("p", None, f"{self.said['summary']}. {self._who}")
        parts: list[Part] = [heading, told, *prose(self.said.get("description", ""))]
        parts += [*self._asked(), *self._answered()]
        return element("article", {"id": self.name, "aria-labelledby": title}, *parts)

    @property
    def _who(self) -> str:
        security = self.said.get("security")
        if security is None:
            return ""
        return "For operators." if security else "Nobody has to sign in."

    @cached_property
    def _parameters(self) -> list[Schema]:
        return [each for each in self.said.get("parameters", ()) if "$ref" not in each]

    def _asked(self) -> Iterator[Part]:
        """What a request says, and one to copy."""
        if self._parameters:
            yield table("Parameters", ("Name", "Is", "Means"), map(parameter_row, self._parameters))
        if headers := [each for each in self.said.get("parameters", ()) if "$ref" in each]:
            yield element("p", {"class": "quiet"}, "Heeds ", *_listed("header", headers), ".")
        body = self._body
        if body is not None:
            yield from self._body_shown(body)
        line = curl(self.method, self.path, self._parameters, body)
        yield element("h4", None, "With curl")
        yield code_block(line, is_line=True)

    @property
    def _body(self) -> Schema | None:
        body = self.said.get("requestBody")
        return body["content"]["application/json"] if body else None

    def _body_shown(self, body: Schema) -> Iterator[Part]:
        schema = self.document["components"]["schemas"][name_of(body["schema"])]
        title = spanned(("Body: ", linked(body["schema"])))
        if rows := [row_of(each) for each in members(schema)]:
            yield table(title, ("Name", "Is", "Means"), rows)
        else:
            yield element("h4", None, title, ": ", linked(schema))
        yield json_block(body["example"])

    def _answered(self) -> Iterator[Part]:
        own = [(status, each) for status, each in self._responses if not self._is_common(each)]
        rows = [self._answer_row(status, self._resolved(each)) for status, each in own]
        yield table("Answers", ("Status", "When", "Carries"), rows, made="answers")
        if usual := [each for _, each in self._responses if self._is_common(each)]:
            yield element("p", {"class": "quiet"}, "And as usual: ", *self._usual(usual), ".")
        for status, each in own:
            for content in each.get("content", {}).values():
                if "example" in content:
                    yield element("h4", None, f"An answer, {status}")
                    yield json_block(content["example"])

    @property
    def _responses(self) -> list[tuple[str, Schema]]:
        return list(self.said["responses"].items())

    def _is_common(self, answer: Schema) -> bool:
        return "$ref" in answer and name_of(answer) in self.common

    def _usual(self, answers: Sequence[Schema]) -> Iterator[Part]:
        statuses = {name_of(each): status for status, each in self._responses if "$ref" in each}
        for at, name in enumerate(map(name_of, answers)):
            yield ", " if at else None
            yield element("a", {"href": f"#answer-{name}"}, statuses[name])

    def _answer_row(self, status: str, answer: Schema) -> Sequence[Part]:
        carried: list[Part] = []
        for media_type, content in answer.get("content", {}).items():
            carried.append(", " if carried else None)
            if media_type == "application/json":
                carried.append(linked(content["schema"]))
            else:
                carried.append(media(media_type))
        names = [each for each in answer.get("headers", {}) if each != "X-Correlation-Id"]
        more = element("small", None, f" with {', '.join(names)}") if names else None
        return (
            status,
            element("div", None, *prose(answer["description"])),
            spanned((*carried, more)),
        )

    def _resolved(self, answer: Schema) -> Schema:
        if "$ref" in answer:
            return dict(self.document["components"]["responses"][name_of(answer)])
        return answer


def verb(method: str) -> Element:
    """A method, so that it stands out."""
    return element("span", {"class": "verb"}, method)


def _listed(kind_of: str, references: Sequence[Schema]) -> Iterator[Part]:
    for at, name in enumerate(map(name_of, references)):
        yield ", " if at else None
        yield element("a", {"href": f"#{kind_of}-{name}"}, name)
