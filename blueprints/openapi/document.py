"""The description of the whole API, put together from its areas."""

from functools import cache
from types import ModuleType

from blueprints.openapi import (
    dead_letters,
    dead_letters_shown,
    jobs,
    jobs_shown,
    operations,
    orders,
    orders_shown,
    products,
    reports,
    reports_shown,
    uploads,
    uploads_shown,
    users,
    users_shown,
)
from blueprints.openapi.headers import SENT, TAKEN
from blueprints.openapi.refusals import PROBLEM, response, response_name
from blueprints.openapi.request_bodies import request_bodies
from blueprints.openapi.route import Route
from shared.openapi.schema import Schema

VERSION = "0.1.0"  # of pyproject.toml, which is not deployed
AREAS: dict[str, tuple[ModuleType, str]] = {
    "Orders": (orders, "Placed, fulfilled by a durable process, cancelled, taken back."),
    "Products": (products, "The catalogue, its prices, stock and images."),
    "Users": (users, "Accounts with an address nobody else has."),
    "Jobs": (jobs, "Work that takes longer than a request."),
    "Uploads": (uploads, "Files that go straight to storage, and their thumbnails."),
    "Reports": (reports, "How a week went."),
    "Dead letters": (dead_letters, "Messages that failed for good, until somebody decides."),
    "Operation": (operations, "Cleanups, probes, and this description."),
}
SHOWN = (orders_shown, products, users_shown, jobs_shown, uploads_shown)
SHOWN_TO_OPERATORS = (reports_shown, dead_letters_shown, operations)
ABOUT = """\
An event-sourced shop that never loses an order it has accepted.

- JSON in camelCase, UTF-8; times are RFC 3339 in UTC; money is whole minor units (cents).
- A member or a form that is not described is refused (400), all faults at once. Answers may gain \
members: pass over those you do not know.
- Errors are `application/problem+json` (RFC 9457). Programs go by `code`, which never changes.
- Lists: `limit` (20 unless said, at most 100) and `cursor`: `nextCursor` of the page before.
- Somebody else's things do not exist for a customer: 404, not 403.
- Every answer names its `X-Correlation-Id`."""
SIGN_IN = (
    "App Service Authentication in front of the app: a token of the configured identity provider."
    " Who has the role `operator` sees everything; everyone else is a customer, and sees the own"
    " things. Where sign-in is off (`AUTH_MODE=none`, local), everyone is an operator."
)


@cache
def document() -> Schema:
    """OpenAPI 3.1; the same object every time, so nobody may change it."""
    info = {
        "title": "Durable Orders",
        "version": VERSION,
        "description": ABOUT,
        "license": {"name": "MIT", "identifier": "MIT"},
    }
    return {
        "openapi": "3.1.0",
        "info": info,
        "servers": [{"url": "/api", "description": "Beside this description"}],
        "security": [{"signIn": []}, {}],
        "tags": [{"name": name, "description": about} for name, (_, about) in AREAS.items()],
        "paths": _paths(),
        "components": {
            "schemas": _schemas(),
            "parameters": TAKEN,
            "headers": SENT,
            "responses": {response_name(codes): response(codes) for codes in _refusals()},
            "securitySchemes": {
                "signIn": {"type": "http", "scheme": "bearer", "description": SIGN_IN}
            },
        },
    }


def routes() -> list[tuple[str, Route]]:
    """Every route with the area it belongs to."""
    return [(area, route) for area, (module, _) in AREAS.items() for route in module.ROUTES]


def _paths() -> Schema:
    paths: Schema = {}
    for area, route in routes():
        method, path = route.target.split(" ")
        paths.setdefault(f"/{path}", {})[method.lower()] = route.described(area)
    return paths


def _schemas() -> Schema:
    found: Schema = {"Problem": PROBLEM}
    for module in (*SHOWN, *SHOWN_TO_OPERATORS):
        found |= module.SCHEMAS
    return dict(sorted((found | request_bodies()).items()))


def _refusals() -> list[tuple[str, ...]]:
    return sorted({codes for _, route in routes() for codes in route.codes.values()})
