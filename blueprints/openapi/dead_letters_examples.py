"""A dead letter from its filing to its end, as examples."""

from blueprints.workflow_client import OPERATOR_LINKS
from shared.names import JOBS

LETTER_ID = "0a1f8f3c-6f1d-4f4e-8f59-0d4f6a3f9c21"
BODY = '{"jobId": "3f2504e0-4f89-41d3-9a0c-0305e82c3301"}'
ITEM = {
    "deadLetterId": LETTER_ID,
    "queue": JOBS,
    "reason": {"code": "unknown_job", "detail": "There is no such job."},
    "filedAt": "2026-11-23T09:10:00.123Z",
    "firstFailureAt": "2026-11-23T09:00:00.123Z",
    "lastFailureAt": "2026-11-23T09:10:00.045Z",
    "dequeueCount": 3,
    "correlationId": None,
    "earlierId": None,
    "status": "waiting",
}
HERE = f"/api/dead-letters/{LETTER_ID}"
LETTER = {
    **ITEM,
    "body": BODY,
    "decoded": None,
    "claim": None,
    "resolution": None,
    "links": {"self": HERE, "redrive": f"{HERE}/redrive"},
}
DECIDED = {"by": "b1946ac9", "at": "2026-11-23T10:00:00.000Z", "reason": None}
SENT = {**LETTER, "status": "redriven", "resolution": DECIDED}
DISCARDED = {**LETTER, "status": "discarded", "resolution": {**DECIDED, "reason": "a test"}}
REDRIVE_ID = "redrive-9b2d"
REDRIVE = f"/api/dead-letters/redrives/{REDRIVE_ID}"
ENGINE = "http://localhost:7071/runtime/webhooks/durabletask/instances/redrive-9b2d?code=secret"
LINKS = {"self": REDRIVE, **dict.fromkeys(OPERATOR_LINKS, ENGINE)}
