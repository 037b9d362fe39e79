"""The weekly report's activities: count on in a day, and write what was counted."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from orchestrations.weekly_report_messages import (
    CountDay,
    DayCounted,
    ReportWritten,
    WriteReport,
)
from shared.application.weekly_reports import WeeklyReports
from shared.plain import from_plain, to_plain
from shared.reports.week import IsoWeek


@dataclass(frozen=True, slots=True)
class WeeklyReportActivities:
    """Each may run again; one that raises is logged by the host and run again by the process."""

    reports: WeeklyReports

    async def count_day(self, step: Any) -> Any:
        """Count the next slice of a day."""
        given = from_plain(CountDay, step)
        week, day = IsoWeek.parse(given.week), date.fromisoformat(given.day)
        paper = await self.reports.count.count(week, day, given.run)
        return to_plain(DayCounted(paper.is_complete, paper.slices))

    async def write_report(self, step: Any) -> Any:
        """Write the report, or say what has to be counted before."""
        given = from_plain(WriteReport, step)
        written = await self.reports.write(IsoWeek.parse(given.week), given.run)
        left = tuple(day.isoformat() for day in written.left)
        return to_plain(ReportWritten(left, written.differing))
