"""The orders by customer, by status, by both and by time, the newest first."""

from collections.abc import Sequence
from dataclasses import dataclass

from shared.domain.order.state import Order, OrderStatus
from shared.plain import Json, rfc3339, to_plain
from shared.projections.newest_first import ALWAYS, Period, place, span
from shared.projections.views import View, Views

MODEL = "orders"


@dataclass(frozen=True, slots=True)
class OrderRow:
    """An order as a list shows it, and the place a cursor goes on from."""

    place: str
    document: Json


@dataclass(frozen=True, slots=True)
class OrderFilter:
    """None asks for all."""

    customer_id: str | None = None
    status: OrderStatus | None = None
    placed: Period = ALWAYS


def view_of(order: Order, version: int) -> View:
    """What the lists show of an order at this version."""
    placed, status = order.placed, order.status.value
    document = {
        "orderId": placed.order_id,
        "customerId": placed.customer_id,
        "status": status,
        "placedAt": rfc3339(placed.placed_at),
        "total": to_plain(order.total),
        "outcome": order.outcome and {"code": order.outcome.code},
    }
    where = place(placed.placed_at, placed.order_id)
    lists = (
        _list(None, None),
        _list(placed.customer_id, None),
        _list(None, status),
        _list(placed.customer_id, status),
    )
    keys = tuple(f"{each}|{where}" for each in lists)
    return View(placed.order_id, version, keys, document)


@dataclass(frozen=True, slots=True)
class OrderList:
    """A page of any filter is one range of keys: nothing is read to be thrown away."""

    views: Views

    async def page(self, wanted: OrderFilter, limit: int, cursor: str | None) -> Sequence[OrderRow]:
        """At most `limit` orders, the newest first, behind the place `cursor`.

        Raises:
            StoreUnavailable: the storage did not answer.
        """
        listed = _list(wanted.customer_id, wanted.status and wanted.status.value)
        rows = await self.views.page(MODEL, span(listed, wanted.placed, cursor), limit)
        return [
            OrderRow(row.key.removeprefix(f"{listed}|"), row.fields["document"]) for row in rows
        ]


def _list(customer_id: str | None, status: str | None) -> str:
    return "|".join("*" if each is None else f"={each}" for each in (customer_id, status))
