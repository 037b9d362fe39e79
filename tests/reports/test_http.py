"""The routes of reports: who may, what is there, in which form."""

import csv
import io
import json

import pytest

from blueprints.edge import Edge
from blueprints.reports_http import ReportsApi
from shared.names import REPORTS
from shared.reports.week import IsoWeek
from shared.settings import AuthMode, Settings
from tests.application.memory import Memory
from tests.blueprints.caller import Api, body_of
from tests.reports.making import Reporter, made, stored, where
from tests.reports.past import WEEK, happened
from tests.reports.scene import orders

CLIENT = ("make", "workflow")


class Caller(Api):
    """The routes of reports, as the host would call them."""

    async def report(self, name, week="", headers=None, **params):
        method = "POST" if name == "make" else "GET"
        path = f"reports/{week}" if week else "reports"
        req = self._request(method, path, None, headers or {}, params, isoWeek=week)
        handle = getattr(ReportsApi(self.memory.wiring), name)
        edge = Edge(self.memory.settings, self.memory.wiring.new_id)
        if name in CLIENT:
            return await edge.with_client(handle)(req, self.engine)
        return await edge.guarded(handle)(req)

    async def get(self, accept=None, week=str(WEEK), **headers):
        given = {"accept": accept} if accept else {}
        return await self.report("get", week, {**given, **headers})


@pytest.fixture
async def api():
    memory = Memory()
    for order_id, story in orders().items():
        await happened(memory.wiring, order_id, story)
    await made(memory)
    return Caller(memory, Reporter())


async def test_a_report_is_json_unless_another_form_is_asked_for(api):
    plain = await api.get()
    assert (plain.status_code, plain.mimetype) == (200, "application/json")
    assert body_of(plain)["week"] == "2026-W47"
    assert plain.headers["Vary"] == "Accept"


async def test_a_page_comes_with_a_policy_of_its_own(api):
    page = await api.get("text/html,*/*;q=0.8")
    assert page.mimetype == "text/html"
    assert page.get_body().startswith(b"<!doctype html>")
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert page.headers["X-Content-Type-Options"] == "nosniff"


async def test_a_spreadsheet_is_a_file_to_keep(api):
    sheet = await api.get("text/csv")
    assert sheet.headers["Content-Disposition"] == 'attachment; filename="2026-W47-report.csv"'
    rows = list(csv.reader(io.StringIO(sheet.get_body().decode(), newline="")))
    assert rows[1] == ["orders", "2026-W47", "", "placed", "orders", "13", "0", "13"]


async def test_any_other_form_is_not_to_be_had(api):
    refused = await api.get("image/png")
    assert (refused.status_code, body_of(refused)["code"]) == (406, "not_acceptable")
    assert "text/csv" in body_of(refused)["detail"]


async def test_each_form_has_a_tag_and_is_not_sent_twice(api):
    tags = set()
    for accept in ("application/json", "text/html", "text/csv"):
        tag = (await api.get(accept)).headers["ETag"]
        tags.add(tag)
        again = await api.get(accept, **{"if-none-match": f"W/{tag}"})
        assert (again.status_code, again.get_body()) == (304, b"")
        assert again.headers["ETag"] == tag
    assert len(tags) == 3


@pytest.mark.parametrize("week", ["2026-w47", "2025-W53", "x", "..%2f..", "2026-W47 "])
async def test_what_is_no_week_is_a_bad_request(api, week):
    for name in ("get", "make", "workflow"):
        refused = await api.report(name, week)
        assert (refused.status_code, body_of(refused)["errors"][0]["pointer"]) == (400, "/isoWeek")


async def test_a_week_without_a_report_is_not_found_and_says_what_to_do(api):
    missing = await api.get(week="2026-W46")
    assert (missing.status_code, body_of(missing)["code"]) == (404, "report_not_found")
    assert "POST" in body_of(missing)["detail"]
    future = await api.get(week="2026-W48")
    assert future.status_code == 404
    assert "2026-11-30T00:00:00.000Z" in body_of(future)["detail"]


async def test_a_report_whose_file_is_gone_is_not_found(api):
    await api.memory.blobs.remove(REPORTS, await where(api.memory, "report.html"))
    assert (await api.get("text/html")).status_code == 404
    assert (await api.get("text/csv")).status_code == 200


