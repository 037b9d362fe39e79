"""The order a request names, if it exists for the caller."""

import re

from blueprints.edge import Call
from blueprints.problems import Problem
from shared.application.aggregates import ORDER, Aggregates, Loaded
from shared.domain.order.state import Order

ORDER_ID = re.compile(r"[A-Za-z0-9-]{1,64}")  # what may stand in a partition key and a route


async def visible_order(aggregates: Aggregates, call: Call) -> Loaded[Order]:
    """The order of the route's `orderId` as it stands now; one storage request.

    Raises:
        Problem: 404, there is none, or it is somebody else's.
    """
    order_id = call.req.route_params["orderId"]
    if ORDER_ID.fullmatch(order_id):
        loaded = await aggregates.load(ORDER, order_id)
        order = loaded.state
        if order and call.principal.may_see(order.placed.customer_id):
            return Loaded(order, loaded.version)
    missing = "There is no such order. Check the id."
    raise Problem(404, "order_not_found", missing, members={"orderId": order_id})
