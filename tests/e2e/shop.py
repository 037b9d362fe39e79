"""What a client of the shop does, over HTTP."""

import time
from typing import Any

import aiohttp

FINAL = {"completed", "failed", "cancelled", "compensation_failed"}
PATIENCE_SECONDS = 40

ADDRESS = {
    "name": "Ada Lovelace",
    "line1": "12 St James Square",
    "city": "London",
    "postalCode": "SW1Y 4JH",
    "country": "GB",
}


def order(
    sku: str, quantity: int = 1, method: str = "pm_card_ok", **address: str
) -> dict[str, Any]:
    """The body of an order for one product."""
    return {
        "customerId": "ada",
        "lines": [{"sku": sku, "quantity": quantity}],
        "paymentMethod": method,
        "shippingAddress": ADDRESS | address,
    }


class Shop:
    """The HTTP API at a base URL such as http://localhost:7071."""

    def __init__(self, url: str, session: aiohttp.ClientSession) -> None:
        self.url, self._session = url, session

    async def ask(self, verb: str, path: str, body: Any = None) -> tuple[int, Any]:
        """Send JSON and return the status and the JSON answered."""
        async with self._session.request(verb, self.url + path, json=body) as answer:
            text = await answer.text()
            return answer.status, await answer.json(content_type=None) if text else None

    async def stock(self, sku: str, amount: int) -> None:
        """List a product and put units of it on the shelf."""
        product = {"name": f"The {sku}", "price": {"amount": 1000, "currency": "EUR"}}
        status, said = await self.ask("PUT", f"/api/products/{sku}", product)
        assert status in (200, 201), said
        if amount:
            delivery = {"delta": amount, "reason": "delivery"}
            status, said = await self.ask("POST", f"/api/products/{sku}/stock", delivery)
            assert status == 200, said

    async def shelf(self, sku: str) -> dict[str, int]:
        """How many units there are: onHand, reserved, available."""
        return dict((await self.ask("GET", f"/api/products/{sku}"))[1]["stock"])

    async def place(self, body: Any) -> str:
        """Place an order that is accepted; return its id."""
        status, said = await self.ask("POST", "/api/orders", body)
        assert status == 202, said
        return str(said["orderId"])

    async def get(self, order_id: str) -> dict[str, Any]:
        """The order as it stands."""
        status, said = await self.ask("GET", f"/api/orders/{order_id}")
        assert status == 200, said
        return dict(said)

    async def final(self, order_id: str) -> dict[str, Any]:
        """The order once it has reached a final state."""
        return await self.until(order_id, FINAL)

    async def until(self, order_id: str, statuses: set[str]) -> dict[str, Any]:
        """The order once it has one of these statuses."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        seen = await self.get(order_id)
        while seen["status"] not in statuses:
            assert time.monotonic() < deadline, f"{order_id} is still {seen['status']}"
            seen = await self.get(order_id)
        return seen

    async def event_types(self, order_id: str) -> list[str]:
        """What happened to the order, oldest first."""
        status, said = await self.ask("GET", f"/api/orders/{order_id}/events?limit=100")
        assert status == 200, said
        return [event["type"] for event in said["items"]]

    async def instance(self, order_id: str) -> dict[str, Any]:
        """The workflow's status, once it is finished."""
        path = f"/runtime/webhooks/durabletask/instances/{order_id}"
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            status, said = await self.ask("GET", path)
            if status == 200:
                return dict(said)
            assert time.monotonic() < deadline, f"the instance {order_id} answers {status}"
