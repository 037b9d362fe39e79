"""Makes reports as the process does, and an engine that is asked to."""

from blueprints.weekly_report import reports_of
from tests.blueprints.caller import Engine
from tests.reports.past import WEEK

RUN = "2026-11-23T09:01:00.000Z"


async def made(memory, week=WEEK, run=RUN):
    """Make a report as the process does; what became of it."""
    reports = reports_of(memory.wiring)
    while (written := await reports.write(week, run)).left:
        for day in written.left:
            while not await reports.count.count(day, run):
                pass
    return written


class Reporter(Engine):
    """An engine that is asked for reports."""

    async def start_new(self, name, instance_id, client_input):
        self._fail_if_asked()
        assert name == "MakeWeeklyReport"
        self.started[instance_id] = client_input
        return instance_id
