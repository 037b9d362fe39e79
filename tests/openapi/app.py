"""The whole app over one memory, called route by route as the host would."""

import ast
import base64
import importlib
import json
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

import azure.durable_functions as df
import azure.functions as func

from shared.settings import AuthMode, Settings
from shared.wiring import Wiring
from tests.application.memory import Memory
from tests.openapi.described import faults, operations
from workbench.places import ROOT

PARTS = sorted(
    alias.name
    for node in ast.walk(ast.parse((ROOT / "function_app.py").read_text("utf-8")))
    if isinstance(node, ast.ImportFrom) and node.module == "blueprints"
    for alias in node.names
)
KNOWN_TO_ALL = {"x-content-type-options", "idempotency-replayed"}
GUARDED = Settings("memory", auth_mode=AuthMode.EASYAUTH, platform_auth=True)


def functions(wiring: Wiring | None = None) -> dict[str, Any]:
    """What function_app.py registers, by name."""
    app = df.DFApp()
    for name in PARTS:
        part = importlib.import_module(f"blueprints.{name}")
        app.register_functions(part.blueprint(wiring or Memory().wiring))
    return {each.get_function_name(): each for each in app.get_functions()}


@dataclass
class Engine:
    """A durable client that takes notes; `status` is what every instance it started shows.

    `fault`: what it raises; `is_strange`: it answers what no engine would.
    """

    started: set[str] = field(default_factory=set)
    status: str = "Running"
    custom_status: Any = None
    fault: Exception | None = None
    is_strange: bool = False

    async def start_new(self, name: str, instance_id: str, client_input: Any) -> str:
        self._fail_if_asked()
        self.started.add(instance_id)
        return instance_id

    async def raise_event(self, instance_id: str, event_name: str, event_data: Any) -> None:
        self._fail_if_asked()
        if instance_id not in self.started:
            raise Exception("No instance with this id")  # the SDK's own type  # noqa: TRY002

    async def get_status(self, instance_id: str) -> Any:
        self._fail_if_asked()
        if self.is_strange:
            return object()
        if instance_id not in self.started:
            return None
        status = SimpleNamespace(name=self.status)
        return SimpleNamespace(runtime_status=status, custom_status=self.custom_status)

    def create_http_management_payload(self, instance_id: str) -> dict[str, str]:
        names = ("statusQueryGetUri", "sendEventPostUri", "terminatePostUri")
        return dict.fromkeys((*names, "purgeHistoryDeleteUri"), f"http://host/{instance_id}")

    def _fail_if_asked(self) -> None:
        if self.fault:
            raise self.fault


@dataclass
class App:
    """Every answer is held against the description.

    `seen`: operation, status, code; `last`: the JSON that was answered last.
    """

    memory: Memory = field(default_factory=Memory)
    engine: Engine = field(default_factory=Engine)
    seen: set[tuple[str, int, str | None]] = field(default_factory=set)
    principal: dict[str, str] = field(default_factory=dict)

    last: Any = None

    def __post_init__(self) -> None:
        self.functions = functions(self.memory.wiring)

    def guarded(self, user: str | None, *roles: str) -> "App":
        """The same shop where people sign in, for one of them."""
        self.memory.settings = GUARDED
        claims = [{"typ": "sub", "val": user}, *({"typ": "roles", "val": each} for each in roles)]
        header = base64.b64encode(json.dumps({"claims": claims}).encode()).decode()
        principal = {"x-ms-client-principal": header} if user else {}
        return App(self.memory, self.engine, self.seen, principal)

    async def ask(self, name: str, body: Any = None, **more: Any) -> func.HttpResponse:
        """The answer of an operation; `more`: `path`, `params` and `headers`."""
        req = self._request(name, body, **more)
        function = self.functions[name]
        respond = function.get_user_function()
        if hasattr(respond, "client_function"):
            answer = await respond.client_function(req, self.engine)
        else:
            answer = await respond(req)
        self._check(name, answer)
        return answer

    async def said(self, name: str, body: Any = None, **more: Any) -> Any:
        """The JSON of an answer that is no problem."""
        answer = await self.ask(name, body, **more)
        assert answer.status_code < 300, answer.get_body()
        return json.loads(answer.get_body()) if answer.get_body() else None

    def _request(
        self,
        name: str,
        body: Any,
        path: dict[str, str] | None = None,
        params: dict[str, str] | None = None,
        headers: dict[str, str] | None = None,
    ) -> func.HttpRequest:
        operation = operations()[name]
        where = operation.path
        for part, value in (path or {}).items():
            where = where.replace(f"{{{part}}}", quote(value, safe=""))
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        return func.HttpRequest(
            method=operation.method,
            url=f"http://localhost:7071/api{where}",
            headers={"content-type": "application/json", **self.principal, **(headers or {})},
            params=params or {},
            route_params=path or {},
            body=b"" if body is None else raw,
        )

    def _check(self, name: str, answer: func.HttpResponse) -> None:
        """Hold an answer against what is said of it: status, media type, headers, document."""
        status, operation = answer.status_code, operations()[name]
        described = operation.answer(status)
        sent = {each.lower() for each in dict(answer.headers)}
        told = {each.lower() for each in described["headers"]} | KNOWN_TO_ALL
        assert "x-correlation-id" in sent <= told, (name, status, sent - told)
        content, body = described.get("content", {}), answer.get_body()
        if not body:
            assert not content, (name, status)
            self.seen.add((name, status, None))
            return
        document: Any = json.loads(body) if answer.mimetype.endswith("json") else body.decode()
        self.last = document
        wrong = faults(content[answer.mimetype]["schema"], document)
        assert wrong == [], (name, status, wrong, document)
        code = document["code"] if answer.mimetype == "application/problem+json" else None
        self.seen.add((name, status, code))
