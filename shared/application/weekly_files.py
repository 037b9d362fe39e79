"""The files of weekly reports, each named by its bytes: none ever takes another's place."""

import hashlib
from dataclasses import dataclass

from shared import logs
from shared.blobs.port import Blobs
from shared.names import REPORTS
from shared.reports.week import IsoWeek


def tag_of(content: bytes) -> str:
    """What names these bytes, and no others."""
    return hashlib.sha256(content).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class WeeklyFiles:
    """Two programs that make one report at once write beside each other, never over each other."""

    blobs: Blobs

    async def read(self, week: IsoWeek, name: str, tag: str) -> bytes | None:
        """The file that bears this tag; None where it is gone, or is not what it was.

        Raises:
            StoreUnavailable: the storage did not answer.
        """
        found = await self.blobs.read(REPORTS, _place(week, name, tag))
        if found is None or tag_of(found) == tag:
            return found
        sentence = f"The file {name} of the report of {week} was changed, and is told to nobody."
        logs.error(sentence, "report_damaged", week=str(week), file=name)
        return None

    async def keep(self, week: IsoWeek, name: str, content: bytes, content_type: str) -> None:
        """Write a file unless it is there, whole.

        Raises:
            StoreUnavailable: perhaps written.
        """
        tag = tag_of(content)
        if await self.read(week, name, tag) is None:
            await self.blobs.write(REPORTS, _place(week, name, tag), content, content_type)


def _place(week: IsoWeek, name: str, tag: str) -> str:
    return f"{week}/{tag}/{name}"
