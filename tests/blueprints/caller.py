"""Calls the edges as the host would, and a durable engine that only takes notes."""

import base64
import json
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import azure.functions as func

from blueprints.edge import Edge
from blueprints.order_lists_http import OrderListsApi
from blueprints.order_reads_http import OrderReadsApi
from blueprints.orders_http import OrdersApi
from blueprints.products_http import ProductsApi
from blueprints.user_lists_http import UserListsApi
from blueprints.users_http import UsersApi
from shared.plain import Json
from tests.application.memory import Memory

ORDER: Json = {
    "customerId": "cust-1",
    "lines": [{"sku": "MUG", "quantity": 2}],
    "paymentMethod": "pm_card_ok",
    "shippingAddress": {
        "name": "Ada Example",
        "line1": "1 Loop Road",
        "city": "Berlin",
        "postalCode": "10115",
        "country": "DE",
    },
}
PRODUCT: Json = {"name": "Mug", "price": {"amount": 1200, "currency": "EUR"}}


@dataclass
class Engine:
    """What the durable client of the SDK offers us (host-durable.md 6.2), without an engine."""

    started: dict[str, Json] = field(default_factory=dict)
    raised: list[tuple[str, str, Any]] = field(default_factory=list)
    fault: Exception | None = None
    custom_status: Any = None

    async def start_new(self, name: str, instance_id: str, client_input: Any) -> str:
        self._fail_if_asked()
        assert name == "FulfilOrder"
        self.started[instance_id] = client_input
        return instance_id

    async def raise_event(self, instance_id: str, event_name: str, event_data: Any) -> None:
        self._fail_if_asked()
        self.raised.append((instance_id, event_name, event_data))

    async def get_status(self, instance_id: str) -> Any:
        self._fail_if_asked()
        if instance_id not in self.started:
            return None
        running = SimpleNamespace(name="Running")
        return SimpleNamespace(runtime_status=running, custom_status=self.custom_status)

    def create_http_management_payload(self, instance_id: str) -> dict[str, str]:
        names = ("statusQueryGetUri", "sendEventPostUri", "terminatePostUri")
        more = ("purgeHistoryDeleteUri", "rewindPostUri")
        return dict.fromkeys((*names, *more), f"http://host/{instance_id}?code=key")

    def _fail_if_asked(self) -> None:
        if self.fault:
            raise self.fault


@dataclass
class Api:
    """The edges over memory; `as_user` speaks for somebody (Easy Auth)."""

    memory: Memory = field(default_factory=Memory)
    engine: Engine = field(default_factory=Engine)
    headers: dict[str, str] = field(default_factory=dict)

    async def place(self, body: Any = None, **headers: str) -> func.HttpResponse:
        return await self._orders("place", self._request("POST", "orders", body or ORDER, headers))

    async def order(self, name: str, order_id: str, body: Any = None, **more: Any) -> Any:
        params, headers = more.pop("params", {}), more
        method = "GET" if body is None else "POST"
        req = self._request(method, f"orders/{order_id}", body, headers, params, orderId=order_id)
        return await self._orders(name, req)

    async def product(self, name: str, sku: str = "", body: Any = None, **more: Any) -> Any:
        params, headers = more.pop("params", {}), more
        req = self._request("PUT", f"products/{sku}", body, headers, params, sku=sku)
        api = ProductsApi(self.memory.wiring)
        return await self._edge.guarded(getattr(api, name))(req)

    async def user(self, name: str, user_id: str = "", body: Any = None, **more: Any) -> Any:
        params, headers = more.pop("params", {}), more
        req = self._request("PUT", f"users/{user_id}", body, headers, params, userId=user_id)
        lists = name in ("look_up", "changes")
        api = (UserListsApi if lists else UsersApi)(self.memory.wiring)
        return await self._edge.guarded(getattr(api, name))(req)

    async def orders(self, **params: str) -> Any:
        req = self._request("GET", "orders", None, {}, params)
        return await self._edge.guarded(OrderListsApi(self.memory.wiring).page)(req)

    def as_user(self, user: str, *roles: str) -> "Api":
        claims = [{"typ": "sub", "val": user}, *({"typ": "roles", "val": role} for role in roles)]
        header = base64.b64encode(json.dumps({"claims": claims}).encode()).decode()
        return Api(self.memory, self.engine, {"x-ms-client-principal": header})

    async def _orders(self, name: str, req: func.HttpRequest) -> func.HttpResponse:
        if name in ("get", "events"):
            reads = OrderReadsApi(self.memory.wiring)
            return await self._edge.guarded(getattr(reads, name))(req)
        handle = getattr(OrdersApi(self.memory.wiring), name)
        if name in ("place", "cancel", "workflow"):
            return await self._edge.with_client(handle)(req, self.engine)
        return await self._edge.guarded(handle)(req)

    @property
    def _edge(self) -> Edge:
        return Edge(self.memory.settings, self.memory.wiring.new_id)

    def _request(
        self,
        method: str,
        path: str,
        body: Any,
        headers: dict[str, str],
        params: dict[str, str] | None = None,
        **route: str,
    ) -> func.HttpRequest:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return func.HttpRequest(
            method=method,
            url=f"http://localhost:7071/api/{path}?a=b",
            headers={"content-type": "application/json", **self.headers, **named},
            params=params or {},
            route_params=route,
            body=b"" if body is None else raw,
        )


def body_of(response: func.HttpResponse) -> Any:
    return json.loads(response.get_body())
