"""What holds for every route: problem documents, correlation ids, identity."""

import base64
import json
import logging

import azure.functions as func
import pytest
from opentelemetry import trace

from blueprints import health
from blueprints.edge import Call, Edge
from blueprints.identity import ID_CLAIMS
from shared.eventstore.memory import MemoryEventStore
from shared.eventstore.port import StoreUnavailable
from shared.settings import AuthMode, Settings
from tests.application.memory import Memory
from tests.blueprints.caller import ORDER, PRODUCT, Api, body_of

EASYAUTH = Settings("memory", auth_mode=AuthMode.EASYAUTH, platform_auth=True)
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


async def test_a_problem_has_every_member_clients_rely_on():
    response = await Api().order("get", "nobody", x_correlation_id="my-cid")
    assert response.mimetype == "application/problem+json"
    assert body_of(response) == {
        "type": "urn:durable-orders:problem:order_not_found",
        "title": "Order not found",
        "status": 404,
        "detail": "There is no such order. Check the id.",
        "instance": "/api/orders/nobody",
        "code": "order_not_found",
        "error": "Order not found",
        "retryable": False,
        "correlationId": "my-cid",
        "orderId": "nobody",
    }


class BrokenStore(MemoryEventStore):
    async def head(self, *_):
        raise RuntimeError("secret of storage account")


class SilentStore(MemoryEventStore):
    async def head(self, *_):
        raise StoreUnavailable("account name and more")


async def test_a_fault_of_ours_tells_only_the_correlation_id(caplog):
    with caplog.at_level(logging.ERROR):
        response = await Api(Memory(store=BrokenStore())).order("get", "a", x_correlation_id="cid")
    problem = body_of(response)
    assert (response.status_code, problem["error"]) == (500, "Internal server error")
    assert problem["correlationId"] == response.headers["X-Correlation-Id"] == "cid"
    assert "secret" not in str(problem)
    assert "secret" in caplog.text


async def test_storage_that_does_not_answer_is_a_503_worth_another_try():
    response = await Api(Memory(store=SilentStore())).order("get", "a")
    problem = body_of(response)
    assert (response.status_code, problem["retryable"]) == (503, True)
    assert response.headers["Retry-After"] == "1"
    assert "account" not in str(problem)


@pytest.mark.parametrize("given", ["", "two words", "a" * 65, "ä", "x\ny"])
async def test_a_correlation_id_that_is_not_sane_is_replaced(given):
    response = await Api().order("get", "nobody", x_correlation_id=given)
    made = response.headers["X-Correlation-Id"]
    assert made != given
    assert body_of(response)["correlationId"] == made


async def test_the_correlation_id_is_in_the_answer_and_in_every_event():
    api = Api()
    response = await api.place(x_correlation_id="my-cid")
    assert response.headers["X-Correlation-Id"] == "my-cid"
    events = body_of(await api.order("events", body_of(response)["orderId"]))
    assert events["items"][0]["metadata"]["correlationId"] == "my-cid"


async def test_the_callers_trace_is_continued():
    seen: list[str] = []

    async def handle(_: Call) -> func.HttpResponse:
        seen.append(f"{trace.get_current_span().get_span_context().trace_id:032x}")
        return func.HttpResponse()

    respond = Edge(Settings("memory"), lambda: "id").guarded(handle)
    headers = {"traceparent": f"00-{TRACE}-00f067aa0ba902b7-01"}
    await respond(func.HttpRequest("GET", "http://host/api/x", headers=headers, body=b""))
    assert seen == [TRACE]


async def test_health_is_answered_without_touching_anything():
    blueprint = health.blueprint(Memory(settings=EASYAUTH, store=None).wiring)
    (builder,) = blueprint._function_builders
    respond = builder._function.get_user_function()
    response = await respond(func.HttpRequest("GET", "http://host/api/health", body=b""))
    assert (response.status_code, body_of(response)) == (200, {"status": "ok"})
    assert response.headers["X-Correlation-Id"]


@pytest.fixture
def api() -> Api:
    return Api(Memory(settings=EASYAUTH))


async def test_nobody_is_let_in_without_an_identity(api):
    for response in (await api.place(), await api.order("get", "x"), await api.product("page")):
        assert (response.status_code, body_of(response)["code"]) == (401, "unauthenticated")
        assert response.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize(
    "document",
    [b"not json", b"[]", b"{}", b'{"claims": [{"typ": "sub"}]}', b'{"claims": []}', b"[" * 100_000],
)
async def test_an_unreadable_identity_is_none(api, document):
    header = base64.b64encode(document).decode()
    for given in (header, "%%%"):
        api.headers["x-ms-client-principal"] = given
        assert (await api.product("page")).status_code == 401


def principal(*claims: tuple[str, object]) -> str:
    """The platform's header with these claims."""
    document = {"claims": [{"typ": name, "val": value} for name, value in claims]}
    return base64.b64encode(json.dumps(document).encode()).decode()


@pytest.mark.parametrize(
    "value", [None, 7, True, ["cust-1"], {}, "", "  ", "a\nb", "a\u202eb", "a\u0000", "\ud800"]
)
async def test_an_id_that_is_no_printable_text_is_none(api, value):
    for name in ("sub", ID_CLAIMS[0]):
        api.headers["x-ms-client-principal"] = principal((name, value), ("roles", "operator"))
        assert (await api.product("page")).status_code == 401


async def test_a_claim_that_says_nothing_does_not_hide_the_one_that_does(api):
    header = principal((ID_CLAIMS[0], None), ("sub", "a\nb"), ("sub", "cust-1"))
    api.headers["x-ms-client-principal"] = header
    assert (await api.place()).status_code == 202
    assert (await api.place({**ORDER, "customerId": "None"})).status_code == 403


async def test_an_identity_the_platform_did_not_check_is_none():
    settings = Settings("memory", auth_mode=AuthMode.EASYAUTH, platform_auth=False)
    forged = Api(Memory(settings=settings)).as_user("mallory", "operator")
    assert (await forged.product("page")).status_code == 401


async def test_customers_order_under_their_own_id_and_see_no_system_key(api):
    customer = api.as_user("cust-1")
    response = await customer.place()
    assert response.status_code == 202
    assert "code=key" not in json.dumps(body_of(response))
    assert (await customer.place({**ORDER, "customerId": "cust-2"})).status_code == 403


async def test_an_order_of_somebody_else_does_not_exist(api):
    order_id = body_of(await api.as_user("cust-1").place())["orderId"]
    stranger, operator = api.as_user("cust-2"), api.as_user("boss", "operator")
    for name, body in (("get", None), ("events", None), ("workflow", None)):
        assert (await stranger.order(name, order_id, body)).status_code == 404
        assert (await operator.order(name, order_id, body)).status_code == 200
    assert (await stranger.order("cancel", order_id, {"reason": "x"})).status_code == 404
    assert api.engine.raised == []


async def test_only_operators_change_products_and_stock(api):
    await api.as_user("boss", "operator").product("put", "MUG", PRODUCT)
    customer = api.as_user("cust-1")
    change = {"delta": 1, "reason": "x"}
    assert (await customer.product("put", "MUG", PRODUCT)).status_code == 403
    assert (await customer.product("adjust_stock", "MUG", change)).status_code == 403
    assert (await customer.product("get", "MUG")).status_code == 200
