"""Streams that may have changed without their rows: a marker is set before, removed after."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.plain import rfc3339
from shared.projections.rows import Row, Rows

PARTITION = "backlog"
COUNTED = 1_000  # more markers than that are "1000 or more"
# No request outlives functionTimeout (host.json: 5 minutes), so no writer of a marker this old is
# left to append; a younger one is its writer's to remove. Far apart, for clocks that disagree.
ABANDONED = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Marker:
    """One writer's note about one stream; `key` is its own, so no writer removes another's."""

    key: str
    stream: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Lag:
    """How many writes may not be shown yet (1,000 means that many or more), since when."""

    waiting: int
    oldest: datetime | None


@dataclass(frozen=True, slots=True)
class Backlog:
    """The markers, by stream."""

    rows: Rows
    now: Callable[[], datetime]
    new_id: Callable[[], str]

    async def add(self, stream: str) -> Marker:
        """Note that this stream is about to change."""
        marker = Marker(f"{stream}|{self.new_id()}", stream, self.now())
        fields = {"stream": stream, "since": rfc3339(marker.since)}
        await self.rows.put(PARTITION, Row(marker.key, fields))
        return marker

    async def remove(self, marker: Marker) -> None:
        """The stream's rows show what was written, or nothing was."""
        await self.rows.drop(PARTITION, [marker.key])

    async def markers(self) -> Sequence[Marker]:
        """What is noted, at most 1,000."""
        found = await self.rows.page(PARTITION, "", "~", COUNTED)
        return [
            Marker(row.key, row.fields["stream"], datetime.fromisoformat(row.fields["since"]))
            for row in found
        ]

    async def lag(self) -> Lag:
        """How far behind the read models may be; nothing is waiting when all is well."""
        found = await self.markers()
        return Lag(len(found), min((each.since for each in found), default=None))

    def is_abandoned(self, marker: Marker) -> bool:
        """Whether its writer cannot append any more."""
        return self.now() - marker.since >= ABANDONED
