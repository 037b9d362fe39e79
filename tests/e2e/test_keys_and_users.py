"""Over HTTP, at a running host: a key makes one order, an address has one user."""

import asyncio
import json
import uuid

import aiohttp
import pytest

from tests.e2e.shop import Shop, order

PARTICIPANTS = 25


async def post(
    session: aiohttp.ClientSession, url: str, body: object, key: str | None = None
) -> tuple[int, bytes, str | None]:
    """Status, body and whether the answer is said to be a repeated one."""
    headers = {"Idempotency-Key": key} if key else {}
    async with session.post(url, json=body, headers=headers) as answer:
        return answer.status, await answer.read(), answer.headers.get("Idempotency-Replayed")


async def test_equal_requests_at_once_make_one_order_that_completes(
    shop: Shop, session: aiohttp.ClientSession, sku: str
):
    await shop.stock(sku, PARTICIPANTS)
    url, body, key = f"{shop.url}/api/orders", order(sku), uuid.uuid4().hex
    answers = await asyncio.gather(*(post(session, url, body, key) for _ in range(PARTICIPANTS)))
    assert {status for status, _, _ in answers} == {202}
    assert len({said for _, said, _ in answers}) == 1
    order_id = json.loads(answers[0][1])["orderId"]
    done = await shop.final(order_id)
    assert done["status"] == "completed"
    assert (await shop.shelf(sku))["onHand"] == PARTICIPANTS - 1
    again = await post(session, url, body, key)
    assert again == (202, answers[0][1], "true")
    assert (await post(session, url, order(sku, 2), key))[0] == 422


async def test_of_equal_addresses_at_once_one_is_registered_and_found(
    shop: Shop, session: aiohttp.ClientSession
):
    url, name = f"{shop.url}/api/users", uuid.uuid4().hex
    spellings = [f"{name}@example.com", f"{name.upper()}@Example.com"] * 4
    answers = await asyncio.gather(
        *(post(session, url, {"email": each, "name": "Ada"}) for each in spellings)
    )
    assert sorted(status for status, _, _ in answers) == [201, *[409] * 7]
    (said,) = [json.loads(said) for status, said, _ in answers if status == 201]
    _, found = await shop.ask("GET", f"/api/users?email={name}@EXAMPLE.COM")
    assert found["items"] == [said]
    path = f"/api/users/{said['userId']}"
    status, changed = await shop.ask("PUT", path, {"email": said["email"], "name": "Lovelace"})
    assert (status, changed["name"]) == (200, "Lovelace")
    assert (await shop.ask("GET", f"{path}?version=1"))[1] == said
    assert (await shop.ask("DELETE", path))[0] == 204
    assert (await shop.ask("GET", path))[0] == 404
    _, changes = await shop.ask("GET", f"{path}/changes")
    assert [each["type"] for each in changes["items"]] == [
        "UserRegistered",
        "UserRenamed",
        "UserDeleted",
    ]
    assert (await post(session, url, {"email": spellings[1], "name": "Next"}))[0] == 201


@pytest.mark.parametrize("query", ["userId=", "userId", "userId=%20"])
async def test_a_blank_id_is_told_in_the_guides_words(shop: Shop, query: str):
    """The host leaves blank parameters out of the request's, so this needs a real one."""
    status, said = await shop.ask("GET", f"/api/users?{query}")
    assert (status, said["error"]) == (400, "userId is required")


async def test_a_blank_address_belongs_to_nobody(shop: Shop):
    assert (await shop.ask("GET", "/api/users?email="))[1]["items"] == []
