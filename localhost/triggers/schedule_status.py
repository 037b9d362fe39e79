"""What the host remembers of a timer, so that an occurrence missed while it was down is noticed.

Kept in the real host's blob and form (reference/host-triggers.md 5.2), so that either host goes on
where the other one stopped.
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime

from localhost.errors import StorageError
from localhost.host_id import HOST_CONTAINER
from localhost.storage import Storage

NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class ScheduleStatus:
    """When a timer fired last and will fire next; ``NEVER`` for what has not happened."""

    last: datetime
    next: datetime
    updated: datetime

    def document(self) -> dict[str, str]:
        """Return it as the host writes it into its blob and sends it to the worker."""
        return {
            "Last": self.last.isoformat(),
            "Next": self.next.isoformat(),
            "LastUpdated": self.updated.isoformat(),
        }


class StatusStore:
    """The statuses of one app's timers, in blobs of the host's own account."""

    def __init__(self, storage: Storage, host_id: str) -> None:
        self._storage, self._host_id = storage, host_id

    async def read(self, function: str) -> ScheduleStatus | None:
        """Return a timer's status; None when it has none.

        Raises:
            StorageError: somebody wrote something else there, which is no reason to guess.
            ConnectionError, wire.Refused: the storage did not serve it.
        """
        found = await self._storage.blobs("").get(HOST_CONTAINER, self._path(function))
        if found is None:
            return None
        try:
            document = json.loads(found[1])
            moments = [_moment(document[name]) for name in ("Last", "Next", "LastUpdated")]
        except (KeyError, TypeError, ValueError) as unreadable:
            raise StorageError(
                f"The status blob '{HOST_CONTAINER}/{self._path(function)}' is unreadable: "
                f"{unreadable!r}. Delete it to start the timer afresh."
            ) from unreadable
        return ScheduleStatus(*moments)

    async def write(self, function: str, status: ScheduleStatus) -> None:
        """Keep a timer's status. Raises ConnectionError and wire.Refused as the storage does."""
        content = json.dumps(status.document()).encode()
        await self._storage.blobs("").put(HOST_CONTAINER, self._path(function), content)

    def _path(self, function: str) -> str:
        return f"timers/{self._host_id}/Host.Functions.{function}/status"


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
