"""Weekly reports: written once, told again whenever somebody asks."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from shared import logs
from shared.application.weekly_count import ALL, WeeklyCount
from shared.blobs.port import Blobs
from shared.names import REPORTS
from shared.plain import Json, NotPlain, from_plain
from shared.records import Listed, Record, RecordMoved, Records
from shared.reports.formats import FILES, TALLY, Format
from shared.reports.tally import Tally
from shared.reports.week import IsoWeek

if TYPE_CHECKING:
    from shared.reports.files import Made


@dataclass(frozen=True, slots=True)
class Written:
    """What became of a report. `left`: days to count first; `differing`: files that stand and
    would be written otherwise now."""

    left: tuple[date, ...] = ()
    differing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WeeklyReports:
    """A report is there once its record is: until then its files may be written again."""

    count: WeeklyCount
    records: Records
    blobs: Blobs

    async def newest(self) -> IsoWeek | None:
        """The latest week that has a report."""
        found = await self.page(1)
        return IsoWeek.parse(found[0].shown["week"]) if found else None

    async def page(self, limit: int, cursor: str | None = None) -> Sequence[Listed]:
        """At most `limit` reports, the newest first, behind the place `cursor`.

        Raises:
            StoreUnavailable: the storage did not answer.
        """
        return await self.records.page(ALL, limit, cursor)

    async def etag(self, week: IsoWeek, wanted: Format) -> str | None:
        """What names the bytes of a report; None where there is none.

        Raises:
            StoreUnavailable: the storage did not answer.
        """
        record = await self.records.read(str(week))
        return str(record.document["files"][FILES[wanted]]) if record else None

    async def read(self, week: IsoWeek, wanted: Format) -> bytes | None:
        """A report's bytes; None for one that is no longer kept.

        Raises:
            StoreUnavailable: the storage did not answer.
        """
        return await self.blobs.read(REPORTS, f"{week}/{FILES[wanted]}")

    async def write(self, week: IsoWeek, run: str) -> Written:
        """Write the report of a week that was counted by this run, unless it stands already.

        Raises:
            StoreUnavailable: perhaps written, in part or whole; writing it again is safe.
        """
        earlier = await self._kept_tally(week.previous)
        days = (*week.days, *(() if earlier else week.previous.days))
        tallies = {day: await self.count.counted(day, run) for day in days}
        if left := tuple(day for day, tally in tallies.items() if tally is None):
            return Written(left)
        tally = _sum(tallies[day] for day in week.days)
        _remember_dead_letters(tally, await self._kept_tally(week))
        before = earlier or _sum(tallies[day] for day in week.previous.days)
        from shared.reports.files import make  # noqa: PLC0415 - once a week: no start needs it

        differing = await self._keep(week, make(week, tally, before))
        await self.count.throw_away(days)
        return Written(differing=differing)

    async def _keep(self, week: IsoWeek, made: "Made") -> tuple[str, ...]:
        """Write the files of a report and then its record; a report that stands, stays.

        Returns:
            The files of one that stands and is not what would be written now.
        """
        tags = {name: _tag(file.content) for name, file in made.files.items()}
        record = await self.records.read(str(week))
        known = record.document["files"] if record else tags
        same = [name for name in tags if tags[name] == known.get(name)]
        for name in same:
            # Of a report that stands this brings back what was deleted, and touches nothing else.
            where, file, stands = f"{week}/{name}", made.files[name], record is not None
            await self.blobs.write(REPORTS, where, file.content, file.content_type, new=stands)
        if record is None:
            await self._publish(week, tags, made.shown)
        differing = tuple(name for name in tags if name not in same)
        if differing:
            sentence = f"The report of {week} would be another now. The one that stands was kept."
            logs.error(sentence, "report_differs", week=str(week), files=list(differing))
        return differing

    async def _publish(self, week: IsoWeek, tags: dict[str, str], shown: Json) -> None:
        record = Record(str(week), week.cut_off, {"files": tags}, (ALL,), shown)
        try:
            await self.records.write(record, None)
        except RecordMoved:
            # This very write, whose answer was lost; or this activity, run twice at once.
            return
        orders = shown["headline"]["orders"]["value"]
        logs.info(f"The report of {week} is there: {orders} orders.", "reported", week=str(week))

    async def _kept_tally(self, week: IsoWeek) -> Tally | None:
        """What the report of a week was made of; None where there is none to rely on."""
        if await self.records.read(str(week)) is None:
            return None
        found = await self.blobs.read(REPORTS, f"{week}/{TALLY}")
        try:
            return from_plain(Tally, json.loads(found)) if found else None
        except NotPlain:
            return None  # written by a program that counted otherwise: counted anew


def _sum(tallies: Iterable[Tally | None]) -> Tally:
    total = Tally()
    for each in tallies:
        total.add(each or Tally())
    return total


def _remember_dead_letters(tally: Tally, kept: Tally | None) -> None:
    """Letters are forgotten some time after they were dealt with; a week that told of them does."""
    for queue, count in (kept.dead_letters if kept else {}).items():
        tally.dead_letters[queue] = max(count, tally.dead_letters.get(queue, 0))


def _tag(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:32]
