"""The decision on an order over HTTP: operators, in time, once asked."""

from typing import Any

import pytest

from blueprints.approval_http import ApprovalApi
from blueprints.edge import Edge
from shared.application.aggregates import ORDER
from shared.settings import AuthMode, Settings
from tests.application.memory import Memory
from tests.blueprints.caller import Api, Engine, body_of
from tests.blueprints.test_orders import CAUSE
from tests.domain import scenes as the

YES = {"approved": True, "reason": "known customer"}
UNTIL_ASKED = (the.PLACE, the.VALIDATE, the.RESERVE, the.ASK)
GONE = "Instance with ID order-1 is gone: either completed or failed"


async def api_with(*commands: Any, engine: Engine | None = None) -> Api:
    """The edges over an order that has come as far as the commands say."""
    api = Api(engine=engine or Engine())
    for command in commands:
        await api.memory.wiring.aggregates.handle(ORDER, "order-1", command, CAUSE)
    return api


async def decide(api: Api, body: Any = None, order_id: str = "order-1") -> Any:
    request = api._request("POST", f"orders/{order_id}/approval", body or YES, {}, orderId=order_id)
    handle = ApprovalApi(api.memory.wiring).decide
    edge = Edge(api.memory.settings, api.memory.wiring.new_id)
    return await edge.with_client(handle)(request, api.engine)


async def test_a_decision_is_handed_to_the_workflow_with_the_name_of_who_made_it():
    api = await api_with(*UNTIL_ASKED)
    response = await decide(api)
    assert response.status_code == 202
    assert response.headers["Location"] == "/api/orders/order-1"
    assert body_of(response)["status"] == "awaiting_approval"
    assert api.engine.raised == [("order-1", "ApprovalDecided", {**YES, "by": "local"})]


@pytest.mark.parametrize(
    "commands", [UNTIL_ASKED[:3], (*UNTIL_ASKED, the.APPROVE), (*UNTIL_ASKED, the.DECLINE)]
)
async def test_a_decision_nobody_waits_for_is_refused(commands):
    api = await api_with(*commands)
    response = await decide(api)
    assert (response.status_code, body_of(response)["code"]) == (409, "approval_not_pending")
    assert api.engine.raised == []


async def test_a_decision_after_the_deadline_is_refused():
    api = await api_with(*UNTIL_ASKED)
    api.memory.clock.now = the.DEADLINE
    assert body_of(await decide(api))["code"] == "approval_not_pending"


async def test_a_decision_the_workflow_can_no_longer_hear_is_refused():
    api = await api_with(*UNTIL_ASKED, engine=Engine(fault=Exception(GONE)))
    assert body_of(await decide(api))["code"] == "approval_not_pending"


async def test_an_engine_that_does_not_answer_is_unavailable():
    api = await api_with(*UNTIL_ASKED, engine=Engine(fault=Exception("no answer")))
    assert (await decide(api)).status_code == 503


@pytest.mark.parametrize(
    "body", [{"approved": "yes", "reason": "x"}, {"approved": True}, {**YES, "by": "me"}]
)
async def test_a_decision_says_yes_or_no_and_why_and_nothing_else(body):
    assert (await decide(await api_with(*UNTIL_ASKED), body)).status_code == 400


async def test_an_order_nobody_placed_is_not_found():
    assert (await decide(Api(), order_id="nobody")).status_code == 404


async def test_only_operators_decide():
    settings = Settings("memory", auth_mode=AuthMode.EASYAUTH, platform_auth=True)
    api = Api(Memory(settings=settings))
    for command in UNTIL_ASKED:
        await api.memory.wiring.aggregates.handle(ORDER, "order-1", command, CAUSE)
    refused = await decide(api.as_user("cust-1"))
    assert (refused.status_code, body_of(refused)["code"]) == (403, "forbidden")
    assert (await decide(api.as_user("ops-1", "operator"))).status_code == 202


async def test_the_workflow_shows_for_whom_an_order_waits_and_until_when():
    api = await api_with(*UNTIL_ASKED)
    api.engine.started["order-1"] = {}
    deadline = "2026-11-26T09:00:00.000Z"
    waiting = {"step": "Approval", "waitingFor": "approval", "deadline": deadline}
    api.engine.custom_status = {"status": "awaiting_approval", **waiting}
    shown = body_of(await api.order("workflow", "order-1"))
    assert {name: shown[name] for name in waiting} == waiting
    assert shown["nextAttemptAt"] is None


async def test_the_order_itself_shows_the_approval_it_waits_for_and_the_one_it_got():
    api = await api_with(*UNTIL_ASKED)
    waiting = body_of(await api.order("get", "order-1"))["approval"]
    assert waiting == {"deadline": "2026-11-26T09:00:00.000Z", "decision": None}
    decided = await api_with(*UNTIL_ASKED, the.APPROVE)
    given = body_of(await decided.order("get", "order-1"))["approval"]["decision"]
    assert given == {**YES, "by": "ops-1"}
