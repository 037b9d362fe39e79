"""Plain JSON answers, and 304 for callers who have the present version."""

import json
import re
from collections.abc import Mapping
from typing import Any

import azure.functions as func

ENTITY_TAG = re.compile(r'(W/)?"([^"\x00-\x20\x7f]*)"')  # RFC 9110, 8.8.3
VERSION = re.compile(r"[0-9]{1,9}")


def answer(
    document: Any, status: int = 200, headers: Mapping[str, str] | None = None
) -> func.HttpResponse:
    """A JSON answer."""
    return func.HttpResponse(
        json.dumps(document, ensure_ascii=False),
        status_code=status,
        mimetype="application/json",
        headers=dict(headers or {}),
    )


def tags_wanted(req: func.HttpRequest) -> list[str] | None:
    """The tags an If-Match allows, without their quotes; None for any.

    It compares strongly (RFC 9110, 13.1.1), so a tag with a W/ in front allows nothing; neither
    does what is no list of tags.
    """
    if_match = req.headers.get("if-match", "*").strip()
    if if_match == "*":
        return None
    between = ENTITY_TAG.sub("\0", if_match).split(",")
    if any(each.strip() not in ("", "\0") for each in between):
        return []
    return [tag for weak, tag in ENTITY_TAG.findall(if_match) if not weak]


def versions_wanted(req: func.HttpRequest) -> frozenset[int] | None:
    """The versions an If-Match allows; None for any."""
    tags = tags_wanted(req)
    return None if tags is None else frozenset(int(tag) for tag in tags if VERSION.fullmatch(tag))


def versioned(req: func.HttpRequest, document: Any, tag: str) -> func.HttpResponse:
    """A JSON answer with an ETag, or 304 when the caller's If-None-Match has it already."""
    headers = {"ETag": f'"{tag}"'}
    if is_known(req, tag):
        return func.HttpResponse(status_code=304, headers=headers)
    return answer(document, headers=headers)


def is_known(req: func.HttpRequest, tag: str) -> bool:
    """Whether the caller's If-None-Match says that this version is there already."""
    # It compares weakly (RFC 9110, 13.1.2), so a W/ in front does not matter.
    given = req.headers.get("if-none-match", "")
    return given.strip() == "*" or tag in re.findall(r'"([^"]*)"', given)
