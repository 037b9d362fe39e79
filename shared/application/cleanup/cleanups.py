"""What became of each cleanup, kept so that one can ask later."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from shared.plain import Json
from shared.projections.newest_first import Period
from shared.records import Listed, Record, RecordMoved, Records

ALL = "all"
ATTEMPTS = 5  # a run has one writer at a time, so a conflict is an answer that was lost


@dataclass(frozen=True, slots=True)
class Cleanups:
    """One document a run, by the moment it was asked for."""

    records: Records

    async def keep(self, at: datetime, document: Json) -> None:
        """Keep what is known of the run of this moment, in place of what was.

        Raises:
            StoreUnavailable: perhaps kept; keeping it again is safe.
        """
        run_id = at.strftime("%Y-%m-%d-%H%M%S")
        for left in reversed(range(ATTEMPTS)):
            present = await self.records.read(run_id)
            record = Record(run_id, at, document, (ALL,), document)
            try:
                await self.records.write(record, present)
            except RecordMoved:
                if not left:
                    raise
            else:
                return

    async def page(self, limit: int, cursor: str | None = None) -> Sequence[Listed]:
        """At most `limit` runs, the newest first.

        Raises:
            StoreUnavailable: the storage did not answer.
        """
        return await self.records.page(ALL, limit, cursor)

    async def forget(self, before: datetime, limit: int) -> int:
        """Remove at most `limit` runs of before then; how many there were."""
        old = await self.records.page(ALL, limit, period=Period(before=before))
        for each in old:
            record = await self.records.read(each.place.rpartition("|")[2])
            if record is not None:
                await self.records.remove(record)
        return len(old)
