"""A description as one page that asks for nothing else: no scripts, no fonts, no other file."""

import base64
import hashlib
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from shared.openapi.common_parts import common_answers, common_parts
from shared.openapi.operation import Operation, verb
from shared.openapi.schema import Schema
from shared.openapi.style import style_sheet
from shared.openapi.tables import json_block, linked, prose, row_of, table
from shared.openapi.wording import members
from shared.reports.markup import Part, element, written


def page(document: Schema) -> bytes:
    """The page, UTF-8; the same bytes for the same document."""
    style = style_sheet()
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    head = element(
        "head",
        None,
        element("meta", {"charset": "utf-8"}),
        element("meta", {"http-equiv": "Content-Security-Policy", "content": policy}),
        element("meta", {"name": "viewport", "content": "width=device-width, initial-scale=1"}),
        element("meta", {"name": "color-scheme", "content": "light dark"}),
        element("title", None, f"{document['info']['title']}: the HTTP API"),
        element("style", None, style),
    )
    body = element("body", None, _header(document), _index(document), _main(document))
    return written(element("html", {"lang": "en"}, head, body))


def operations(document: Schema, tag: str) -> Iterator[Operation]:
    """The routes of one area, as they stand in the document."""
    base, common = document["servers"][0]["url"], common_answers(document)
    for path, methods in document["paths"].items():
        for method, said in methods.items():
            if tag in said["tags"]:
                yield Operation(document, common, method.upper(), base + path, said)


def _header(document: Schema) -> Element:
    info = document["info"]
    sign_in = document["components"]["securitySchemes"]["signIn"]["description"]
    told = f"Version {info['version']}, OpenAPI {document['openapi']}. For programs: "
    return element(
        "header",
        None,
        element("h1", None, f"{info['title']}: the HTTP API"),
        element(
            "p", {"class": "quiet"}, told, element("a", {"href": "openapi.json"}, "openapi.json")
        ),
        *prose(info["description"]),
        *prose(f"Signing in: {sign_in}"),
    )


def _index(document: Schema) -> Element:
    blocks = []
    for tag in document["tags"]:
        name = tag["name"]
        lines = [_entry(each) for each in operations(document, name)]
        heading = element("h2", None, element("a", {"href": f"#{_place(name)}"}, name))
        blocks.append(element("div", None, heading, element("ul", None, *lines)))
    return element("nav", {"class": "index", "aria-label": "Routes"}, *blocks)


def _entry(operation: Operation) -> Element:
    link = element("a", {"href": f"#{operation.name}"}, operation.said["summary"])
    return element("li", None, verb(operation.method), link)


def _main(document: Schema) -> Element:
    areas = [_area(document, tag) for tag in document["tags"]]
    return element("main", None, *areas, common_parts(document), _schemas(document))


def _area(document: Schema, tag: Schema) -> Element:
    place, parts = _place(tag["name"]), [each.shown() for each in operations(document, tag["name"])]
    heading = element("h2", {"id": f"{place}-title"}, tag["name"])
    given = {"id": place, "aria-labelledby": f"{place}-title"}
    return element("section", given, heading, *prose(tag["description"]), *parts)


def _schemas(document: Schema) -> Element:
    shown = [_schema(name, each) for name, each in document["components"]["schemas"].items()]
    heading = element("h2", {"id": "schemas-title"}, "What documents hold")
    return element(
        "section", {"id": "schemas", "aria-labelledby": "schemas-title"}, heading, *shown
    )


def _schema(name: str, schema: Schema) -> Element:
    parts: list[Part] = [element("h3", {"id": f"title-schema-{name}"}, name)]
    parts += prose(schema.get("description", ""))
    if rows := [row_of(each) for each in members(schema)]:
        parts.append(table(f"Members of {name}", ("Name", "Is", "Means"), rows))
    else:
        parts.append(element("p", None, linked(schema), "."))
    parts += [json_block(each) for each in schema.get("examples", ())]
    return element(
        "article", {"id": f"schema-{name}", "aria-labelledby": f"title-schema-{name}"}, *parts
    )


def _place(tag: str) -> str:
    return tag.lower().replace(" ", "-")
