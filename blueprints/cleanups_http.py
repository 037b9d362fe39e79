"""What the daily cleanups came to, over HTTP, for operators."""

from dataclasses import dataclass
from typing import Any

import azure.durable_functions as df
import azure.functions as func

from blueprints.answers import answer
from blueprints.cleanup import CLEANUPS
from blueprints.edge import Call, Edge, register
from blueprints.pages import cursor_of, limit_of, page
from shared.application.cleanup.cleanups import Cleanups
from shared.plain import Json
from shared.projections.newest_first import PLACE
from shared.wiring import Wiring


@dataclass(frozen=True, slots=True)
class CleanupsApi:
    wiring: Wiring

    async def page(self, call: Call) -> func.HttpResponse:
        """200 with a page of runs, the newest first."""
        call.principal.require_operator()
        limit = limit_of(call.req.params)
        cursor = cursor_of(call.req.params, "cleanups", PLACE)
        rows = await Cleanups(self.wiring.records(CLEANUPS)).page(limit + 1, cursor)
        last = rows[limit - 1].place if len(rows) > limit else None
        items = [_document(row.shown) for row in rows[:limit]]
        return answer(page(items, "cleanups", last))


def _document(run: Json) -> Json:
    """Where a sweep goes on tomorrow is nobody's business but its own."""
    sweeps = [{name: each[name] for name in each if name != "cursor"} for each in run["sweeps"]]
    return {**run, "sweeps": sweeps}


def blueprint(wiring: Wiring) -> Any:
    """The route of the kept counts."""
    routes, api, edge = df.Blueprint(), CleanupsApi(wiring), Edge(wiring.settings, wiring.new_id)
    register(routes, "ListCleanups", "GET cleanups", edge.guarded(api.page))
    return routes
