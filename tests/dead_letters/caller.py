"""Calls the desk's routes as the host would, over memory."""

import base64
import json
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import azure.functions as func

from blueprints.dead_letter_desk import Desk, desk_of
from blueprints.dead_letters_http import DeadLettersApi
from blueprints.edge import Edge
from blueprints.redrives_http import RedrivesApi
from shared.application.dead_letters_filing import Poison
from shared.names import JOBS
from shared.plain import Json
from shared.settings import AuthMode, Settings
from tests.application.memory import Memory


@dataclass
class Engine:
    """The part of the durable client that the routes use, without an engine."""

    started: dict[str, tuple[str, Json]] = field(default_factory=dict)
    custom_status: Any = None
    fault: Exception | None = None

    async def start_new(self, name: str, instance_id: str, client_input: Any) -> str:
        if self.fault:
            raise self.fault
        self.started[instance_id] = name, client_input
        return instance_id

    async def get_status(self, instance_id: str) -> Any:
        if self.fault:
            raise self.fault
        if instance_id not in self.started:
            return None
        running = SimpleNamespace(name="Running")
        return SimpleNamespace(runtime_status=running, custom_status=self.custom_status)

    def create_http_management_payload(self, instance_id: str) -> dict[str, str]:
        names = ("statusQueryGetUri", "sendEventPostUri", "terminatePostUri")
        return dict.fromkeys((*names, "purgeHistoryDeleteUri"), f"http://host/{instance_id}")


@dataclass
class DeskApi:
    """The routes; `as_user` speaks for somebody (Easy Auth)."""

    memory: Memory = field(default_factory=Memory)
    engine: Engine = field(default_factory=Engine)
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def desk(self) -> Desk:
        return desk_of(self.memory.wiring)

    async def file(self, letter_id: str = "m-1", text: str = "text") -> None:
        await self.desk.filing.file(Poison(JOBS, text, letter_id, self.memory.clock.now))
        self.memory.clock.forward(seconds=1)

    async def ask(self, name: str, letter_id: str = "", **more: Any) -> tuple[int, Any]:
        answered = await self.answer(name, letter_id, **more)
        body = answered.get_body()
        return answered.status_code, json.loads(body) if body else None

    async def answer(self, name: str, letter_id: str = "", **more: Any) -> func.HttpResponse:
        """The response of one of the routes on letters."""
        api = DeadLettersApi(self.memory.wiring, self.desk)
        return await self._edge.guarded(getattr(api, name))(self._request({"id": letter_id}, more))

    async def bulk(self, name: str, redrive_id: str = "", **more: Any) -> tuple[int, Any]:
        api = RedrivesApi(self.memory.wiring, self.desk)
        req = self._request({"redriveId": redrive_id}, more)
        answered = await self._edge.with_client(getattr(api, name))(req, self.engine)
        return answered.status_code, json.loads(answered.get_body())

    def as_user(self, user: str, *roles: str) -> "DeskApi":
        claims = [{"typ": "sub", "val": user}, *({"typ": "roles", "val": role} for role in roles)]
        header = base64.b64encode(json.dumps({"claims": claims}).encode()).decode()
        settings = Settings("memory", auth_mode=AuthMode.EASYAUTH, platform_auth=True)
        self.memory.settings = settings
        return DeskApi(self.memory, self.engine, {"x-ms-client-principal": header})

    @property
    def _edge(self) -> Edge:
        return Edge(self.memory.settings, self.memory.wiring.new_id)

    def _request(self, route: dict[str, str], more: dict[str, Any]) -> func.HttpRequest:
        body = more.get("body")
        return func.HttpRequest(
            method="POST",
            url="http://localhost:7071/api/dead-letters",
            headers={
                "content-type": "application/json",
                **self.headers,
                **more.get("headers", {}),
            },
            params=more.get("params", {}),
            route_params=route,
            body=b"" if body is None else json.dumps(body).encode(),
        )
