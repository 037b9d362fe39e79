"""Running the missing undo steps of an order again, over HTTP."""

from dataclasses import dataclass
from typing import Any

import azure.durable_functions as df
import azure.functions as func

from blueprints import workflow_client
from blueprints.answers import answer
from blueprints.edge import Call, Edge, register_with_client
from blueprints.order_access import visible_order
from blueprints.order_view import links_of
from blueprints.workflow_client import DurableClient
from orchestrations.messages import CompensateOrder, PlacedStep
from shared.domain.errors import NothingAtStake, OrderAlreadyShipped
from shared.domain.order.commands import PlaceOrder
from shared.domain.order.state import Order
from shared.domain.order.values import Outcome, Undo
from shared.wiring import Wiring

ABANDONED = Outcome("internal", "its workflow was ended by an operator")


@dataclass(frozen=True, slots=True)
class CompensationApi:
    wiring: Wiring

    async def compensate(self, call: Call, client: DurableClient) -> func.HttpResponse:
        """202: the undo steps run; the order itself says what came of it."""
        call.principal.require_operator()
        order = (await visible_order(self.wiring.aggregates, call)).state
        order_id = order.placed.order_id
        if not order.is_parked:
            await _require_abandoned(order, client)
        given = CompensateOrder(
            placed=PlacedStep(_placing(order), call.correlation_id, call.principal.id),
            policy=workflow_client.policy_of(self.wiring.settings),
            undos=order.stuck if order.is_parked else tuple(Undo),
            ending=order.ending or ABANDONED,
        )
        await workflow_client.start_compensation(client, order.parkings, given)
        links = links_of(order_id)
        accepted = {"orderId": order_id, "status": order.status.value, "links": links}
        return answer(accepted, 202, {"Location": links["self"], "Retry-After": "1"})


async def _require_abandoned(order: Order, client: DurableClient) -> None:
    """An order may also be taken back whose process was terminated before the pivot."""
    if order.is_final:
        raise NothingAtStake(f"it is {order.status}")
    if order.is_shipped:
        raise OrderAlreadyShipped
    if await workflow_client.is_running(client, order.placed.order_id):
        raise NothingAtStake(f"it is {order.status}, and its workflow runs")


def _placing(order: Order) -> PlaceOrder:
    placed = order.placed
    return PlaceOrder(
        placed.order_id,
        placed.customer_id,
        placed.lines,
        placed.payment_method,
        placed.shipping_address,
        placed.placed_at,
    )


def blueprint(wiring: Wiring) -> Any:
    """The route of compensations."""
    routes, edge = df.Blueprint(), Edge(wiring.settings, wiring.new_id)
    api = CompensationApi(wiring)
    register_with_client(
        routes,
        "RequestCompensation",
        "POST orders/{orderId}/compensation",
        edge.with_client(api.compensate),
    )
    return routes
