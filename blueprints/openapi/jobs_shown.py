"""Jobs as answers show them, by docs/jobs.md."""

from blueprints.openapi.pages_shown import page_of
from shared.application.failures import Reason
from shared.application.jobs.job import JobStatus
from shared.application.rebuild import Difference
from shared.openapi.schema import (
    COUNT,
    MOMENT,
    TEXT,
    Schema,
    array,
    choice,
    nullable,
    record,
    record_of,
    reference,
    said,
)

EXPORTED: dict[str, Schema] = {
    "rows": COUNT,
    "bytes": COUNT,
    "downloadUrl": said(nullable(TEXT), "Good for an hour; null once the file is gone"),
    "expiresAt": nullable(MOMENT),
}
RESULTS: dict[str, Schema] = {
    "OrdersExported": record(EXPORTED),
    "ReadmodelsRebuilt": record({"models": array(record_of(Difference, {}))}),
    "ImagesRegenerated": record(
        dict.fromkeys(("images", "ready", "rejected", "gone", "failed"), COUNT)
    ),
}
LISTED: dict[str, Schema] = {
    "jobId": TEXT,
    "type": TEXT,
    "status": said(choice(JobStatus), "docs/jobs.md says what may follow what"),
    "attempts": said(COUNT, "How often it was taken up"),
    "progress": {"type": "number", "minimum": 0, "maximum": 1},
    "createdAt": MOMENT,
}
JOB: dict[str, Schema] = {
    **LISTED,
    "payload": said({"type": "object"}, "What was asked for, with its defaults"),
    "result": said({"anyOf": [*map(reference, RESULTS), {"type": "null"}]}, "By its type"),
    "error": said(nullable(reference("Reason")), "What went wrong last"),
    "startedAt": nullable(MOMENT),
    "finishedAt": nullable(MOMENT),
    "correlationId": TEXT,
}
SCHEMAS: dict[str, Schema] = {
    "Reason": said(record_of(Reason, {}), "A code for programs, a sentence for people"),
    "JobAccepted": record({"jobId": TEXT, "status": {"const": JobStatus.QUEUED.value}}),
    **RESULTS,
    "Job": record(JOB),
    "JobListed": record(LISTED),
    "JobPage": page_of("JobListed"),
}
