"""An order from its request to its end, as the sandbox's shop tells it."""

from typing import Any

from blueprints.order_view import links_of

ORDER_ID = "6f1c2f0e-5d0b-4d0e-9a57-3f2f1f8f7a10"
PLACED_AT = "2026-11-23T09:00:00.123Z"
ADDRESS = {
    "name": "Ada Lovelace",
    "line1": "12 St James Square",
    "city": "London",
    "postalCode": "SW1Y 4JH",
    "country": "GB",
}
PLACE = {
    "customerId": "ada",
    "lines": [{"sku": "MUG-BLUE", "quantity": 2}],
    "paymentMethod": "pm_card_ok",
    "shippingAddress": ADDRESS,
}
PRICE, TOTAL = {"amount": 1450, "currency": "EUR"}, {"amount": 2900, "currency": "EUR"}
LISTED: dict[str, Any] = {
    "orderId": ORDER_ID,
    "customerId": "ada",
    "status": "completed",
    "placedAt": PLACED_AT,
    "total": TOTAL,
    "outcome": {"code": "completed"},
}
ORDER: dict[str, Any] = {
    **LISTED,
    "lines": [{"sku": "MUG-BLUE", "name": "Blue mug", "quantity": 2, "unitPrice": PRICE}],
    "paymentMethod": "pm_card_ok",
    "shippingAddress": {**ADDRESS, "line2": None},
    "reservedUntil": "2026-11-23T09:15:00.207Z",
    "approval": None,
    "payment": {"paymentId": "pay-8c1f0b", "amount": TOTAL, "refunded": False},
    "shipment": {
        "shipmentId": "shp-27d0a1",
        "trackingNumber": "TRK27D0A1",
        "carrier": "sandbox",
        "cancelled": False,
    },
    "outcome": {"code": "completed", "detail": ""},
    "atStake": [],
    "links": links_of(ORDER_ID),
}
EVENT = {
    "version": 3,
    "type": "StockReserved",
    "occurredAt": "2026-11-23T09:00:00.207Z",
    "data": {"expiresAt": "2026-11-23T09:15:00.207Z"},
    "metadata": {
        "correlationId": "my-cid",
        "causationId": "fulfil/ReserveStock",
        "actor": "workflow",
    },
}
WORKFLOW = {
    "runtimeStatus": "Running",
    "step": "ProcessPayment",
    "attempt": 2,
    "nextAttemptAt": "2026-11-23T09:00:04.300Z",
    "waitingFor": "nextAttempt",
    "deadline": None,
}


def accepted(status: str) -> dict[str, Any]:
    """What is answered to whoever asks something of an order's process."""
    return {"orderId": ORDER_ID, "status": status, "links": links_of(ORDER_ID)}


def page(item: Any) -> dict[str, Any]:
    """A page with one item, and no page after it."""
    return {"items": [item], "nextCursor": None}
