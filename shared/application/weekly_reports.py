"""Weekly reports: written once, told again whenever somebody asks."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from shared import logs
from shared.application.cleanup.storage_clock import StorageClock
from shared.application.weekly_count import ALL, WeeklyCount
from shared.application.weekly_files import WeeklyFiles, tag_of
from shared.plain import Json, NotPlain, from_plain, rfc3339
from shared.projections.newest_first import Period
from shared.records import Listed, Record, RecordMoved, Records
from shared.reports.formats import FILES, TALLY, Format
from shared.reports.tally import Tally
from shared.reports.week import IsoWeek

if TYPE_CHECKING:
    from shared.reports.files import Made


class CutOffAhead(Exception):
    """This week cannot be told yet: its cut-off is still to come, by our clock or the storage's."""


@dataclass(frozen=True, slots=True)
class Written:
    """What became of a report. `left`: days to count first; `differing`: files that stand and
    would be written otherwise now."""

    left: tuple[date, ...] = ()
    differing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WeeklyReports:
    """A report is there once its record is, which names each of its files by its bytes."""

    count: WeeklyCount
    records: Records
    files: WeeklyFiles
    now: Callable[[], datetime]

    async def present(self) -> datetime:
        """Our present, or the storage's where that is earlier: a clock that jumped ahead must not
        tell weeks that are still to come.

        Raises:
            StoreUnavailable: the storage did not answer.
        """
        return await StorageClock(self.files.blobs).earliest(self.now())

    async def newest(self, at: datetime) -> IsoWeek | None:
        """The latest week that has a report, of those that were over at a moment."""
        over = Period(before=IsoWeek.of(at).cut_off)  # a report stands in the list by its cut-off
        found = await self.records.page(ALL, 1, None, over)
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
        tags = await self._tags(week)
        return tags[FILES[wanted]] if tags else None

    async def read(self, week: IsoWeek, wanted: Format, etag: str) -> bytes | None:
        """The bytes of that name; None where they are gone or are not what they were.

        Raises:
            StoreUnavailable: the storage did not answer.
        """
        return await self.files.read(week, FILES[wanted], etag)

    async def write(self, week: IsoWeek, run: str) -> Written:
        """Write the report of a week that was counted by this run, unless it stands already.

        Raises:
            CutOffAhead: nothing was written, and nothing is to be counted yet.
            StoreUnavailable: perhaps written, in part or whole; writing it again is safe.
        """
        at = await self.present()
        if at < week.cut_off:
            raise CutOffAhead(f"{CutOffAhead.__doc__} ({week} at {rfc3339(at)})")
        before, left_before = await self._before(week, run)
        tally, left = await self._counted(week, week.days, run)
        if left or left_before:
            return Written((*left, *left_before))
        _remember_dead_letters(tally, await self._kept_tally(week))
        from shared.reports.files import make  # noqa: PLC0415 - once a week: no start needs it

        differing = await self._keep(week, make(week, tally, before))
        await self.count.throw_away(week)
        return Written(differing=differing)

    async def _before(self, week: IsoWeek, run: str) -> tuple[Tally, list[date]]:
        """The week before: as its report tells, else as it was counted for this one."""
        if kept := await self._kept_tally(week.previous):
            return kept, []
        return await self._counted(week, week.previous.days, run)

    async def _counted(
        self, week: IsoWeek, days: Sequence[date], run: str
    ) -> tuple[Tally, list[date]]:
        """The sum of some days, one in memory at a time, and those that are not counted."""
        total, left = Tally(), list[date]()
        for day in days:
            tally = await self.count.counted(week, day, run)
            if tally is None:
                left.append(day)
            else:
                total.add(tally)
        return total, left

    async def _keep(self, week: IsoWeek, made: "Made") -> tuple[str, ...]:
        """Write the files of a report and then its record; a report that stands, stays.

        Returns:
            The files of one that stands and is not what would be written now.
        """
        tags = {name: tag_of(file.content) for name, file in made.files.items()}
        known = await self._tags(week)
        for name, file in made.files.items():
            # Of a report that stands this brings back what was deleted, and touches nothing else.
            if known is None or known.get(name) == tags[name]:
                await self.files.keep(week, name, file.content, file.content_type)
        if known is None:
            known = await self._publish(week, tags, made.shown)
        differing = tuple(name for name in tags if tags[name] != known.get(name))
        if differing:
            sentence = f"The report of {week} would be another now. The one that stands was kept."
            logs.error(sentence, "report_differs", week=str(week), files=list(differing))
        return differing

    async def _publish(self, week: IsoWeek, tags: dict[str, str], shown: Json) -> dict[str, str]:
        """Write the record; the files of the one that stands then, which may be another's."""
        record = Record(str(week), week.cut_off, {"files": tags}, (ALL,), shown)
        try:
            await self.records.write(record, None)
        except RecordMoved:
            # This very write, whose answer was lost; or this activity, run twice at once.
            if known := await self._tags(week):
                return known
            raise
        orders = shown["headline"]["orders"]["value"]
        logs.info(f"The report of {week} is there: {orders} orders.", "reported", week=str(week))
        return tags

    async def _tags(self, week: IsoWeek) -> dict[str, str] | None:
        """The files of a report by their names; None where there is no report."""
        record = await self.records.read(str(week))
        return (
            {name: str(tag) for name, tag in record.document["files"].items()} if record else None
        )

    async def _kept_tally(self, week: IsoWeek) -> Tally | None:
        """What the report of a week was made of; None where there is none to rely on."""
        tags = await self._tags(week)
        found = await self.files.read(week, TALLY, tags[TALLY]) if tags else None
        try:
            return from_plain(Tally, json.loads(found)) if found else None
        except NotPlain:
            return None  # written by a program that counted otherwise: counted anew


def _remember_dead_letters(tally: Tally, kept: Tally | None) -> None:
    """Letters are forgotten some time after they were dealt with; a week that told of them does."""
    for queue, count in (kept.dead_letters if kept else {}).items():
        tally.dead_letters[queue] = max(count, tally.dead_letters.get(queue, 0))
