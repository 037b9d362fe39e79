"""The kept counts over HTTP: for operators, the newest first, page by page."""

import base64
import json
from datetime import timedelta
from typing import Any

import azure.functions as func

from blueprints.cleanups_http import CleanupsApi
from blueprints.edge import Edge
from shared.application.cleanup.cleanups import Cleanups
from shared.settings import AuthMode, Settings
from tests.application.memory import Memory
from tests.given import NOW

RUN = {
    "day": "2026-11-23",
    "startedAt": "2026-11-23T02:00:00.000Z",
    "status": "unfinished",
    "sweeps": [
        {
            "sweep": "temporary_blobs",
            "status": "unfinished",
            "count": 500,
            "doubtful": 0,
            "error": None,
            "cursor": "somewhere",
        }
    ],
    "endedAt": "2026-11-23T03:00:00.000Z",
}


async def asked(memory: Memory, principal: str = "", **params: str) -> Any:
    req = func.HttpRequest(
        method="GET",
        url="http://localhost:7071/api/cleanups",
        headers={"x-ms-client-principal": principal} if principal else {},
        params=params,
        body=b"",
    )
    edge = Edge(memory.settings, memory.wiring.new_id)
    return await edge.guarded(CleanupsApi(memory.wiring).page)(req)


async def test_runs_come_page_by_page_the_newest_first():
    memory = Memory()
    for days in range(5):
        at = NOW + timedelta(days=days)
        await Cleanups(memory.wiring.records("cleanups")).keep(at, {**RUN, "day": str(days)})
    found: list[str] = []
    cursor: dict[str, str] = {}
    for _ in range(3):
        body = json.loads((await asked(memory, limit="2", **cursor)).get_body())
        found += [run["day"] for run in body["items"]]
        cursor = {"cursor": body["nextCursor"]}
    assert found == ["4", "3", "2", "1", "0"]
    assert body["nextCursor"] is None


async def test_the_places_where_sweeps_go_on_are_not_shown():
    memory = Memory()
    await Cleanups(memory.wiring.records("cleanups")).keep(NOW, RUN)
    (item,) = json.loads((await asked(memory)).get_body())["items"]
    assert item["sweeps"] == [
        {
            "sweep": "temporary_blobs",
            "status": "unfinished",
            "count": 500,
            "doubtful": 0,
            "error": None,
        }
    ]


async def test_before_the_first_run_there_is_an_empty_page():
    body = json.loads((await asked(Memory())).get_body())
    assert body == {"items": [], "nextCursor": None}


async def test_a_damaged_cursor_is_a_400():
    assert (await asked(Memory(), cursor="nonsense")).status_code == 400


async def test_customers_are_refused():
    memory = Memory(settings=Settings("memory", auth_mode=AuthMode.EASYAUTH, platform_auth=True))
    claims = {"claims": [{"typ": "sub", "val": "cust-1"}]}
    header = base64.b64encode(json.dumps(claims).encode()).decode()
    assert (await asked(memory, header)).status_code == 403
    assert (await asked(memory)).status_code == 401
