"""The headers that routes take and answers carry (design/api.md, conventions)."""

from blueprints.correlation import SANE
from blueprints.idempotency import VISIBLE_ASCII
from shared.openapi.schema import TEXT, Schema


def _taken(name: str, about: str, schema: Schema, example: str) -> Schema:
    """A header that a request may have."""
    return {
        "name": name,
        "in": "header",
        "description": about,
        "schema": schema,
        "example": example,
    }


IDEMPOTENCY_KEY = {"$ref": "#/components/parameters/Idempotency-Key"}
IF_NONE_MATCH = {"$ref": "#/components/parameters/If-None-Match"}
IF_MATCH = {"$ref": "#/components/parameters/If-Match"}
KNOWN = {"$ref": "#/components/parameters/X-Correlation-Id"}

TAKEN: dict[str, Schema] = {
    "Idempotency-Key": _taken(
        "Idempotency-Key",
        "Makes the request safe to repeat: the same key and body get the first answer again, to the"
        " byte, for at least 24 hours. With another body: 422.",
        {**TEXT, "pattern": f"^{VISIBLE_ASCII.pattern}$"},
        "my-request-1",
    ),
    "If-None-Match": _taken(
        "If-None-Match",
        "An ETag you have: as long as it is the present one, the answer is 304 and empty.",
        TEXT,
        '"1"',
    ),
    "If-Match": _taken(
        "If-Match",
        "An ETag: the request is heeded only while it is the present one; else 412.",
        TEXT,
        '"1"',
    ),
    "X-Correlation-Id": _taken(
        "X-Correlation-Id",
        "Names this request and all it leads to, in the log and in events. One that does not fit is"
        " replaced, never refused. A `traceparent` is continued, too.",
        {**TEXT, "examples": ["my-cid"], "description": f"Fits `{SANE.pattern}`"},
        "my-cid",
    ),
}


def _sent(about: str, example: str) -> Schema:
    """A header of an answer."""
    return {"description": about, "schema": TEXT, "example": example}


SENT: dict[str, Schema] = {
    "X-Correlation-Id": _sent("Yours, or one that was made", "my-cid"),
    "ETag": _sent("Names the version that was answered", '"1"'),
    "Location": _sent("Where to follow it", "/api/orders/6f1c2f0e"),
    "Retry-After": _sent("Seconds after which it is worth looking again", "1"),
    "Idempotency-Replayed": _sent("`true`: the answer an earlier request got", "true"),
    "WWW-Authenticate": _sent("How to sign in", "Bearer"),
    "Vary": _sent("The answer depends on these headers of the request", "Accept"),
    "Cache-Control": _sent("How long the answer may be kept, and by whom", "private, no-cache"),
    "Content-Disposition": _sent("The name of a file to keep", 'attachment; filename="x.csv"'),
    "Content-Security-Policy": _sent("What the page may do: nothing", "default-src 'none'"),
}
