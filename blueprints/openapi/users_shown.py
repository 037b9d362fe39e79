"""Users as answers show them, and each change of one."""

from typing import get_args

from blueprints.openapi.pages_shown import page_of
from shared.domain.user import Profile, UserEvent
from shared.openapi.schema import MOMENT, TEXT, Schema, nullable, record, record_of, reference

SEEN = [each.__name__ for each in get_args(UserEvent) if each.__name__ != "EmailClaimEnded"]
IMAGE = nullable(reference("User"))
SCHEMAS: dict[str, Schema] = {
    "User": record_of(Profile, {}),
    "UserPage": page_of("User"),
    "UserChange": record(
        {
            "version": {"type": "integer", "minimum": 1},
            "type": {"type": "string", "enum": SEEN},
            "occurredAt": MOMENT,
            "actor": TEXT,
            "correlationId": TEXT,
            "oldImage": IMAGE,
            "newImage": IMAGE,
        }
    ),
    "UserChangePage": page_of("UserChange"),
}
