"""Orders over HTTP, as a client sees them."""

from typing import Any

import pytest

from orchestrations.messages import FulfilOrder
from shared.application.aggregates import ORDER as ORDERS
from shared.application.aggregates import Cause
from shared.eventstore.memory import MemoryEventStore
from shared.eventstore.port import StoreUnavailable
from shared.plain import from_plain
from tests.application.memory import Memory
from tests.blueprints.caller import ORDER, Api, Engine, body_of
from tests.domain import scenes as the

CAUSE = Cause("cid", "test", "tester")
UNTIL_SHIPPED = (the.VALIDATE, the.RESERVE, the.PAY, the.SHIP)


async def placed_order(api: Api, *commands: Any) -> str:
    """An order of cust-1 that has come as far as the commands say."""
    aggregates = api.memory.wiring.aggregates
    for command in (the.PLACE, *commands):
        await aggregates.handle(ORDERS, "order-1", command, CAUSE)
    api.engine.started["order-1"] = {}
    return "order-1"


async def test_a_placed_order_is_accepted_and_its_links_lead_on():
    api = Api()
    response = await api.place()
    accepted = body_of(response)
    order_id = accepted["orderId"]
    assert response.status_code == 202
    assert response.headers["Location"] == f"/api/orders/{order_id}"
    assert response.headers["Retry-After"] == "1"
    assert accepted["status"] == "accepted"
    assert accepted["links"]["self"] == f"/api/orders/{order_id}"
    assert accepted["links"]["cancel"] == f"/api/orders/{order_id}/cancel"
    assert "code=key" in accepted["links"]["terminatePostUri"]
    assert "rewindPostUri" not in accepted["links"]


async def test_the_workflow_gets_the_whole_order_and_the_retry_policy():
    api = Api()
    order_id = body_of(await api.place(x_correlation_id="my-cid"))["orderId"]
    given = from_plain(FulfilOrder, api.engine.started[order_id])
    assert given.order.order_id == order_id
    assert (given.policy.retry_delays, given.correlation_id) == ((2, 4, 8), "my-cid")
    assert (given.policy.approval_threshold, given.process_version) == (100_000, 1)


async def test_an_order_can_be_read_from_the_moment_it_was_accepted():
    api = Api()
    order_id = body_of(await api.place())["orderId"]
    response = await api.order("get", order_id)
    order = body_of(response)
    assert response.status_code == 200
    assert response.headers["ETag"] == '"1"'
    assert (order["status"], order["customerId"]) == ("accepted", "cust-1")
    assert order["lines"] == ORDER["lines"]
    assert order["outcome"] is None


async def test_nothing_is_promised_when_the_workflow_cannot_be_started():
    api = Api(engine=Engine(fault=Exception("hub is down")))
    response = await api.place()
    problem = body_of(response)
    assert (response.status_code, problem["code"]) == (503, "workflow_unavailable")
    assert problem["retryable"]
    assert response.headers["Retry-After"] == "1"
    assert "hub" not in str(problem)
    assert api.memory.store._events == {}


class DeafStore(MemoryEventStore):
    async def append(self, *_):
        raise StoreUnavailable("the answer was lost")


async def test_an_order_whose_workflow_runs_is_accepted_even_if_its_first_event_must_wait():
    api = Api(Memory(store=DeafStore()))
    response = await api.place()
    assert response.status_code == 202
    assert len(api.engine.started) == 1


async def test_a_caller_who_has_the_present_version_gets_no_body():
    api = Api()
    order_id = await placed_order(api)
    response = await api.order("get", order_id, if_none_match='W/"1"')
    assert (response.status_code, response.get_body()) == (304, b"")
    assert (await api.order("get", order_id, if_none_match="*")).status_code == 304
    assert (await api.order("get", order_id, if_none_match='"2"')).status_code == 200


@pytest.mark.parametrize("order_id", ["nobody", "a/b", "", "#", "x" * 65, "ö"])
async def test_an_order_nobody_placed_is_not_found_and_named(order_id):
    for name in ("get", "events"):
        response = await Api().order(name, order_id)
        problem = body_of(response)
        assert (response.status_code, problem["code"]) == (404, "order_not_found")
        assert problem["orderId"] == order_id


async def test_a_finished_order_shows_how_it_came_to_its_end():
    api = Api()
    order = body_of(await api.order("get", await placed_order(api, *UNTIL_SHIPPED, the.COMPLETE)))
    assert order["status"] == "completed"
    assert order["total"] == {"amount": 4900, "currency": "EUR"}
    assert order["payment"]["refunded"] is False
    assert order["shipment"]["trackingNumber"] == "TRK-1"
    assert order["outcome"] == {"code": "completed", "detail": ""}


