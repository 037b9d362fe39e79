"""What callers should not send, and what they are told; nothing of it is ever a 500."""

import json
from copy import deepcopy
from typing import Any

import pytest

from tests.blueprints.caller import ORDER, PRODUCT, Api, body_of

GONE = object()


def changed(pointer: str, value: object) -> bytes:
    """The good order with one member changed, or gone."""
    order = deepcopy(ORDER)
    *path, last = [int(part) if part.isdigit() else part for part in pointer.split("/")[1:]]
    inner: Any = order
    for part in path:
        inner = inner[part]
    if value is GONE:
        del inner[last]
    else:
        inner[last] = value
    return json.dumps(order).encode()


BAD_MEMBERS = [
    ("/customerId", GONE),
    ("/customerId", ""),
    ("/customerId", 7),
    ("/customerId", None),
    ("/customerId", "a" * 65),
    ("/customerId", "a\u0000b"),
    ("/lines", []),
    ("/lines", {}),
    ("/lines", [{"sku": "MUG", "quantity": 1}] * 2),
    ("/lines", [{"sku": f"S-{number}", "quantity": 1} for number in range(51)]),
    ("/lines/0/quantity", 0),
    ("/lines/0/quantity", -1),
    ("/lines/0/quantity", 1001),
    ("/lines/0/quantity", 1.0),
    ("/lines/0/quantity", "1"),
    ("/lines/0/quantity", True),
    ("/lines/0/quantity", 10**400),
    ("/lines/0/sku", "mug"),
    ("/lines/0/sku", "' or 1 eq 1"),
    ("/lines/0/price", 1),
    ("/paymentMethod", "<script>"),
    ("/shippingAddress", "Berlin"),
    ("/shippingAddress/country", "Germany"),
    ("/shippingAddress/postalCode", ""),
    ("/shippingAddress/name", "   "),
    ("/shippingAddress/line2", 5),
    ("/shippingAddress/city", "x" * 201),
    ("/orderId", "mine"),
    ("/a~b", 1),
]


@pytest.mark.parametrize(
    ("pointer", "value"), BAD_MEMBERS, ids=lambda value: str(value)[:40].replace("\0", "NUL")
)
async def test_a_bad_member_is_named_by_its_pointer(pointer, value):
    api = Api()
    response = await api.place(changed(pointer, value))
    problem = body_of(response)
    assert (response.status_code, problem["code"]) == (400, "validation_error")
    expected = pointer.replace("~", "~0")
    assert any(fault["pointer"].startswith(expected) for fault in problem["errors"])
    assert api.engine.started == {}


async def test_all_faults_are_told_at_once():
    body = {**ORDER, "customerId": "", "lines": [{"sku": "mug", "quantity": 0}], "extra": 1}
    problem = body_of(await Api().place(json.dumps(body).encode()))
    assert {fault["pointer"] for fault in problem["errors"]} == {
        "/customerId",
        "/lines/0/sku",
        "/lines/0/quantity",
        "/extra",
    }


async def test_a_hundred_faults_are_told_and_no_more():
    extra = {f"extra-{number}": 1 for number in range(5000)}
    problem = body_of(await Api().place({**ORDER, **extra}))
    assert len(problem["errors"]) == 100


async def test_the_pointer_to_a_member_with_an_endless_name_is_cut_and_stays_a_pointer():
    problem = body_of(await Api().place({**ORDER, "x" * 198 + "~" * 5000: 1}))
    assert [fault["pointer"] for fault in problem["errors"]] == ["/" + "x" * 198]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b'"text"',
        b"\xff\xfe",
        b"{}" * 2,
        b"[" * 100_000,
        b'{"customerId": "\\ud800"}',
        b'{"customerId": NaN}',
        b"\xef\xbb\xbf{}",
    ],
    ids=lambda body: repr(body[:20]),
)
async def test_what_is_no_json_object_is_refused(body):
    response = await Api().place(body if body else b" ")
    assert (response.status_code, body_of(response)["code"]) == (400, "validation_error")


@pytest.mark.parametrize("media_type", ["text/plain", "", "application/xml", "multipart/form-data"])
async def test_what_does_not_call_itself_json_is_refused(media_type):
    response = await Api().place(content_type=media_type)
    assert response.status_code == 415


async def test_json_may_name_its_charset():
    assert (await Api().place(content_type="Application/JSON; charset=utf-8")).status_code == 202


async def test_a_body_of_more_than_a_mebibyte_is_refused():
    response = await Api().place(b" " * (1024 * 1024 + 1))
    assert response.status_code == 413


@pytest.mark.parametrize(
    ("pointer", "body"),
    [
        ("/price/amount", {**PRODUCT, "price": {"amount": 19.99, "currency": "EUR"}}),
        ("/price/amount", {**PRODUCT, "price": {"amount": -1, "currency": "EUR"}}),
        ("/price/amount", {**PRODUCT, "price": {"amount": 10**12 + 1, "currency": "EUR"}}),
        ("/price/currency", {**PRODUCT, "price": {"amount": 1, "currency": "euro"}}),
        ("/name", {**PRODUCT, "name": "\n"}),
        ("/stock", {**PRODUCT, "stock": 5}),
    ],
)
async def test_a_bad_product_is_refused(pointer, body):
    response = await Api().product("put", "MUG", body)
    assert (response.status_code, body_of(response)["errors"][0]["pointer"]) == (400, pointer)


@pytest.mark.parametrize("delta", [0, 1_000_001, -1_000_001, 1.5, "1", None])
async def test_a_bad_delta_is_refused(delta):
    api = Api()
    await api.product("put", "MUG", PRODUCT)
    response = await api.product("adjust_stock", "MUG", {"delta": delta, "reason": "x"})
    assert (response.status_code, body_of(response)["errors"][0]["pointer"]) == (400, "/delta")
