"""An order is shown as it was at a version or a moment, folded by today's rules."""

import pytest

from shared.application.aggregates import ORDER as ORDERS
from shared.application.aggregates import Cause
from shared.settings import AuthMode, Settings
from tests.application.memory import Memory
from tests.blueprints.caller import Api, body_of
from tests.domain import scenes as the

CAUSE = Cause("cid", "test", "tester")


async def order_that_moved_on(api: Api) -> str:
    """Placed at 9:00, validated at 9:01, reserved at 9:02."""
    aggregates = api.memory.wiring.aggregates
    for command in (the.PLACE, the.VALIDATE, the.RESERVE):
        await aggregates.handle(ORDERS, "order-1", command, CAUSE)
        api.memory.clock.forward(minutes=1)
    return "order-1"


@pytest.mark.parametrize(
    ("params", "status", "version"),
    [
        ({"version": "1"}, "accepted", 1),
        ({"version": "3"}, "reserved", 3),
        ({"asOf": "2026-11-23T09:00:00Z"}, "accepted", 1),
        ({"asOf": "2026-11-23T09:01:59.999Z"}, "validated", 2),
        ({"asOf": "2026-11-23T10:02:00+01:00"}, "reserved", 3),
        ({"asOf": "2030-01-01T00:00:00Z"}, "reserved", 3),
    ],
)
async def test_an_order_is_shown_as_it_was(params, status, version):
    api = Api()
    order_id = await order_that_moved_on(api)
    response = await api.order("get", order_id, params=params)
    assert (response.status_code, body_of(response)["status"]) == (200, status)
    assert response.headers["ETag"] == f'"{version}"'
    again = await api.order("get", order_id, params=params, if_none_match=f'"{version}"')
    assert again.status_code == 304


async def test_the_last_version_is_the_present():
    api = Api()
    order_id = await order_that_moved_on(api)
    then = await api.order("get", order_id, params={"version": "3"})
    assert then.get_body() == (await api.order("get", order_id)).get_body()


@pytest.mark.parametrize(
    "params", [{"version": "4"}, {"asOf": "2026-11-23T08:59:59.999Z"}, {"version": "999999999"}]
)
async def test_a_state_that_never_was_is_not_found(params):
    api = Api()
    response = await api.order("get", await order_that_moved_on(api), params=params)
    problem = body_of(response)
    assert (response.status_code, problem["code"]) == (404, "version_not_found")
    assert problem["orderId"] == "order-1"


@pytest.mark.parametrize(
    ("params", "pointer"),
    [
        ({"version": "0"}, "/version"),
        ({"version": "-1"}, "/version"),
        ({"version": "1.0"}, "/version"),
        ({"asOf": "now"}, "/asOf"),
        ({"asOf": "2026-11-23T09:00:00"}, "/asOf"),
        ({"version": "1", "asOf": "2026-11-23T09:00:00Z"}, "/asOf"),
    ],
)
async def test_a_moment_that_cannot_be_is_refused(params, pointer):
    api = Api()
    response = await api.order("get", await order_that_moved_on(api), params=params)
    assert (response.status_code, body_of(response)["errors"][0]["pointer"]) == (400, pointer)


async def test_the_past_of_somebody_elses_order_does_not_exist():
    settings = Settings("memory", auth_mode=AuthMode.EASYAUTH, platform_auth=True)
    api = Api(Memory(settings=settings)).as_user("cust-2")
    response = await api.order("get", await order_that_moved_on(api), params={"version": "1"})
    assert (response.status_code, body_of(response)["code"]) == (404, "order_not_found")
