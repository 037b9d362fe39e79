"""The routes of dead letters, described (docs/dead-letters.md)."""

from blueprints.openapi import dead_letters_examples as examples
from blueprints.openapi.dead_letters_shown import QUEUE, REASON
from blueprints.openapi.orders_examples import page
from blueprints.openapi.parameters import PAGED, asked, one_of, place
from blueprints.openapi.route import Answer, Route, Who
from shared.application.dead_letters import Status
from shared.names import JOBS

PATH = {"id": place("The letter's id", examples.LETTER_ID)}
DECIDED_BEFORE = ("dead_letter_not_found", "dead_letter_claimed", "dead_letter_resolved")
ROUTES = (
    Route(
        "ListDeadLetters",
        "GET dead-letters",
        "List dead letters",
        (Answer(200, "The newest first, without bodies.", "DeadLetterPage", page(examples.ITEM)),),
        parameters=(
            asked("queue", "Failed in this queue", QUEUE, JOBS),
            one_of("status", "In this state", Status),
            asked("reason", "Failed for this", REASON, "unknown_job"),
            *PAGED,
        ),
        who=Who.OPERATORS,
    ),
    Route(
        "GetDeadLetter",
        "GET dead-letters/{id}",
        "Read a dead letter",
        (Answer(200, "All of it.", "DeadLetter", examples.LETTER, ("ETag",)),),
        path=PATH,
        refuses=("dead_letter_not_found",),
        who=Who.OPERATORS,
        tagged=True,
    ),
    Route(
        "RedriveDeadLetter",
        "POST dead-letters/{id}/redrive",
        "Send a dead letter to its queue again",
        (Answer(202, "It is in its queue again.", "DeadLetter", examples.SENT),),
        path=PATH,
        refuses=DECIDED_BEFORE,
        who=Who.OPERATORS,
        keyed=True,
    ),
    Route(
        "DiscardDeadLetter",
        "DELETE dead-letters/{id}",
        "Decide that a dead letter is never sent again",
        (
            Answer(
                200,
                "It is kept, with who said so and why.",
                "DeadLetter",
                examples.DISCARDED,
                ("ETag",),
            ),
        ),
        body="DiscardBody",
        example={"reason": "a test"},
        path=PATH,
        refuses=DECIDED_BEFORE,
        who=Who.OPERATORS,
        guarded=True,
    ),
    Route(
        "RedriveAll",
        "POST dead-letters/redrive",
        "Send all dead letters again that wait",
        (
            Answer(
                202,
                "They are being sent; `Location` says how far that is.",
                "RedriveAccepted",
                {"redriveId": examples.REDRIVE_ID, "links": examples.LINKS},
                ("Location", "Retry-After"),
            ),
        ),
        "Those of a queue, those that failed for a reason, or all.",
        body="RedriveBody",
        example={"reason": "unknown_job"},
        who=Who.OPERATORS,
        keyed=True,
        engine=True,
    ),
    Route(
        "GetRedrive",
        "GET dead-letters/redrives/{redriveId}",
        "How far a re-drive of many is",
        (
            Answer(
                200,
                "The counts are there once the first page was sent.",
                "Redrive",
                {
                    "redriveId": examples.REDRIVE_ID,
                    "runtimeStatus": "Running",
                    "redriven": 50,
                    "left": 1,
                    "failed": 0,
                },
            ),
        ),
        path={"redriveId": place("As it was answered", examples.REDRIVE_ID)},
        refuses=("redrive_not_found",),
        who=Who.OPERATORS,
        engine=True,
        stored=False,
    ),
)
