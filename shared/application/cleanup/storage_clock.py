"""The storage's own clock: what is old is judged by it and by ours, whichever is behind."""

from dataclasses import dataclass
from datetime import datetime

from shared.blobs.port import Blobs
from shared.eventstore.port import StoreUnavailable
from shared.names import TEMP

BLOB = "storage-clock"


@dataclass(frozen=True, slots=True)
class StorageClock:
    """A clock of ours that jumped ahead must not make old what was written a moment ago."""

    blobs: Blobs

    async def earliest(self, at: datetime) -> datetime:
        """The moment `at`, or the storage's present where that is earlier.

        Raises:
            StoreUnavailable: the storage did not answer.
        """
        await self.blobs.write(TEMP, BLOB, b"", "text/plain")
        written = await self.blobs.head(TEMP, BLOB)
        if written is None:
            raise StoreUnavailable(f"{TEMP}/{BLOB} was removed while it was looked at")
        return min(at, written.modified_at)
