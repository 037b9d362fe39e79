"""What every HTTP route has in common: who calls, under which id, and what becomes of errors."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import azure.functions as func
from opentelemetry import context as telemetry
from opentelemetry import propagate

from blueprints.correlation import HEADER, correlation_id
from blueprints.identity import Principal, authenticate
from blueprints.problems import problem_response
from blueprints.workflow_client import DurableClient
from shared.application.aggregates import Cause
from shared.settings import Settings


@dataclass(frozen=True, slots=True)
class Call:
    """One request, its caller, and the id that ties together all it leads to."""

    req: func.HttpRequest
    principal: Principal
    correlation_id: str

    def cause(self, name: str) -> Cause:
        """Why this request records something."""
        return Cause(self.correlation_id, f"http/{name}", self.principal.id)


Answered: TypeAlias = Awaitable[func.HttpResponse]
Handler: TypeAlias = Callable[[Call], Answered]
ClientHandler: TypeAlias = Callable[[Call, DurableClient], Answered]


@dataclass(frozen=True, slots=True)
class Edge:
    """Wraps handlers, so that they stay plain: they return an answer or raise."""

    settings: Settings
    new_id: Callable[[], str]

    def guarded(self, handle: Handler) -> Callable[[func.HttpRequest], Answered]:
        """A route for callers who are known."""

        async def respond(req: func.HttpRequest) -> func.HttpResponse:
            return await self._answer(req, handle)

        return respond

    def with_client(self, handle: ClientHandler) -> Callable[..., Answered]:
        """A route for callers who are known, with the durable client beside the request."""

        # The client has no annotation: any but str breaks indexing on 3.14 (ecosystem.md 2).
        async def respond(req: func.HttpRequest, client) -> func.HttpResponse:  # type: ignore[no-untyped-def]  # noqa: ANN001
            return await self._answer(req, lambda call: handle(call, client))

        return respond

    async def _answer(self, req: func.HttpRequest, handle: Handler) -> func.HttpResponse:
        cid = correlation_id(req.headers, self.new_id)
        # What the SDK sends to the durable engine continues the caller's trace (traceparent).
        token = telemetry.attach(propagate.extract(dict(req.headers)))
        try:
            response = await handle(Call(req, authenticate(req.headers, self.settings), cid))
        except Exception as error:  # noqa: BLE001 - the last place that can answer; 5xx are logged
            return problem_response(error, req, cid)
        finally:
            telemetry.detach(token)
        response.headers[HEADER] = cid
        return response


def register(blueprint: Any, name: str, target: str, respond: Callable[..., Answered]) -> None:
    """Give a function its name and its route; `target` is such as `PUT products/{sku}`."""
    method, route = target.split(" ", 1)
    blueprint.function_name(name)(blueprint.route(route=route, methods=[method])(respond))


def register_with_client(
    blueprint: Any, name: str, target: str, respond: Callable[..., Answered]
) -> None:
    """The same for a function that takes the durable client."""
    register(blueprint, name, target, blueprint.durable_client_input(client_name="client")(respond))
