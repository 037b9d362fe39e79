"""The routes of users, described (guide S4: the serverless REST API and its two indexes)."""

from blueprints.openapi.orders_examples import page
from blueprints.openapi.parameters import PAGED, PAST, asked, moment, place
from blueprints.openapi.route import Answer, Route
from shared.openapi.schema import TEXT, reference

USER_ID = "b1946ac9-2f0e-4c53-8a3c-7e1f6b0c9d11"
USER = {
    "userId": USER_ID,
    "email": "ada@example.com",
    "name": "Ada Lovelace",
    "createdAt": "2026-11-23T09:00:00.123Z",
}
BODY = {"email": "ada@example.com", "name": "Ada Lovelace"}
CHANGE = {
    "version": 2,
    "type": "UserRenamed",
    "occurredAt": "2026-11-23T10:00:00.456Z",
    "actor": USER_ID,
    "correlationId": "my-cid",
    "oldImage": {**USER, "name": "Ada Byron"},
    "newImage": USER,
}
PATH = {"userId": place("The user's id", USER_ID)}
ROUTES = (
    Route(
        "RegisterUser",
        "POST users",
        "Register a user",
        (Answer(201, "Registered.", "User", USER, ("Location", "ETag")),),
        "A customer registers under the own id; to do so again with the same body changes nothing."
        " No two users have one address, however it is capitalized.",
        body="UserBody",
        example=BODY,
        refuses=("forbidden", "email_taken", "user_exists"),
        keyed=True,
    ),
    Route(
        "FindUsers",
        "GET users",
        "Look users up: by id, by email, or by creation",
        (
            Answer(
                200,
                "With `userId` the user; with `email` a page with the one who has it, or none; else"
                " a page by creation, the newest first (operators).",
                {"anyOf": [reference("User"), reference("UserPage")]},
                page(USER),
                ("ETag",),
            ),
        ),
        "Ask by `userId` (with `version` or `asOf`, if the past is meant), by `email`, or by"
        " creation. The ETag is there when one is asked for by id.",
        parameters=(
            asked("userId", "This one", TEXT),
            asked("email", "Who has this address", TEXT, "ADA@example.com"),
            moment("createdAfter", "Created then or later"),
            moment("createdBefore", "Created before then"),
            *PAST,
            *PAGED,
        ),
        refuses=("forbidden", "user_not_found", "version_not_found"),
        tagged=True,
    ),
    Route(
        "GetUser",
        "GET users/{userId}",
        "Read a user",
        (Answer(200, "The user.", "User", USER, ("ETag",)),),
        "Of `version` and `asOf` at most one.",
        parameters=PAST,
        path=PATH,
        refuses=("user_not_found", "version_not_found"),
        tagged=True,
    ),
    Route(
        "ChangeUser",
        "PUT users/{userId}",
        "Change a user",
        (Answer(200, "The user as it is now.", "User", USER, ("ETag",)),),
        body="UserBody",
        example=BODY,
        path=PATH,
        refuses=("user_not_found", "email_taken"),
        guarded=True,
    ),
    Route(
        "DeleteUser",
        "DELETE users/{userId}",
        "Delete a user",
        (Answer(204, "Gone; the address is free again."),),
        path=PATH,
        refuses=("user_not_found",),
        guarded=True,
    ),
    Route(
        "GetUserChanges",
        "GET users/{userId}/changes",
        "Every change of a user, also of a deleted one",
        (Answer(200, "The oldest first.", "UserChangePage", page(CHANGE)),),
        parameters=PAGED,
        path=PATH,
        refuses=("user_not_found",),
    ),
)
