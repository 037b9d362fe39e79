"""A running host's answers, with the real engine behind them, are as the API describes itself."""

import json

from blueprints.openapi.document import document
from tests.e2e.shop import order
from tests.openapi.described import faults, operations


def wrong(name: str, status: int, said) -> list[str]:
    """What an answer of an operation says that its description does not."""
    (content,) = operations()[name].answer(status)["content"].values()
    return faults(content["schema"], said)


async def test_the_host_serves_the_description_and_its_page(shop, session):
    async with session.get(f"{shop.url}/api/openapi.json") as answer:
        assert json.loads(await answer.text()) == document()
    async with session.get(f"{shop.url}/api/docs") as answer:
        assert (answer.status, answer.content_type) == (200, "text/html")


async def test_an_order_is_described_from_its_acceptance_to_its_end(shop, sku):
    await shop.stock(sku, 5)
    status, said = await shop.ask("POST", "/api/orders", order(sku))
    assert wrong("PlaceOrder", status, said) == []
    order_id = said["orderId"]
    await shop.final(order_id)
    here = f"/api/orders/{order_id}"
    asked = {
        "GetOrder": here,
        "GetOrderEvents": f"{here}/events?limit=100",
        "GetOrderWorkflow": f"{here}/workflow",
        "ListOrders": "/api/orders?customerId=ada",
        "GetProduct": f"/api/products/{sku}",
        "Ready": "/api/ready",
    }
    for name, path in asked.items():
        status, said = await shop.ask("GET", path)
        assert (status, wrong(name, status, said)) == (200, []), said


async def test_a_refusal_of_the_running_host_is_described(shop):
    status, said = await shop.ask("GET", "/api/orders/nobody")
    assert (status, wrong("GetOrder", status, said)) == (404, [])
    status, said = await shop.ask("POST", "/api/jobs", {"type": "x"})
    assert (status, wrong("PostJob", status, said)) == (400, [])
