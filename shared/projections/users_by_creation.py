"""The users by the moment they were created, the newest first: the guide's CreatedAtIndex."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from shared.domain.user import User
from shared.plain import Json, to_plain
from shared.projections.newest_first import Period, place, span
from shared.projections.views import View, Views

MODEL = "users"
LIST = "created"


@dataclass(frozen=True, slots=True)
class UserRow:
    """A user as the list shows it, and the place a cursor goes on from."""

    place: str
    version: int
    document: Json


def view_of(user: User, version: int) -> View:
    """What the list shows of a user at this version: nothing of a deleted one."""
    profile = user.profile
    if profile is None:
        return View(user.user_id, version, (), {})
    keys = (f"{LIST}|{place(profile.created_at, user.user_id)}",)
    return View(user.user_id, version, keys, to_plain(profile))


@dataclass(frozen=True, slots=True)
class UsersByCreation:
    """The list that `GET /users?createdAfter=&createdBefore=` reads."""

    views: Views

    async def page(
        self,
        created_after: datetime | None,
        created_before: datetime | None,
        limit: int,
        cursor: str | None,
    ) -> Sequence[UserRow]:
        """At most `limit` users created from one moment on and before another, newest first.

        `cursor`: the place of the last row already seen; its form is `newest_first.PLACE`.

        Raises:
            StoreUnavailable: the storage did not answer.
        """
        between = span(LIST, Period(created_after, created_before), cursor)
        rows = await self.views.page(MODEL, between, limit)
        return [
            UserRow(row.key.removeprefix(f"{LIST}|"), row.fields["version"], row.fields["document"])
            for row in rows
        ]
