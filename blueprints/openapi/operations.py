"""The routes of operation, described: cleanups, probes, and this description itself."""

from blueprints.openapi.orders_examples import page
from blueprints.openapi.pages_shown import page_of
from blueprints.openapi.parameters import PAGED
from blueprints.openapi.route import Answer, Route, Who
from orchestrations.cleanup_messages import CleanupRun, Tally
from shared.openapi.schema import (
    COUNT,
    MOMENT,
    TEXT,
    Schema,
    array,
    nullable,
    record,
    record_of,
    reference,
    said,
)

SWEPT = {
    name: each for name, each in record_of(Tally, {})["properties"].items() if name != "cursor"
}
RUN: dict[str, Schema] = {
    **record_of(CleanupRun, {})["properties"],
    "sweeps": array(said(record(SWEPT), "docs/cleanup.md says what each counts")),
}
DEPENDENCY: dict[str, Schema] = {
    "name": TEXT,
    "status": {"type": "string", "enum": ["ok", "down"]},
    "latencyMs": {"type": "number", "minimum": 0},
}
LAG = record({"waiting": COUNT, "oldest": nullable(MOMENT)})
SCHEMAS: dict[str, Schema] = {
    "Cleanup": record(RUN),
    "CleanupPage": page_of("Cleanup"),
    "Health": record({"status": {"const": "ok"}}),
    "Readiness": record(
        {
            "status": {"type": "string", "enum": ["ready", "not_ready"]},
            "dependencies": array(record(DEPENDENCY)),
            "projectionLag": said(nullable(LAG), "Writes that lists may not show yet, since when"),
        }
    ),
}
CLEANED = {
    "day": "2026-11-23",
    "startedAt": "2026-11-23T02:00:00.000Z",
    "status": "completed",
    "sweeps": [
        {
            "sweep": "expired_keys",
            "status": "completed",
            "count": 42,
            "doubtful": 0,
            "error": None,
        }
    ],
    "endedAt": "2026-11-23T02:00:03.210Z",
}
NAMES = ("eventStore", "readModels", "workflow")
READY = {
    "status": "ready",
    "dependencies": [{"name": name, "status": "ok", "latencyMs": 3} for name in NAMES],
    "projectionLag": {"waiting": 0, "oldest": None},
}
ROUTES = (
    Route(
        "ListCleanups",
        "GET cleanups",
        "What the daily cleanups came to",
        (Answer(200, "The newest first.", "CleanupPage", page(CLEANED)),),
        parameters=PAGED,
        who=Who.OPERATORS,
    ),
    Route(
        "Health",
        "GET health",
        "Whether the process lives",
        (Answer(200, "It does; nothing was touched to find out.", "Health", {"status": "ok"}),),
        who=Who.ANYBODY,
    ),
    Route(
        "Ready",
        "GET ready",
        "Whether the app can do its work",
        (
            Answer(200, "Every dependency answered.", "Readiness", READY),
            Answer(503, "One did not.", reference("Readiness"), headers=("Retry-After",)),
        ),
        who=Who.ANYBODY,
    ),
    Route(
        "OpenApi",
        "GET openapi.json",
        "This description",
        (Answer(200, "OpenAPI 3.1.", {"type": "object"}, headers=("ETag", "Cache-Control")),),
        who=Who.ANYBODY,
        tagged=True,
    ),
    Route(
        "Docs",
        "GET docs",
        "This description, as a page",
        (
            Answer(
                200,
                "One file that asks for nothing else.",
                headers=("ETag", "Cache-Control", "Content-Security-Policy"),
                texts=("text/html",),
            ),
        ),
        who=Who.ANYBODY,
        tagged=True,
    ),
)
