"""Blobs that seemed to be of no use once; only who seems so again, days later, goes."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.blobs.port import BlobInfo
from shared.projections.newest_first import Period
from shared.records import Record, RecordMoved, Records

ALL = "all"
# From one run to the next. A cleanup that was missed runs as soon as the host is up again, just
# when all the other work that waited is done, too: what it sees then proves nothing.
APART = timedelta(hours=20)


@dataclass(frozen=True, slots=True)
class Suspects:
    """`records`: those of kind `suspects`, one for each version of a blob."""

    records: Records

    async def is_proven(self, container: str, blob: BlobInfo, at: datetime) -> bool:
        """Whether this version of a blob was suspected before, and long enough before.

        Raises:
            StoreUnavailable: the storage did not answer.
        """
        name = f"{container}\n{blob.name}\n{blob.etag}"
        suspect = hashlib.sha256(name.encode()).hexdigest()[:40]
        known = await self.records.read(suspect)
        if known is not None:
            return known.at <= at - APART
        try:
            shown = {"suspect": suspect, "container": container, "blob": blob.name}
            await self.records.write(Record(suspect, at, shown, (ALL,), shown), None)
        except RecordMoved:
            pass  # noted by another run of this slice, just now
        return False

    async def forget(self, before: datetime, limit: int) -> int:
        """Remove at most `limit` notes of before then; how many there were."""
        old = await self.records.page(ALL, limit, period=Period(before=before))
        for each in old:
            record = await self.records.read(each.shown["suspect"])
            if record is not None:
                await self.records.remove(record)
        return len(old)
