"""Every problem a client may be told, by its code: the status and the sentence that go with it."""

from collections.abc import Iterable

from blueprints.problems import STATUS, UNAVAILABLE
from shared.application.dead_letters import DeadLetterClaimed, DeadLetterResolved
from shared.domain import errors
from shared.openapi.schema import TEXT, Schema, array, record, reference, said

CONFLICTS: tuple[type[errors.Refusal], ...] = (
    errors.ApprovalNotPending,
    errors.EmailTaken,
    errors.InsufficientStock,
    errors.NothingAtStake,
    errors.OrderAlreadyFinal,
    errors.OrderAlreadyShipped,
    errors.UserExists,
    errors.WorkflowEnded,
    DeadLetterClaimed,
    DeadLetterResolved,
)
OF_THE_EDGE = {
    "validation_error": (400, "The request has faults; `errors` names each."),
    "unauthenticated": (401, "Sign in first."),
    "forbidden": (403, "This is not for you."),
    "dead_letter_not_found": (404, "There is no such dead letter, or it was forgotten."),
    "image_not_found": (404, "There is no image to see yet, or none ever."),
    "job_not_found": (404, "There is no such job."),
    "redrive_not_found": (404, "There is no such re-drive, or it ended long ago."),
    "report_not_found": (404, "This report is not there."),
    "upload_not_found": (404, "There is no such upload."),
    "version_not_found": (404, "It was not there yet at that version or moment."),
    "workflow_not_found": (404, "Nobody knows this workflow any more."),
    "not_acceptable": (406, "None of the accepted forms can be had."),
    "week_not_over": (409, "The week has not ended yet."),
    "too_large": (413, "A body holds at most 1 MiB."),
    "unsupported_media_type": (415, "Send `Content-Type: application/json`."),
    "internal": (500, "The fault is ours. Give us the correlation id."),
}


def _sentence(error: type[Exception]) -> str:
    return " ".join((error.__doc__ or "").split())


REFUSALS: dict[str, tuple[int, str]] = {
    **{code: (status, _sentence(error)) for error, (status, code) in STATUS.items()},
    **{error.code: (409, _sentence(error)) for error in CONFLICTS},
    **OF_THE_EDGE,
}
NAMED = ("orderId", "userId", "sku", "jobId", "uploadId", "deadLetterId", "redriveId", "week")

PROBLEM: Schema = {
    **record(
        {
            "type": said(TEXT, "`urn:durable-orders:problem:` and the code"),
            "title": TEXT,
            "status": said({"type": "integer"}, "The status of the answer"),
            "detail": said(TEXT, "A sentence for people, saying what to do"),
            "instance": said(TEXT, "The path that was asked for"),
            "code": said(TEXT, "For programs: it never changes"),
            "error": said(TEXT, "The title, or for faults of ours `Internal server error`"),
            "retryable": said({"type": "boolean"}, "Whether the same request may succeed later"),
            "correlationId": said(TEXT, "What the log knows this request by"),
            "errors": said(
                array(record({"pointer": TEXT, "message": TEXT})),
                "Every fault: a JSON pointer (RFC 6901) and a sentence",
            ),
            **{name: said(TEXT, "What was asked for") for name in NAMED},
            "uploadStatus": said(TEXT, "How the upload of an image stands"),
        },
        *("errors", *NAMED, "uploadStatus"),
    ),
    "examples": [
        {
            "type": "urn:durable-orders:problem:order_not_found",
            "title": "Order not found",
            "status": 404,
            "detail": "There is no such order. Check the id.",
            "instance": "/api/orders/nobody",
            "code": "order_not_found",
            "error": "Order not found",
            "retryable": False,
            "correlationId": "my-cid",
            "orderId": "nobody",
        }
    ],
}


def by_status(codes: Iterable[str]) -> dict[int, tuple[str, ...]]:
    """These codes, gathered under their statuses."""
    gathered: dict[int, tuple[str, ...]] = {}
    for code in sorted(set(codes), key=lambda code: (REFUSALS[code][0], code)):
        gathered[REFUSALS[code][0]] = (*gathered.get(REFUSALS[code][0], ()), code)
    return gathered


def response_name(codes: Iterable[str]) -> str:
    """What the document calls an answer that says one of these."""
    return "Or".join("".join(word.capitalize() for word in code.split("_")) for code in codes)


def response(codes: tuple[str, ...]) -> Schema:
    """The answer that says one of these codes, all of one status."""
    status = REFUSALS[codes[0]][0]
    told = "\n".join(f"- `{code}`: {REFUSALS[code][1]}" for code in codes)
    headers = ["X-Correlation-Id"]
    headers += ["WWW-Authenticate"] if codes == ("unauthenticated",) else []
    passes = status == UNAVAILABLE or DeadLetterClaimed.code in codes
    headers += ["Retry-After"] if passes else []
    schema = {**reference("Problem"), "properties": {"code": {"enum": list(codes)}}}
    return {
        "description": told,
        "headers": {name: {"$ref": f"#/components/headers/{name}"} for name in headers},
        "content": {"application/problem+json": {"schema": schema}},
    }
