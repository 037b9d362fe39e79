"""The lists of orders over HTTP, as operators and customers see them."""

from dataclasses import replace
from datetime import timedelta

import pytest

from shared.application.aggregates import ORDER, Cause
from shared.settings import AuthMode, Settings
from tests.application.memory import Memory
from tests.blueprints.caller import Api, body_of
from tests.domain import scenes as the
from tests.given import NOW

CAUSE = Cause("cid", "test", "tester")
EASY = Settings("memory", auth_mode=AuthMode.EASYAUTH, platform_auth=True)


async def shop(*customers: str, settings: Settings | None = None) -> Api:
    """An order of each customer, a minute apart."""
    memory = Memory(settings=settings) if settings else Memory()
    wiring = memory.wiring
    for number, customer in enumerate(customers):
        placed_at = NOW + timedelta(minutes=number)
        place = replace(the.PLACE, order_id=f"o{number}", customer_id=customer, placed_at=placed_at)
        await wiring.aggregates.handle(ORDER, place.order_id, place, CAUSE)
        await wiring.read_models.follow_order(place.order_id, waits=True)
    return Api(memory)


async def ids(api: Api, **params: str) -> list[str]:
    return [item["orderId"] for item in body_of(await api.orders(**params))["items"]]


async def test_an_item_says_what_a_list_needs():
    api = await shop("ada")
    page = body_of(await api.orders())
    assert page == {
        "items": [
            {
                "orderId": "o0",
                "customerId": "ada",
                "status": "accepted",
                "placedAt": "2026-11-23T09:00:00.000Z",
                "total": None,
                "outcome": None,
            }
        ],
        "nextCursor": None,
    }


async def test_every_filter_narrows():
    api = await shop("ada", "bob", "ada")
    assert await ids(api) == ["o2", "o1", "o0"]
    assert await ids(api, customerId="ada") == ["o2", "o0"]
    assert await ids(api, status="accepted", customerId="bob") == ["o1"]
    assert await ids(api, status="completed") == []
    assert await ids(api, placedAfter="2026-11-23T09:01:00Z") == ["o2", "o1"]
    assert await ids(api, placedBefore="2026-11-23T10:01:00+01:00") == ["o0"]


async def test_pages_follow_each_other():
    api = await shop("ada", "ada", "ada")
    first = body_of(await api.orders(limit="2"))
    rest = body_of(await api.orders(limit="2", cursor=first["nextCursor"]))
    assert [item["orderId"] for item in first["items"] + rest["items"]] == ["o2", "o1", "o0"]
    assert rest["nextCursor"] is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("limit", "0"),
        ("limit", "101"),
        ("cursor", "damaged"),
        ("cursor", "b3JkZXJzOnh8eQ=="),
        ("status", "lost"),
        ("customerId", "*"),
        ("customerId", ""),
        ("placedAfter", "yesterday"),
        ("placedBefore", "2026-11-23"),
        ("placedBefore", "2026-02-30T00:00:00Z"),
        ("placedBefore", "0001-01-01T00:00:00+23:00"),
    ],
)
async def test_what_cannot_be_is_named(name, value):
    response = await (await shop()).orders(**{name: value})
    assert response.status_code == 400
    assert body_of(response)["errors"][0]["pointer"] == f"/{name}"


async def test_customers_see_their_own_and_nobody_elses():
    api = await shop("ada", "bob", settings=EASY)
    assert await ids(api.as_user("ada")) == ["o0"]
    assert await ids(api.as_user("ada"), customerId="ada") == ["o0"]
    assert (await api.as_user("ada").orders(customerId="bob")).status_code == 403
    assert await ids(api.as_user("*")) == []
    assert await ids(api.as_user("eve", "operator"), customerId="bob") == ["o1"]
