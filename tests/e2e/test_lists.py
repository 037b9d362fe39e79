"""Lists and readiness over HTTP, as a client of the running host sees them."""

import time

from tests.e2e.shop import PATIENCE_SECONDS, Shop, order


async def listed(shop: Shop, query: str, order_id: str) -> dict:
    """The order in a list; the row follows the event within milliseconds."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        status, said = await shop.ask("GET", f"/api/orders?{query}")
        assert status == 200, said
        for item in said["items"]:
            if item["orderId"] == order_id:
                return dict(item)
        assert time.monotonic() < deadline, f"{order_id} is not in ?{query}"


async def test_an_order_moves_through_the_lists_to_its_end(shop, sku):
    await shop.stock(sku, 5)
    order_id = await shop.place({**order(sku, 2), "customerId": f"c-{sku}"})
    final = await shop.final(order_id)
    item = await listed(shop, f"customerId=c-{sku}&status=completed", order_id)
    assert item == await listed(shop, f"placedAfter={final['placedAt']}&limit=100", order_id)
    assert item["total"] == final["total"] == {"amount": 2000, "currency": "EUR"}
    _, said = await shop.ask("GET", f"/api/orders?customerId=c-{sku}&status=validated")
    assert said == {"items": [], "nextCursor": None}


async def test_the_host_is_ready_and_says_of_each_dependency_why(shop):
    status, said = await shop.ask("GET", "/api/ready")
    assert (status, said["status"]) == (200, "ready"), said
    assert {line["name"] for line in said["dependencies"]} == {
        "eventStore",
        "readModels",
        "workflow",
    }
    assert said["projectionLag"] == {"waiting": 0, "oldest": None}
