"""A user as the API shows it, and each change with the image before and after it."""

from collections.abc import Sequence

import azure.functions as func

from blueprints.answers import versioned
from shared.application.aggregates import USER, Loaded
from shared.domain.user import Profile, User
from shared.eventstore.codec import CODEC
from shared.eventstore.port import Recorded
from shared.plain import Json, rfc3339, to_plain


def user_answer(req: func.HttpRequest, user: Loaded[Profile]) -> func.HttpResponse:
    """200 with the user, or 304."""
    return versioned(req, to_plain(user.state), str(user.version))


def changes_of(events: Sequence[Recorded]) -> list[Json]:
    """What a user's stream tells, oldest first; `events` begin with its first.

    Events that change nothing one can see, such as the end of a claim, are left out.
    """
    changes: list[Json] = []
    state: User = USER.initial
    for event in events:
        before, state = state.profile, USER.evolve(state, CODEC.read(event))
        if before != state.profile:
            changes.append(_change(event, before, state.profile))
    return changes


def _change(event: Recorded, old: Profile | None, new: Profile | None) -> Json:
    return {
        "version": event.version,
        "type": event.type,
        "occurredAt": rfc3339(event.occurred_at),
        "actor": event.actor,
        "correlationId": event.correlation_id,
        "oldImage": to_plain(old),
        "newImage": to_plain(new),
    }
