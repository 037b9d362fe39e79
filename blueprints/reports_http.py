"""Weekly reports over HTTP: list, read in three forms, make."""

from dataclasses import dataclass
from typing import Any

import azure.durable_functions as df
import azure.functions as func

from blueprints import workflow_client
from blueprints.answers import answer, is_known
from blueprints.bodies import invalid
from blueprints.edge import Call, Edge, register, register_with_client
from blueprints.idempotency import once
from blueprints.negotiation import chosen
from blueprints.pages import cursor_of, limit_of, page
from blueprints.problems import Fault, Problem
from blueprints.weekly_report import reports_of
from blueprints.workflow_client import DurableClient
from orchestrations.weekly_report_messages import instance_of
from shared.application.weekly_reports import WeeklyReports
from shared.idempotency.keys import Attempt
from shared.plain import Json, rfc3339
from shared.projections.newest_first import PLACE
from shared.reports.formats import FILES, Format
from shared.reports.week import IsoWeek, NoSuchWeek
from shared.wiring import Wiring

# The page's own policy names its style; this one holds for pages of every age.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"


@dataclass(frozen=True, slots=True)
class ReportsApi:
    wiring: Wiring

    @property
    def _reports(self) -> WeeklyReports:
        return reports_of(self.wiring)

    async def page(self, call: Call) -> func.HttpResponse:
        """200 with a page of reports, the newest week first."""
        call.principal.require_operator()
        limit = limit_of(call.req.params)
        cursor = cursor_of(call.req.params, "reports", PLACE)
        rows = await self._reports.page(limit + 1, cursor)
        last = rows[limit - 1].place if len(rows) > limit else None
        items = [{**row.shown, "links": _links(row.shown["week"])} for row in rows[:limit]]
        return answer(page(items, "reports", last))

    async def get(self, call: Call) -> func.HttpResponse:
        """200 in the form that `Accept` asks for, or 304; 406 for any other form."""
        call.principal.require_operator()
        week = _week(call)
        wanted = chosen(call.req.headers.get("accept"), list(Format))
        if wanted is None:
            offered = ", ".join(Format)
            raise Problem(406, "not_acceptable", f"Accept one of {offered}.")
        return await self._represented(call.req, week, Format(wanted))

    async def make(self, call: Call, client: DurableClient) -> func.HttpResponse:
        """202: the report is made, or the one that stands is checked; the workflow says which."""
        call.principal.require_operator()
        week = _week(call)

        async def work(_: Attempt) -> func.HttpResponse:
            if await self._reports.present() < week.ends_at:
                open_still = f"This week ends at {rfc3339(week.ends_at)}. Ask again after that."
                members = {"week": str(week)}
                raise Problem(409, "week_not_over", open_still, retryable=True, members=members)
            await workflow_client.start_report(client, str(week), self.wiring.settings)
            links = _links(str(week)) | workflow_client.operator_links(
                client, instance_of(str(week))
            )
            headers = {"Location": links["self"], "Retry-After": "1"}
            return answer({"week": str(week), "status": "accepted", "links": links}, 202, headers)

        return await once(self.wiring.keys, call, f"MakeReport/{week}", work)

    async def workflow(self, call: Call, client: DurableClient) -> func.HttpResponse:
        """200 with where the making of a report stands."""
        call.principal.require_operator()
        week = str(_week(call))
        progress = await workflow_client.progress(client, instance_of(week))
        if progress is None:
            gone = "Nobody makes this report, or that was long ago. Make it with a POST."
            raise Problem(404, "workflow_not_found", gone, members={"week": week})
        return answer(progress)

    async def _represented(
        self, req: func.HttpRequest, week: IsoWeek, wanted: Format
    ) -> func.HttpResponse:
        tag = await self._reports.etag(week, wanted)
        if tag is None:
            raise self._missing(week)
        headers = {"ETag": f'"{tag}"', "Vary": "Accept", "Cache-Control": "private, no-cache"}
        if is_known(req, tag):
            return func.HttpResponse(status_code=304, headers=headers)
        content = await self._reports.read(week, wanted, tag)
        if content is None:
            raise self._missing(week)
        headers |= {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": POLICY}
        if wanted is Format.CSV:
            name = f"{week}-{FILES[wanted]}"
            headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return func.HttpResponse(content, headers=headers, mimetype=wanted.value)

    def _missing(self, week: IsoWeek) -> Problem:
        told = "This report is not there. Make it with a POST."
        if self.wiring.now() < week.ends_at:
            told = f"This week ends at {rfc3339(week.ends_at)}; its report is made after that."
        return Problem(404, "report_not_found", told, members={"week": str(week)})


def _week(call: Call) -> IsoWeek:
    try:
        return IsoWeek.parse(call.req.route_params["isoWeek"])
    except NoSuchWeek as error:
        raise invalid([Fault("/isoWeek", str(error))]) from error


def _links(week: str) -> Json:
    itself = f"/api/reports/{week}"
    return {"self": itself, "workflow": f"{itself}/workflow"}


def blueprint(wiring: Wiring) -> Any:
    """The routes of reports."""
    routes, api, edge = df.Blueprint(), ReportsApi(wiring), Edge(wiring.settings, wiring.new_id)
    register(routes, "ListReports", "GET reports", edge.guarded(api.page))
    register(routes, "GetReport", "GET reports/{isoWeek}", edge.guarded(api.get))
    target = "reports/{isoWeek}"
    register_with_client(routes, "MakeReport", f"POST {target}", edge.with_client(api.make))
    register_with_client(
        routes, "GetReportWorkflow", f"GET {target}/workflow", edge.with_client(api.workflow)
    )
    return routes