async def test_a_report_whose_file_was_changed_is_not_served(api):
    place = await where(api.memory, "report.html")
    content = await stored(api.memory, "report.html")
    tag = (await api.get("text/html")).headers["ETag"]
    await api.memory.blobs.write(REPORTS, place, content.replace(b"13", b"99"), "text/html")
    damaged = await api.get("text/html")
    assert (damaged.status_code, body_of(damaged)["code"]) == (404, "report_not_found")
    assert "ETag" not in damaged.headers
    assert (await api.get("text/csv")).status_code == 200
    known = await api.get("text/html", **{"if-none-match": tag})
    assert known.status_code == 304  # whoever has the bytes of that name has the right ones


async def test_reports_are_listed_with_the_newest_week_first(api):
    for week in (IsoWeek(2026, 45), IsoWeek(2026, 46)):
        await made(api.memory, week)
    first = body_of(await api.report("page", limit="2"))
    assert [each["week"] for each in first["items"]] == ["2026-W47", "2026-W46"]
    rest = body_of(await api.report("page", limit="2", cursor=first["nextCursor"]))
    assert [each["week"] for each in rest["items"]] == ["2026-W45"]
    assert rest["nextCursor"] is None
    newest = first["items"][0]
    assert newest["links"]["self"] == "/api/reports/2026-W47"
    assert newest["headline"]["orders"] == {"value": 13, "before": 0}
    assert newest["headline"]["completedShare"]["value"] == 0.4615


async def test_a_past_week_is_made_when_somebody_asks(api):
    accepted = await api.report("make", "2026-W40")
    assert accepted.status_code == 202
    assert accepted.headers["Location"] == "/api/reports/2026-W40"
    links = body_of(accepted)["links"]
    assert links["workflow"] == "/api/reports/2026-W40/workflow"
    assert "statusQueryGetUri" in links
    assert api.engine.started["weekly-report-2026-W40"]["week"] == "2026-W40"
    running = await api.report("workflow", "2026-W40")
    assert body_of(running)["runtimeStatus"] == "Running"


async def test_a_week_that_is_not_over_is_not_made(api):
    refused = await api.report("make", "2026-W48")
    assert (refused.status_code, body_of(refused)["code"]) == (409, "week_not_over")
    assert api.engine.started == {}


async def test_a_key_that_came_too_early_starts_the_report_once_the_week_is_over(api):
    key = {"idempotency-key": "early"}
    refused = await api.report("make", "2026-W48", key)
    assert body_of(refused)["retryable"]
    api.memory.clock.forward(days=7)
    assert (await api.report("make", "2026-W48", key)).status_code == 202


async def test_a_repeated_key_starts_nothing_twice(api):
    first = await api.report("make", "2026-W40", {"idempotency-key": "once"})
    api.engine.started.clear()
    again = await api.report("make", "2026-W40", {"idempotency-key": "once"})
    assert again.get_body() == first.get_body()
    assert api.engine.started == {}


async def test_a_workflow_that_nobody_started_is_not_found(api):
    missing = await api.report("workflow", "2026-W40")
    assert (missing.status_code, body_of(missing)["code"]) == (404, "workflow_not_found")


async def test_reports_are_for_operators():
    settings = Settings("memory", auth_mode=AuthMode.EASYAUTH, platform_auth=True)
    memory = Memory(settings=settings)
    await made(memory)
    guest = Caller(memory, Reporter())
    ada, boss = (
        Caller(memory, Reporter(), guest.as_user(*who).headers)
        for who in (("ada",), ("bo", "operator"))
    )
    for name, week in (
        ("page", ""),
        ("get", str(WEEK)),
        ("make", str(WEEK)),
        ("workflow", str(WEEK)),
    ):
        assert (await guest.report(name, week)).status_code == 401
        assert (await ada.report(name, week)).status_code == 403
    assert (await boss.get()).status_code == 200
    assert ada.engine.started == {}


async def test_an_engine_that_is_down_is_told_as_such(api):
    api.engine.fault = OSError("no answer")
    assert (await api.report("make", "2026-W40")).status_code == 503


async def test_the_stored_page_is_the_one_that_is_sent(api):
    content = await stored(api.memory, "report.html")
    assert (await api.get("text/html")).get_body() == content
    assert json.loads((await api.get()).get_body())["cutOff"] == "2026-11-23T09:00:00.000Z"
