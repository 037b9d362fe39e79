"""Orders in the lists, without the trouble of placing them."""

from datetime import timedelta

from shared.domain.order.state import OrderStatus
from shared.projections.newest_first import place
from shared.projections.order_list import MODEL
from shared.projections.views import View, Views
from tests.given import NOW


def order_view(
    number: int,
    status: OrderStatus = OrderStatus.COMPLETED,
    customer: str = "ada",
    version: int = 1,
) -> View:
    """The order of this number: the higher, the older, a minute each."""
    order_id, placed_at = f"order-{number}", NOW - timedelta(minutes=number)
    document = {
        "orderId": order_id,
        "customerId": customer,
        "status": status.value,
        "placedAt": placed_at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "total": {"amount": 100 + number, "currency": "EUR"},
        "outcome": None,
    }
    where = place(placed_at, order_id)
    lists = ("*|*", f"={customer}|*", f"*|={status.value}", f"={customer}|={status.value}")
    return View(order_id, version, tuple(f"{each}|{where}" for each in lists), document)


async def list_orders(views: Views, count: int) -> None:
    for number in range(1, count + 1):
        await views.show(MODEL, order_view(number))
