"""Products and their stock over HTTP, as a client sees them."""

from datetime import timedelta

import pytest

from shared.application.aggregates import STOCK, Cause
from shared.domain.stock import ReserveUnits
from tests.blueprints.caller import PRODUCT, Api, body_of


async def test_a_new_product_is_created_and_shown_with_its_stock():
    api = Api()
    response = await api.product("put", "MUG", PRODUCT)
    assert response.status_code == 201
    assert response.headers["Location"] == "/api/products/MUG"
    shown = body_of(await api.product("get", "MUG"))
    assert shown == body_of(response)
    assert shown == {
        "sku": "MUG",
        **PRODUCT,
        "stock": {"onHand": 0, "reserved": 0, "available": 0},
        "images": [],
    }


async def test_the_same_definition_again_is_no_new_product():
    api = Api()
    await api.product("put", "MUG", PRODUCT)
    response = await api.product("put", "MUG", PRODUCT)
    assert (response.status_code, response.headers["ETag"]) == (200, '"1-0"')


async def test_a_delivery_changes_the_stock_and_the_etag():
    api = Api()
    await api.product("put", "MUG", PRODUCT)
    response = await api.product("adjust_stock", "MUG", {"delta": 25, "reason": "delivery"})
    assert body_of(response) == {"sku": "MUG", "onHand": 25, "reserved": 0, "available": 25}
    assert (await api.product("get", "MUG")).headers["ETag"] == '"1-1"'


async def test_an_expired_reservation_changes_what_is_shown_and_the_etag():
    api = Api()
    await api.product("put", "MUG", PRODUCT)
    await api.product("adjust_stock", "MUG", {"delta": 5, "reason": "delivery"})
    until = api.memory.clock.now + timedelta(minutes=1)
    held = ReserveUnits("order-1", 2, until)
    await api.memory.wiring.aggregates.handle(STOCK, "MUG", held, Cause("c", "t", "t"))
    before = (await api.product("get", "MUG")).headers["ETag"]
    api.memory.clock.forward(minutes=2)
    after = await api.product("get", "MUG", if_none_match=before)
    assert after.status_code == 200
    assert body_of(after)["stock"]["reserved"] == 0
    again = await api.product("put", "MUG", PRODUCT, if_match=after.headers["ETag"])
    assert again.status_code == 200


async def test_a_stock_cannot_fall_below_what_is_there():
    api = Api()
    await api.product("put", "MUG", PRODUCT)
    response = await api.product("adjust_stock", "MUG", {"delta": -1, "reason": "broken"})
    assert (response.status_code, body_of(response)["code"]) == (409, "insufficient_stock")


@pytest.mark.parametrize("name", ["get", "adjust_stock"])
async def test_a_product_nobody_defined_is_not_found_and_named(name):
    response = await Api().product(name, "NIX", {"delta": 1, "reason": "x"})
    problem = body_of(response)
    assert (response.status_code, problem["code"]) == (404, "product_not_found")
    assert problem["sku"] == "NIX"


@pytest.mark.parametrize("name", ["get", "put", "adjust_stock"])
@pytest.mark.parametrize("sku", ["mug", "", "M" * 41, "M/G", "MÜG", "MUG\n"])
async def test_a_sku_that_cannot_be_is_refused(name, sku):
    response = await Api().product(name, sku, PRODUCT)
    assert (response.status_code, body_of(response)["errors"][0]["pointer"]) == (400, "/sku")


@pytest.mark.parametrize(
    ("if_match", "status"),
    [
        ('"1-0"', 200),
        ('"1-7"', 200),
        ("*", 200),
        ('"4-0", "1-0"', 200),
        ('"2-0"', 412),
        ('"2-0", "3-0"', 412),
        ('W/"1-0"', 412),
        ('"1"', 412),
        ("x", 412),
        ("", 412),
    ],
)
async def test_a_change_of_one_version_only_happens_at_that_version(if_match, status):
    api = Api()
    await api.product("put", "MUG", PRODUCT)
    response = await api.product("put", "MUG", {**PRODUCT, "name": "Cup"}, if_match=if_match)
    assert response.status_code == status


@pytest.mark.parametrize("if_match", ["*", '"1-0"', '"0-0"', '"1-0", "2-0"'])
async def test_a_change_of_a_version_needs_one(if_match):
    assert (await Api().product("put", "MUG", PRODUCT, if_match=if_match)).status_code == 412


async def test_a_caller_who_has_the_present_version_gets_no_body():
    api = Api()
    await api.product("put", "MUG", PRODUCT)
    assert (await api.product("get", "MUG", if_none_match='"1-0"')).status_code == 304


async def test_products_are_listed_page_by_page():
    api = Api()
    for sku in ("A", "B", "C"):
        await api.product("put", sku, PRODUCT)
    first = body_of(await api.product("page", params={"limit": "2"}))
    rest = body_of(await api.product("page", params={"cursor": first["nextCursor"]}))
    assert [item["sku"] for item in first["items"]] == ["A", "B"]
    assert rest == {"items": [{"sku": "C", **PRODUCT}], "nextCursor": None}
