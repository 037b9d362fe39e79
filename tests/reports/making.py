"""Makes reports as the process does, and an engine that is asked to."""

from blueprints.weekly_report import KIND, reports_of
from shared.names import REPORTS
from shared.records import Records
from tests.blueprints.caller import Engine
from tests.reports.past import WEEK

RUN = "2026-11-23T09:01:00.000Z"


async def made(memory, week=WEEK, run=RUN):
    """Make a report as the process does; what became of it."""
    reports = reports_of(memory.wiring)
    while (written := await reports.write(week, run)).left:
        for day in written.left:
            while not (await reports.count.count(week, day, run)).is_complete:
                pass
    return written


async def where(memory, name="report.json", week=WEEK):
    """Where a file of a report lies, as its record says; None without a report."""
    record = await Records(memory.records, KIND).read(str(week))
    return record and f"{week}/{record.document['files'][name]}/{name}"


async def stored(memory, name="report.json", week=WEEK):
    """A file of a report, without a look at whether it is what it should be."""
    place = await where(memory, name, week)
    return place and await memory.blobs.read(REPORTS, place)


class Reporter(Engine):
    """An engine that is asked for reports."""

    async def start_new(self, name, instance_id, client_input):
        self._fail_if_asked()
        assert name == "MakeWeeklyReport"
        self.started[instance_id] = client_input
        return instance_id
