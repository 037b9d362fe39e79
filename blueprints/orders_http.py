"""Orders over HTTP: place, read, follow, cancel."""

import re
from dataclasses import dataclass
from typing import Any

import azure.durable_functions as df
import azure.functions as func

from blueprints import workflow_client
from blueprints.answers import answer, versioned
from blueprints.bodies import CancelBody, OrderBody, read_body
from blueprints.edge import Call, Edge, register, register_with_client
from blueprints.order_view import event_document, links_of, order_document
from blueprints.pages import cursor_of, limit_of, page
from blueprints.problems import Problem
from blueprints.workflow_client import DurableClient, WorkflowGone
from orchestrations.messages import FulfilOrder
from shared import logs
from shared.application.aggregates import ORDER, Loaded
from shared.domain.errors import OrderAlreadyFinal, OrderAlreadyShipped
from shared.domain.order.commands import PlaceOrder
from shared.domain.order.state import Order
from shared.domain.order.values import Address, RequestedLine
from shared.eventstore.port import StoreUnavailable
from shared.wiring import Wiring

ORDER_ID = re.compile(r"[A-Za-z0-9-]{1,64}")  # what may stand in a partition key and a route


@dataclass(frozen=True, slots=True)
class OrdersApi:
    wiring: Wiring

    async def place(self, call: Call, client: DurableClient) -> func.HttpResponse:
        """202 once the order's workflow is durable (docs/decisions/003-start-then-append.md)."""
        body = read_body(OrderBody, call.req)
        if not call.principal.may_see(body.customer_id):
            raise Problem(403, "forbidden", "Order under your own customerId.")
        command = self._command(body)
        order_id = command.order_id
        delays = self.wiring.settings.retry_delays
        given = FulfilOrder(command, delays, call.correlation_id, call.principal.id)
        await workflow_client.start(client, given)
        await self._record(command, call)
        links = links_of(order_id)
        if call.principal.is_operator:
            links |= workflow_client.operator_links(client, order_id)
        accepted = {"orderId": order_id, "status": "accepted", "links": links}
        return answer(accepted, 202, {"Location": links["self"], "Retry-After": "1"})

    async def get(self, call: Call) -> func.HttpResponse:
        """200, or 304; one storage request."""
        loaded = await self._order(call)
        return versioned(call.req, order_document(loaded.state), str(loaded.version))

    async def events(self, call: Call) -> func.HttpResponse:
        """200 with the events, oldest first."""
        limit = limit_of(call.req.params)
        after = int(cursor_of(call.req.params, "events", "[0-9]{1,9}") or 0)
        loaded = await self._order(call)
        stream = ORDER.stream(loaded.state.placed.order_id)
        found = await self.wiring.aggregates.store.read(stream, after, limit)
        last = found[-1].version if found and found[-1].version < loaded.version else None
        return answer(page([event_document(event) for event in found], "events", last))

    async def workflow(self, call: Call, client: DurableClient) -> func.HttpResponse:
        """200 with where the process stands."""
        order_id = (await self._order(call)).state.placed.order_id
        progress = await workflow_client.progress(client, order_id)
        if progress is None:
            gone = "The workflow of this order is no longer kept. Read the order's events."
            raise Problem(404, "workflow_not_found", gone, members={"orderId": order_id})
        return answer(progress)

    async def cancel(self, call: Call, client: DurableClient) -> func.HttpResponse:
        """202: the workflow was told; the order itself says what came of it."""
        body = read_body(CancelBody, call.req)
        order = (await self._order(call)).state
        order_id = order.placed.order_id
        _require_cancellable(order)
        try:
            await workflow_client.request_cancel(client, order_id, body.reason)
        except WorkflowGone as gone:
            # It ended between our look at the order and the event.
            _require_cancellable((await self._order(call)).state)
            raise OrderAlreadyFinal("its workflow has ended") from gone
        links = links_of(order_id)
        accepted = {"orderId": order_id, "status": order.status.value, "links": links}
        return answer(accepted, 202, {"Location": links["self"], "Retry-After": "1"})

    async def _record(self, command: PlaceOrder, call: Call) -> None:
        try:
            cause = call.cause("PlaceOrder")
            await self.wiring.aggregates.handle(ORDER, command.order_id, command, cause)
        except StoreUnavailable as error:
            # The workflow has the order and records it itself: the promise of the 202 stands.
            sentence = "The order's first event was left to its workflow."
            ids = {"orderId": command.order_id, "correlationId": call.correlation_id}
            logs.warning(f"{sentence} {error}", "order_recorded_later", **ids)

    async def _order(self, call: Call) -> Loaded[Order]:
        order_id = call.req.route_params["orderId"]
        if ORDER_ID.fullmatch(order_id):
            loaded = await self.wiring.aggregates.load(ORDER, order_id)
            order = loaded.state
            if order and call.principal.may_see(order.placed.customer_id):
                return Loaded(order, loaded.version)
        missing = "There is no such order. Check the id."
        raise Problem(404, "order_not_found", missing, members={"orderId": order_id})

    def _command(self, body: OrderBody) -> PlaceOrder:
        address = body.shipping_address
        return PlaceOrder(
            order_id=self.wiring.new_id(),
            customer_id=body.customer_id,
            lines=tuple(RequestedLine(line.sku, line.quantity) for line in body.lines),
            payment_method=body.payment_method,
            shipping_address=Address(**address.model_dump()),
            placed_at=self.wiring.now(),
        )


def _require_cancellable(order: Order) -> None:
    if order.is_final:
        raise OrderAlreadyFinal(f"it is {order.status}")
    if order.is_shipped:
        raise OrderAlreadyShipped


def blueprint(wiring: Wiring) -> Any:
    """The routes of orders."""
    routes, api, edge = df.Blueprint(), OrdersApi(wiring), Edge(wiring.settings, wiring.new_id)
    register_with_client(routes, "PlaceOrder", "POST orders", edge.with_client(api.place))
    register(routes, "GetOrder", "GET orders/{orderId}", edge.guarded(api.get))
    register(routes, "GetOrderEvents", "GET orders/{orderId}/events", edge.guarded(api.events))
    register_with_client(
        routes, "GetOrderWorkflow", "GET orders/{orderId}/workflow", edge.with_client(api.workflow)
    )
    register_with_client(
        routes, "RequestCancel", "POST orders/{orderId}/cancel", edge.with_client(api.cancel)
    )
    return routes
