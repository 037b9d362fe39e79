"""The weekly report's timer, its process and the activities of that."""

from dataclasses import dataclass
from typing import Any

import azure.durable_functions as df
import azure.functions as func

from blueprints import workflow_client
from blueprints.workflow_client import DurableClient
from orchestrations.activities.weekly_report import WeeklyReportActivities
from orchestrations.weekly_report import make_weekly_report
from orchestrations.weekly_report_messages import COUNT_DAY, MAKE_WEEKLY_REPORT, WRITE_REPORT
from shared.application.dead_letters import KIND as DEAD_LETTERS
from shared.application.weekly_count import WeeklyCount
from shared.application.weekly_files import WeeklyFiles
from shared.application.weekly_reports import WeeklyReports
from shared.reports.week import due
from shared.wiring import Wiring

SCHEDULE = "0 0 9 * * 1"  # guide S5.2: Mondays at 09:00, which Linux plans take for UTC (N07)
CATCH_UP = 8  # weeks made up for at once, after a long sleep
KIND = "reports"


@dataclass(frozen=True, slots=True)
class Mondays:
    """Starts what is due; weeks that have a report by now are left alone."""

    wiring: Wiring

    async def run(self, client: DurableClient) -> None:
        """Start the report of the week that has ended, and of any that was slept through.

        Raises:
            StoreUnavailable, WorkflowUnavailable: the host tries again by the timer's policy.
        """
        reports = reports_of(self.wiring)
        at = await reports.present()
        for week in due(await reports.newest(at), at, CATCH_UP):
            await workflow_client.start_report(client, str(week), self.wiring.settings)


def reports_of(wiring: Wiring) -> WeeklyReports:
    """The reports of a shop."""
    letters = wiring.records(DEAD_LETTERS)
    count = WeeklyCount(wiring.orders, wiring.aggregates, letters, wiring.blobs)
    files = WeeklyFiles(wiring.blobs)
    return WeeklyReports(count, wiring.records(KIND), files, wiring.now)


def blueprint(wiring: Wiring) -> Any:
    """Everything of the weekly report that no caller asks for."""
    functions, mondays = df.Blueprint(), Mondays(wiring)
    activities = WeeklyReportActivities(reports_of(wiring))

    # The client has no annotation, as in blueprints/edge.py.
    async def weekly_report(timer: func.TimerRequest, client) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001, ARG001
        await mondays.run(client)

    timed = functions.timer_trigger(arg_name="timer", schedule=SCHEDULE, use_monitor=True)(
        functions.durable_client_input(client_name="client")(weekly_report)
    )
    retried = functions.retry(
        strategy="exponential_backoff",
        max_retry_count="5",
        minimum_interval="00:00:10",
        maximum_interval="00:15:00",
    )(timed)
    functions.function_name("WeeklyReport")(retried)
    process = functions.orchestration_trigger(context_name="context")(make_weekly_report)
    functions.function_name(MAKE_WEEKLY_REPORT)(process)
    for name, run in ((COUNT_DAY, activities.count_day), (WRITE_REPORT, activities.write_report)):
        functions.function_name(name)(functions.activity_trigger(input_name="step")(run))
    return functions
