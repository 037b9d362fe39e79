"""The routes of jobs, described (docs/jobs.md)."""

from blueprints.openapi.orders_examples import page
from blueprints.openapi.parameters import PAGED, one_of, place
from blueprints.openapi.route import Answer, Route, Who
from shared.application.jobs.job import JOB_ID as FORM
from shared.application.jobs.job import JobStatus

JOB_ID = "3f2504e0-4f89-41d3-9a0c-0305e82c3301"
CREATED_AT = "2026-11-23T09:00:00.123Z"
EXAMPLE = {
    "jobId": JOB_ID,
    "type": "orders.export",
    "payload": {"customerId": "ada"},
    "status": "succeeded",
    "attempts": 1,
    "progress": 1.0,
    "result": {
        "rows": 120,
        "bytes": 11_280,
        "downloadUrl": "https://storage.example.com/exports/orders/3f2504e0.csv?sig=secret",
        "expiresAt": "2026-11-23T10:00:00.000Z",
    },
    "error": None,
    "createdAt": CREATED_AT,
    "startedAt": "2026-11-23T09:00:00.456Z",
    "finishedAt": "2026-11-23T09:00:00.789Z",
    "correlationId": "my-cid",
}
LISTED = {
    "jobId": JOB_ID,
    "type": "orders.export",
    "status": "running",
    "attempts": 1,
    "progress": 0.25,
    "createdAt": CREATED_AT,
}
ROUTES = (
    Route(
        "PostJob",
        "POST jobs",
        "Ask for a job",
        (
            Answer(
                202,
                "It waits for a worker.",
                "JobAccepted",
                {"jobId": JOB_ID, "status": "queued"},
                ("Location", "Retry-After"),
            ),
        ),
        "Every member of a payload may be left out. Where both moments are given, the second is the"
        " later one.",
        body="JobBody",
        example={"type": "orders.export", "payload": {"customerId": "ada"}},
        who=Who.OPERATORS,
        keyed=True,
    ),
    Route(
        "ListJobs",
        "GET jobs",
        "List jobs",
        (Answer(200, "The newest first.", "JobPage", page(LISTED)),),
        parameters=(one_of("status", "In this state", JobStatus), *PAGED),
        who=Who.OPERATORS,
    ),
    Route(
        "GetJob",
        "GET jobs/{jobId}",
        "Follow a job",
        (
            Answer(
                200,
                "Where it stands. The ETag is there unless the result has a link, which is another"
                " one each time.",
                "Job",
                EXAMPLE,
                ("ETag",),
            ),
        ),
        path={"jobId": place("The job's id", JOB_ID, f"^{FORM}$")},
        refuses=("job_not_found",),
        who=Who.OPERATORS,
        tagged=True,
    ),
)
