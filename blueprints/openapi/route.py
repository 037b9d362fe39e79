"""One route as its description says it; what all routes have in common is added here."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from blueprints.openapi.headers import IDEMPOTENCY_KEY, IF_MATCH, IF_NONE_MATCH, KNOWN
from blueprints.openapi.refusals import by_status, response_name
from shared.openapi.schema import Schema, reference

JSON = "application/json"
ABOUT_KEEPING = ("ETag", "Vary", "Cache-Control")  # a 304 says them, too (RFC 9110, 15.4.5)


class Who(StrEnum):
    """Whom a route lets in; without sign-in (`AUTH_MODE=none`) everyone is an operator."""

    ANYBODY = "anybody"
    SIGNED_IN = "signed in"
    OPERATORS = "operators"


@dataclass(frozen=True, slots=True)
class Answer:
    """`shows`: the name or the schema of its JSON; `texts`: media types it may come as instead."""

    status: int
    about: str
    shows: Schema | str | None = None
    example: Any = None
    headers: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()

    @property
    def described(self) -> Schema:
        """The answer as OpenAPI has it."""
        content: dict[str, Schema] = {}
        if self.shows is not None:
            schema = reference(self.shows) if isinstance(self.shows, str) else self.shows
            content[JSON] = {"schema": schema}
            if self.example is not None:
                content[JSON]["example"] = self.example
        content |= {media_type: {"schema": {"type": "string"}} for media_type in self.texts}
        names = ("X-Correlation-Id", *self.headers)
        headers = {name: {"$ref": f"#/components/headers/{name}"} for name in names}
        made: Schema = {"description": self.about, "headers": headers}
        return {**made, "content": content} if content else made


@dataclass(frozen=True, slots=True)
class Route:
    """`name`: its function's; `target`: as handlers are registered, `POST orders`.

    `refuses`: codes beside those that follow from the rest. `keyed`: it takes an Idempotency-Key;
    `tagged`: it answers an If-None-Match, `guarded`: it heeds an If-Match; `engine`: it asks the
    durable engine; `stored`: it asks the storage.
    """

    name: str
    target: str
    summary: str
    answers: tuple[Answer, ...]
    about: str = ""
    body: str | None = None
    example: Any = None
    parameters: tuple[Schema, ...] = ()
    refuses: tuple[str, ...] = ()
    who: Who = Who.SIGNED_IN
    keyed: bool = False
    tagged: bool = False
    guarded: bool = False
    engine: bool = False
    stored: bool = True
    path: Mapping[str, Schema] = field(default_factory=dict)

    @property
    def codes(self) -> dict[int, tuple[str, ...]]:
        """Every code it may refuse with, by status."""
        return by_status((*self.refuses, *self._usual))

    @property
    def _usual(self) -> list[str]:
        codes: list[str] = []
        if self.who is not Who.ANYBODY:
            codes += ["unauthenticated", "internal"] + ["storage_unavailable"] * self.stored
            codes += ["busy"] * (not self.target.startswith("GET "))
        if self.who is Who.OPERATORS:
            codes.append("forbidden")
        if self.body:
            codes += ["validation_error", "unsupported_media_type", "too_large"]
        if self.keyed:
            codes += ["validation_error", "idempotency_key_reused"]
        if any(each["in"] == "query" for each in self.parameters):
            codes.append("validation_error")
        if self.guarded:
            codes.append("version_passed")
        if self.engine:
            codes.append("workflow_unavailable")
        return codes

    def described(self, tag: str) -> Schema:
        """The operation as OpenAPI has it."""
        made: Schema = {"operationId": self.name, "tags": [tag], "summary": self.summary}
        if self.about:
            made["description"] = self.about
        if parameters := [*self._in_path, *self.parameters, *self._headers]:
            made["parameters"] = parameters
        if self.body:
            content = {JSON: {"schema": reference(self.body), "example": self.example}}
            made["requestBody"] = {"required": True, "content": content}
        made["responses"] = self._responses
        if self.who is Who.ANYBODY:
            made["security"] = []
        if self.who is Who.OPERATORS:
            made["security"] = [{"signIn": ["operator"]}, {}]
        return made

    @property
    def _in_path(self) -> list[Schema]:
        return [
            {"name": name, "in": "path", "required": True, **described}
            for name, described in self.path.items()
        ]

    @property
    def _headers(self) -> list[Schema]:
        taken = [IDEMPOTENCY_KEY] * self.keyed + [IF_NONE_MATCH] * self.tagged
        taken += [IF_MATCH] * self.guarded
        return taken + ([KNOWN] if self.who is not Who.ANYBODY else [])

    @property
    def _responses(self) -> Schema:
        made = {str(each.status): each.described for each in self.answers}
        if self.tagged:
            same = tuple(each for each in self.answers[0].headers if each in ABOUT_KEEPING)
            made["304"] = Answer(304, "What you have is the present one.", headers=same).described
        for each in made.values():
            if self.keyed:
                name = "Idempotency-Replayed"
                each["headers"][name] = {"$ref": f"#/components/headers/{name}"}
        for status, codes in self.codes.items():
            made[str(status)] = {"$ref": f"#/components/responses/{response_name(codes)}"}
        return dict(sorted(made.items()))