async def test_a_parked_order_shows_what_is_at_stake():
    api = Api()
    order_id = await placed_order(api, the.VALIDATE, the.RESERVE, the.PAY, the.PARK)
    order = body_of(await api.order("get", order_id))
    assert order["status"] == "compensation_failed"
    assert order["atStake"][0]["amount"] == {"amount": 4900, "currency": "EUR"}


async def test_the_events_of_an_order_are_read_page_by_page_oldest_first():
    api = Api()
    order_id = await placed_order(api, *UNTIL_SHIPPED)
    first = body_of(await api.order("events", order_id, params={"limit": "3"}))
    cursor = first["nextCursor"]
    rest = body_of(await api.order("events", order_id, params={"limit": "3", "cursor": cursor}))
    types = [item["type"] for item in first["items"] + rest["items"]]
    assert types == [
        "OrderPlaced",
        "OrderValidated",
        "StockReserved",
        "PaymentCaptured",
        "ShipmentCreated",
    ]
    assert rest["nextCursor"] is None
    assert set(first["items"][0]) == {"version", "type", "occurredAt", "data", "metadata"}
    assert first["items"][0]["metadata"]["actor"] == "tester"


@pytest.mark.parametrize(
    "params",
    [
        {"limit": "0"},
        {"limit": "101"},
        {"limit": "ten"},
        {"limit": "-1"},
        {"cursor": "damaged"},
        {"cursor": "ZXZlbnRzOnh5eg=="},
        {"cursor": "cHJvZHVjdHM6TVVH"},
        {"cursor": "ö"},
    ],
)
async def test_a_page_that_cannot_be_is_refused(params):
    api = Api()
    response = await api.order("events", await placed_order(api), params=params)
    problem = body_of(response)
    assert response.status_code == 400
    assert problem["errors"][0]["pointer"] in ("/limit", "/cursor")


async def test_the_workflow_shows_where_it_waits_and_no_key():
    api = Api()
    order_id = await placed_order(api)
    api.engine.custom_status = {
        "status": "reserved",
        "step": "ProcessPayment",
        "attempt": 2,
        "nextAttemptAt": "2026-11-23T09:00:04.000Z",
    }
    response = await api.order("workflow", order_id)
    assert body_of(response) == {
        "runtimeStatus": "Running",
        "step": "ProcessPayment",
        "attempt": 2,
        "nextAttemptAt": "2026-11-23T09:00:04.000Z",
        "waitingFor": "nextAttempt",
        "deadline": None,
    }


async def test_a_workflow_that_was_purged_is_not_found():
    api = Api()
    order_id = await placed_order(api)
    api.engine.started.clear()
    response = await api.order("workflow", order_id)
    assert (response.status_code, body_of(response)["code"]) == (404, "workflow_not_found")


async def test_an_engine_that_does_not_answer_is_unavailable():
    api = Api()
    order_id = await placed_order(api)
    api.engine.fault = Exception("no answer")
    assert (await api.order("workflow", order_id)).status_code == 503
    assert (await api.order("cancel", order_id, {"reason": "x"})).status_code == 503


async def test_a_cancel_is_handed_to_the_workflow():
    api = Api()
    order_id = await placed_order(api, the.VALIDATE)
    response = await api.order("cancel", order_id, {"reason": "too slow"})
    assert response.status_code == 202
    assert api.engine.raised == [(order_id, "CancelRequested", {"reason": "too slow"})]
    assert len(await api.memory.store.read("order-order-1")) == 2


@pytest.mark.parametrize(
    ("commands", "code"),
    [
        (UNTIL_SHIPPED, "order_already_shipped"),
        ((*UNTIL_SHIPPED, the.COMPLETE), "order_already_final"),
        ((the.FAIL,), "order_already_final"),
    ],
)
async def test_a_cancel_that_comes_too_late_is_refused(commands, code):
    api = Api()
    response = await api.order("cancel", await placed_order(api, *commands), {"reason": "x"})
    assert (response.status_code, body_of(response)["code"]) == (409, code)
    assert api.engine.raised == []


@pytest.mark.parametrize(
    "said",
    [
        "Instance with ID order-1 is gone: either completed or failed",
        "No instance with ID order-1 found.",
    ],
)
async def test_a_cancel_the_workflow_can_no_longer_hear_is_too_late(said):
    api = Api(engine=Engine(fault=Exception(said)))
    response = await api.order("cancel", await placed_order(api), {"reason": "x"})
    assert (response.status_code, body_of(response)["code"]) == (409, "workflow_ended")
