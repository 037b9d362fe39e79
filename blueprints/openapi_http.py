"""What the API says of itself over HTTP: OpenAPI for programs, a page for people."""

import hashlib
import json
from functools import cache
from typing import Any

import azure.durable_functions as df
import azure.functions as func

from blueprints.answers import is_known
from blueprints.correlation import HEADER, correlation_id
from blueprints.edge import register
from shared.wiring import Wiring

# A new deployment may say something else, so nobody keeps it without asking.
KEPT = "public, no-cache"
# Whoever opens the page is as safe as whoever keeps it: its own style, and nothing else.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"


@cache
def openapi() -> bytes:
    """The description; made when it is first asked for, so that no start pays for it."""
    from blueprints.openapi.document import document  # noqa: PLC0415

    return json.dumps(document(), ensure_ascii=False, separators=(",", ":")).encode()


@cache
def docs() -> bytes:
    """The same as a page."""
    from blueprints.openapi.document import document  # noqa: PLC0415
    from shared.openapi.page import page  # noqa: PLC0415

    return page(document())


def blueprint(wiring: Wiring) -> Any:
    """The routes of the description; anybody may read it, for it tells of nobody's things.

    Who writes a client has no identity here yet, and what it says stands in a public repository.
    """

    def answered(req: func.HttpRequest, content: bytes, **headers: str) -> func.HttpResponse:
        tag = hashlib.sha256(content).hexdigest()[:32]
        told = {HEADER: correlation_id(req.headers, wiring.new_id)}
        told |= {"ETag": f'"{tag}"', "Cache-Control": KEPT}
        if is_known(req, tag):
            return func.HttpResponse(status_code=304, headers=told)
        mimetype = headers.pop("mimetype")
        told |= {"X-Content-Type-Options": "nosniff", **headers}
        return func.HttpResponse(content, headers=told, mimetype=mimetype)

    async def describe(req: func.HttpRequest) -> func.HttpResponse:
        return answered(req, openapi(), mimetype="application/json")

    async def show(req: func.HttpRequest) -> func.HttpResponse:
        policy = {"Content-Security-Policy": POLICY}
        return answered(req, docs(), mimetype="text/html", **policy)

    routes = df.Blueprint()
    register(routes, "OpenApi", "GET openapi.json", describe)
    register(routes, "Docs", "GET docs", show)
    return routes
