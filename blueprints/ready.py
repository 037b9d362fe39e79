"""Whether the app can do its work: every dependency asked once, and how far the lists lag."""

from dataclasses import dataclass
from typing import Any

import azure.durable_functions as df
import azure.functions as func

from blueprints.answers import answer
from blueprints.correlation import HEADER, correlation_id
from blueprints.edge import register_with_client
from blueprints.workflow_client import DurableClient
from shared.application.readiness import Answered, ask
from shared.plain import Json, rfc3339
from shared.projections.backlog import Lag
from shared.wiring import Wiring

PROBE = "ready-probe"  # no stream and no instance has this name
UNAVAILABLE = 503


@dataclass(frozen=True, slots=True)
class ReadyApi:
    wiring: Wiring

    async def ask(self, client: DurableClient) -> tuple[bool, Json]:
        """Whether all is well, and a document with a line for each dependency."""
        lags: list[Lag] = []

        async def lag() -> None:
            lags.append(await self.wiring.read_models.backlog.lag())

        answered = await ask(
            {
                "eventStore": lambda: self.wiring.aggregates.store.head(PROBE),
                "readModels": lag,
                "workflow": lambda: client.get_status(PROBE),
            }
        )
        well, lines = all(each.is_well for each in answered), [_line(each) for each in answered]
        document = {"status": "ready" if well else "not_ready", "dependencies": lines}
        return well, {**document, "projectionLag": _lag(lags[0]) if lags else None}


def _line(answered: Answered) -> Json:
    status = "ok" if answered.is_well else "down"
    return {"name": answered.name, "status": status, "latencyMs": answered.milliseconds}


def _lag(lag: Lag) -> Json:
    return {"waiting": lag.waiting, "oldest": lag.oldest and rfc3339(lag.oldest)}


def blueprint(wiring: Wiring) -> Any:
    """The route of the readiness probe; probes have no identity, so nobody is asked for one."""
    api = ReadyApi(wiring)

    # The client has no annotation: any but str breaks indexing on 3.14 (ecosystem.md 2).
    async def respond(req: func.HttpRequest, client) -> func.HttpResponse:  # type: ignore[no-untyped-def]  # noqa: ANN001
        well, document = await api.ask(client)
        headers = {HEADER: correlation_id(req.headers, wiring.new_id)}
        if not well:
            headers["Retry-After"] = "5"
        return answer(document, 200 if well else UNAVAILABLE, headers)

    routes = df.Blueprint()
    register_with_client(routes, "Ready", "GET ready", respond)
    return routes
