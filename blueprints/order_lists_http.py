"""The orders by customer, status and time over HTTP."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import azure.durable_functions as df
import azure.functions as func

from blueprints.answers import answer
from blueprints.bodies import NAME, invalid
from blueprints.edge import Call, Edge, register
from blueprints.identity import Principal
from blueprints.moments import moment_of
from blueprints.pages import cursor_of, limit_of, page
from blueprints.problems import Fault, Problem
from shared.domain.order.state import OrderStatus
from shared.projections.newest_first import PLACE, Period
from shared.projections.order_list import OrderFilter
from shared.wiring import Wiring


@dataclass(frozen=True, slots=True)
class OrderListsApi:
    wiring: Wiring

    async def page(self, call: Call) -> func.HttpResponse:
        """200 with a page of orders, the newest first; customers see their own."""
        params = call.req.params
        limit = limit_of(params)
        cursor = cursor_of(params, "orders", PLACE)
        wanted = OrderFilter(
            customer_id=_customer(params.get("customerId"), call.principal),
            status=_status(params),
            placed=Period(moment_of(params, "placedAfter"), moment_of(params, "placedBefore")),
        )
        rows = await self.wiring.orders.page(wanted, limit + 1, cursor)
        last = rows[limit - 1].place if len(rows) > limit else None
        return answer(page([row.document for row in rows[:limit]], "orders", last))


def _customer(asked: str | None, principal: Principal) -> str | None:
    if asked is not None and not re.fullmatch(NAME, asked):
        raise invalid([Fault("/customerId", f"a customerId matches {NAME}")])
    if principal.is_operator:
        return asked
    if asked is not None and not principal.may_see(asked):
        raise Problem(403, "forbidden", "List the orders of your own customerId.")
    return principal.id


def _status(params: Mapping[str, str]) -> OrderStatus | None:
    text = params.get("status")
    if text is not None and text not in set(OrderStatus):
        raise invalid([Fault("/status", f"status is one of {', '.join(OrderStatus)}")])
    return None if text is None else OrderStatus(text)


def blueprint(wiring: Wiring) -> Any:
    """The route of the lists."""
    routes, api, edge = df.Blueprint(), OrderListsApi(wiring), Edge(wiring.settings, wiring.new_id)
    register(routes, "ListOrders", "GET orders", edge.guarded(api.page))
    return routes
