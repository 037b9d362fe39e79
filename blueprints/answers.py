"""Plain JSON answers, and 304 for callers who have the present version."""

import json
import re
from collections.abc import Mapping
from typing import Any

import azure.functions as func

from shared.application.aggregates import VersionPassed


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


def version_wanted(req: func.HttpRequest) -> int | None:
    """The one version an If-Match allows; None for any.

    Raises:
        VersionPassed: it is none of our tags, so it matches nothing.
    """
    if_match = req.headers.get("if-match", "*").strip()
    if if_match == "*":
        return None
    tag = re.fullmatch(r'"(\d{1,9})"', if_match)
    if tag is None:
        raise VersionPassed(VersionPassed.__doc__)
    return int(tag[1])


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
