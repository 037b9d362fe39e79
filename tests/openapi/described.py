"""The description as tests use it: operations by their names, and schemas that let nothing pass."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from blueprints.openapi.document import document

BASE = "urn:description"


@dataclass(frozen=True)
class Described:
    """One operation; `method` and `path` as clients write them, without the base."""

    method: str
    path: str
    said: dict[str, Any]

    @property
    def name(self) -> str:
        return str(self.said["operationId"])

    @property
    def parameters(self) -> list[dict[str, Any]]:
        return [resolved(each) for each in self.said.get("parameters", ())]

    @property
    def body(self) -> dict[str, Any] | None:
        given = self.said.get("requestBody")
        return given["content"]["application/json"] if given else None

    @property
    def is_for_operators(self) -> bool:
        return self.said.get("security") == [{"signIn": ["operator"]}, {}]

    @property
    def is_for_anybody(self) -> bool:
        return self.said.get("security") == []

    def answer(self, status: int) -> dict[str, Any]:
        return resolved(self.said["responses"][str(status)])

    def takes(self, header: str) -> bool:
        return any(each["name"] == header for each in self.parameters)


def operations() -> dict[str, Described]:
    """Every operation by its name."""
    found = [
        Described(method.upper(), path, said)
        for path, methods in document()["paths"].items()
        for method, said in methods.items()
    ]
    return {each.name: each for each in found}


def resolved(given: dict[str, Any]) -> dict[str, Any]:
    """What a reference into the document points at, or the thing itself."""
    found: Any = given
    if "$ref" in given:
        found = document()
        for part in given["$ref"].removeprefix("#/").split("/"):
            found = found[part]
    return dict(found)


def faults(schema: dict[str, Any], value: Any, *, closed: bool = True) -> list[str]:
    """What is wrong with a value; `closed`: also members that the schema does not name."""
    rooted = _rooted(_closed(schema) if closed else schema)
    checker = Draft202012Validator(
        rooted, registry=_registry(closed=closed), format_checker=FormatChecker()
    )
    return [f"{each.json_path}: {each.message}" for each in checker.iter_errors(value)]


@cache
def _registry(*, closed: bool) -> Registry[Any]:
    held = DRAFT202012.create_resource(_closed(document()) if closed else document())
    return Registry().with_resource(BASE, held)


def _rooted(schema: Any) -> Any:
    """The same with references that lead into the document, wherever it stands."""
    if isinstance(schema, list):
        return [_rooted(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        name: f"{BASE}{each}" if name == "$ref" else _rooted(each) for name, each in schema.items()
    }


def _closed(schema: Any) -> Any:
    """The same without members that are not named, so that what nobody described is found."""
    if isinstance(schema, list):
        return [_closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    made = {name: _closed(each) for name, each in schema.items()}
    if made.get("type") == "object" and "properties" in made and "required" in made:
        made.setdefault("additionalProperties", False)
    return made
