"""Weekly reports as answers show them, by the report's own classes (docs/reports.md)."""

from blueprints.openapi.pages_shown import page_of
from blueprints.workflow_client import OPERATOR_LINKS
from shared.openapi.schema import (
    MOMENT,
    TEXT,
    Names,
    Schema,
    record,
    record_of,
    reference,
    said,
)
from shared.reports import report
from shared.reports.headline import Headline

NAMED: Names = {
    report.Figure[int]: "Figure",
    report.Figure[int | None]: "FigureOrNone",
    report.Figure[float | None]: "Share",
    report.Outcome: "ReportOutcome",
    report.Failure: "ReportFailure",
    report.Money: "ReportMoney",
    report.Takings: "ReportTakings",
    report.Product: "ReportProduct",
    report.StepTime: "ReportStep",
    report.Queue: "ReportQueue",
    report.Unreadable: "ReportUnreadable",
}
MEANINGS = {
    "Figure": "This week's, and that of the week before",
    "FigureOrNone": "The same, where there may be none",
    "Share": "Of the orders placed, 0 to 1; null where none were",
    "ReportMoney": "Whole minor units (cents)",
    "ReportTakings": "Whole minor units (cents)",
    "ReportStep": "Milliseconds, nearest rank",
}
LINKS = {"self": TEXT, "workflow": TEXT, **dict.fromkeys(OPERATOR_LINKS, TEXT)}
LISTED: dict[str, Schema] = {
    "week": TEXT,
    "startsAt": MOMENT,
    "endsAt": MOMENT,
    "cutOff": said(MOMENT, "Orders are told of as they stood then"),
    "headline": record_of(Headline, NAMED),
    "links": reference("ReportLinks"),
}


def _named() -> dict[str, Schema]:
    made = {name: record_of(kind, NAMED) for kind, name in NAMED.items()}
    return made | {name: said(made[name], meaning) for name, meaning in MEANINGS.items()}


SCHEMAS: dict[str, Schema] = {
    **_named(),
    "WeeklyReport": record_of(report.Report, NAMED),
    "ReportLinks": record(LINKS, *OPERATOR_LINKS),
    "ReportListed": record(LISTED),
    "ReportPage": page_of("ReportListed"),
    "ReportAccepted": record(
        {"week": TEXT, "status": {"const": "accepted"}, "links": reference("ReportLinks")}
    ),
}
