"""Whether the process lives: answered without touching anything."""

from typing import Any

import azure.durable_functions as df
import azure.functions as func

from blueprints.answers import answer
from blueprints.correlation import HEADER, correlation_id
from blueprints.edge import register
from shared.wiring import Wiring


def blueprint(wiring: Wiring) -> Any:
    """The route of the liveness probe; probes have no identity, so nobody is asked for one."""

    async def respond(req: func.HttpRequest) -> func.HttpResponse:
        return answer(
            {"status": "ok"}, headers={HEADER: correlation_id(req.headers, wiring.new_id)}
        )

    routes = df.Blueprint()
    register(routes, "Health", "GET health", respond)
    return routes
