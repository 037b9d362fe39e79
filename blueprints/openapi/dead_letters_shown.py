"""Dead letters as answers show them (docs/dead-letters.md)."""

from blueprints.openapi.pages_shown import page_of
from blueprints.upload_sources import BLOB_QUEUE
from blueprints.workflow_client import OPERATOR_LINKS
from shared.application.dead_letters import Status
from shared.application.failures import CODE
from shared.names import JOBS, UPLOAD_EVENTS
from shared.openapi.schema import (
    COUNT,
    MOMENT,
    TEXT,
    Schema,
    choice,
    nullable,
    record,
    reference,
    said,
)

QUEUE: Schema = {"type": "string", "enum": [JOBS, UPLOAD_EVENTS, BLOB_QUEUE]}
REASON: Schema = {"type": "string", "pattern": f"^{CODE}$"}
LISTED: dict[str, Schema] = {
    "deadLetterId": TEXT,
    "queue": said(TEXT, "Where its message failed"),
    "reason": reference("Reason"),
    "filedAt": MOMENT,
    "firstFailureAt": MOMENT,
    "lastFailureAt": MOMENT,
    "dequeueCount": said(nullable(COUNT), "How often it was tried; null where nobody counted"),
    "correlationId": nullable(TEXT),
    "earlierId": said(nullable(TEXT), "The letter whose text was sent again and is back in this"),
    "status": choice(Status),
}
CLAIM = record({"by": TEXT, "at": MOMENT})
RESOLUTION = record({"by": TEXT, "at": MOMENT, "reason": nullable(TEXT)})
WHOLE: dict[str, Schema] = {
    **LISTED,
    "body": said(TEXT, "The text as it stood in the queue, to the byte"),
    "decoded": said({}, "What is in it where it is base64 or JSON"),
    "claim": said(nullable(CLAIM), "Who is sending it again at this moment"),
    "resolution": said(nullable(RESOLUTION), "What was decided, by whom; `reason` of a discard"),
    "links": record({"self": TEXT, "redrive": TEXT, "earlier": TEXT}, "earlier"),
}
REDRIVE: dict[str, Schema] = {
    "redriveId": TEXT,
    "runtimeStatus": said(TEXT, "As Durable Functions call it, such as `Running`"),
    "redriven": COUNT,
    "left": said(COUNT, "In other hands"),
    "failed": COUNT,
}
LINKS = record({"self": TEXT, **dict.fromkeys(OPERATOR_LINKS, TEXT)})
SCHEMAS: dict[str, Schema] = {
    "DeadLetterListed": record(LISTED),
    "DeadLetterPage": page_of("DeadLetterListed"),
    "DeadLetter": record(WHOLE),
    "RedriveAccepted": record({"redriveId": TEXT, "links": LINKS}),
    "Redrive": record(REDRIVE, "redriven", "left", "failed"),
}
