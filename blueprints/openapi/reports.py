"""The routes of weekly reports, described (docs/reports.md)."""

from blueprints.openapi.orders_examples import page
from blueprints.openapi.parameters import PAGED, place
from blueprints.openapi.route import Answer, Route, Who

WEEK = "2026-W47"
LINKS = {"self": f"/api/reports/{WEEK}", "workflow": f"/api/reports/{WEEK}/workflow"}
FIGURE = {"value": 120, "before": 96}
ITEM = {
    "week": WEEK,
    "startsAt": "2026-11-16T00:00:00.000Z",
    "endsAt": "2026-11-23T00:00:00.000Z",
    "cutOff": "2026-11-23T09:00:00.000Z",
    "headline": {
        "orders": FIGURE,
        "completedShare": {"value": 0.95, "before": 0.9375},
        "failed": {"value": 4, "before": 5},
        "revenue": [{"currency": "EUR", "amount": {"value": 348_000, "before": 278_400}}],
        "completedWithin": {"value": 412, "before": 398},
        "deadLetters": {"value": 0, "before": 2},
    },
    "links": LINKS,
}
STANDING = {
    "runtimeStatus": "Completed",
    **dict.fromkeys(("step", "attempt", "nextAttemptAt", "waitingFor", "deadline")),
}
PATH = {"isoWeek": place("A week of ISO 8601, in UTC", WEEK, "^[0-9]{4}-W[0-9]{2}$")}
ROUTES = (
    Route(
        "ListReports",
        "GET reports",
        "List the weekly reports",
        (Answer(200, "The newest week first.", "ReportPage", page(ITEM)),),
        parameters=PAGED,
        who=Who.OPERATORS,
    ),
    Route(
        "GetReport",
        "GET reports/{isoWeek}",
        "Read a week's report",
        (
            Answer(
                200,
                "In the form that `Accept` asks for; JSON for whoever does not mind.",
                "WeeklyReport",
                headers=(
                    *("ETag", "Vary", "Cache-Control"),
                    *("Content-Security-Policy", "Content-Disposition"),
                ),
                texts=("text/html", "text/csv"),
            ),
        ),
        "`Content-Disposition` comes with CSV alone.",
        path=PATH,
        refuses=("validation_error", "report_not_found", "not_acceptable"),
        who=Who.OPERATORS,
        tagged=True,
    ),
    Route(
        "MakeReport",
        "POST reports/{isoWeek}",
        "Make the report of a week that has ended, or check the one that stands",
        (
            Answer(
                202,
                "The workflow says which it was, and `Location` shows the report once it is there.",
                "ReportAccepted",
                {"week": WEEK, "status": "accepted", "links": LINKS},
                ("Location", "Retry-After"),
            ),
        ),
        path=PATH,
        refuses=("week_not_over",),
        who=Who.OPERATORS,
        keyed=True,
        engine=True,
    ),
    Route(
        "GetReportWorkflow",
        "GET reports/{isoWeek}/workflow",
        "Where the making of a report stands",
        (Answer(200, "As for orders.", "Workflow", STANDING),),
        path=PATH,
        refuses=("validation_error", "workflow_not_found"),
        who=Who.OPERATORS,
        engine=True,
        stored=False,
    ),
)
