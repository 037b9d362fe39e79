"""Whether the app can do its work: every dependency asked once, and how far the lists lag."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import azure.durable_functions as df
import azure.functions as func

from blueprints.answers import answer
from blueprints.correlation import HEADER, correlation_id
from blueprints.edge import register_with_client
from blueprints.workflow_client import DurableClient
from shared import logs
from shared.plain import Json, rfc3339
from shared.projections.backlog import Lag
from shared.wiring import Wiring

PROBE = "ready-probe"  # no stream and no instance has this name
PATIENCE = 5.0  # seconds; who asks us gives up not much later
UNAVAILABLE = 503


@dataclass(frozen=True, slots=True)
class ReadyApi:
    wiring: Wiring

    async def ask(self, client: DurableClient) -> tuple[bool, Json]:
        """Whether all is well, and a document with a line for each dependency."""
        lags: list[Lag] = []

        async def lag() -> None:
            lags.append(await self.wiring.read_models.backlog.lag())

        lines = await asyncio.gather(
            _line("eventStore", lambda: self.wiring.aggregates.store.head(PROBE)),
            _line("readModels", lag),
            _line("workflow", lambda: client.get_status(PROBE)),
        )
        well = all(line["status"] == "ok" for line in lines)
        document = {"status": "ready" if well else "not_ready", "dependencies": lines}
        return well, {**document, "projectionLag": _lag(lags[0]) if lags else None}


async def _line(name: str, ask: Callable[[], Awaitable[object]]) -> Json:
    began = time.perf_counter()
    try:
        async with asyncio.timeout(PATIENCE):
            await ask()
        status = "ok"
    except Exception as error:  # noqa: BLE001 - whatever it is, the answer is that this one is down
        logs.warning(f"{name} is not ready: {error!r}", "not_ready", dependency=name)
        status = "down"
    milliseconds = round((time.perf_counter() - began) * 1000, 1)
    return {"name": name, "status": status, "latencyMs": milliseconds}


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
