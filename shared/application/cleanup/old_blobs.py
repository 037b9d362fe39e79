"""Blobs of one container that are old, and that nothing needs."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared import logs
from shared.application.cleanup.sweep import Fate, Swept
from shared.blobs.port import BlobInfo, Blobs
from shared.eventstore.port import ConcurrencyConflict, StoreUnavailable
from shared.records import RecordMoved

AT_ONCE = 8  # blobs judged at the same time
PASSING = (StoreUnavailable, ConcurrencyConflict, RecordMoved)  # the page is swept again

Judge = Callable[[BlobInfo, datetime], Awaitable[Fate]]


async def useless(_blob: BlobInfo, _at: datetime) -> Fate:
    """The judge of blobs that are needed for a while only."""
    return Fate.USELESS


@dataclass(frozen=True, slots=True)
class OldBlobs:
    """`judge` is asked about a blob only when it is older than `age`."""

    blobs: Blobs
    container: str
    age: timedelta
    judge: Judge = useless

    async def page(self, at: datetime, cursor: str | None, limit: int) -> Swept:
        """Go over `limit` blobs in the order of their names.

        One that was written again since it was listed has another etag, and stays.
        """
        page = await self.blobs.page(self.container, "", cursor, limit)
        fates: list[Fate] = []
        old = [blob for blob in page.blobs if blob.modified_at <= at - self.age]
        for start in range(0, len(old), AT_ONCE):
            together = old[start : start + AT_ONCE]
            fates += await asyncio.gather(*(self._swept(blob, at) for blob in together))
        return Swept(fates.count(Fate.USELESS), page.marker, fates.count(Fate.DOUBTFUL))

    async def _swept(self, blob: BlobInfo, at: datetime) -> Fate:
        """What became of one blob; one that cannot be judged or deleted holds up no other."""
        try:
            fate = await self._removed(blob, at)
        except PASSING:
            raise
        except Exception as error:  # noqa: BLE001 - told and counted, and the next run tries again
            sentence = f"A blob is old, and could not be dealt with: {error!r}"
            logs.warning(sentence, "left_in_doubt", container=self.container, blob=blob.name)
            return Fate.DOUBTFUL
        if fate is Fate.DOUBTFUL:
            sentence = "A blob is old, and nobody knows what it is for."
            logs.warning(sentence, "left_in_doubt", container=self.container, blob=blob.name)
        return fate

    async def _removed(self, blob: BlobInfo, at: datetime) -> Fate:
        fate = await self.judge(blob, at)
        if fate is not Fate.USELESS:
            return fate
        gone = await self.blobs.remove(self.container, blob.name, blob.etag)
        return Fate.USELESS if gone else Fate.NEEDED
