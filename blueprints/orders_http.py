"""Orders over HTTP: place, follow, cancel."""

from dataclasses import dataclass
from typing import Any

import azure.durable_functions as df
import azure.functions as func

from blueprints import workflow_client
from blueprints.answers import answer
from blueprints.bodies import CancelBody, OrderBody, read_body
from blueprints.edge import Call, Edge, register_with_client
from blueprints.idempotency import once
from blueprints.order_access import visible_order
from blueprints.order_view import ended_workflow, links_of
from blueprints.problems import Problem
from blueprints.workflow_client import DurableClient, WorkflowGone
from orchestrations.messages import FulfilOrder
from shared import logs
from shared.application.aggregates import ORDER
from shared.domain.errors import OrderAlreadyFinal, OrderAlreadyShipped, WorkflowEnded
from shared.domain.order.commands import PlaceOrder
from shared.domain.order.state import Order
from shared.domain.order.values import Address, RequestedLine
from shared.eventstore.port import StoreUnavailable
from shared.idempotency.keys import Attempt
from shared.wiring import Wiring


@dataclass(frozen=True, slots=True)
class OrdersApi:
    wiring: Wiring

    async def place(self, call: Call, client: DurableClient) -> func.HttpResponse:
        """202 once the order's workflow is durable (docs/decisions/003-start-then-append.md)."""

        async def work(attempt: Attempt) -> func.HttpResponse:
            return await self._place(call, client, attempt)

        return await once(self.wiring.keys, call, "PlaceOrder", work)

    async def _place(
        self, call: Call, client: DurableClient, attempt: Attempt
    ) -> func.HttpResponse:
        body = read_body(OrderBody, call.req)
        if not call.principal.may_see(body.customer_id):
            raise Problem(403, "forbidden", "Order under your own customerId.")
        command = _command(body, attempt)
        order_id = command.order_id
        if not await self._is_recorded(order_id, attempt):
            await self._start(command, call, client)
        links = links_of(order_id)
        if call.principal.is_operator:
            links |= workflow_client.operator_links(client, order_id)
        accepted = {"orderId": order_id, "status": "accepted", "links": links}
        return answer(accepted, 202, {"Location": links["self"], "Retry-After": "1"})

    async def _is_recorded(self, order_id: str, attempt: Attempt) -> bool:
        """Whether an earlier run came that far: a finished workflow must not start again.

        An order that is recorded has a workflow, and one that has ended is recorded (003).
        """
        if not attempt.may_be_repeated(self.wiring.now()):
            return False
        return (await self.wiring.aggregates.load(ORDER, order_id)).version > 0

    async def _start(self, command: PlaceOrder, call: Call, client: DurableClient) -> None:
        policy = workflow_client.policy_of(self.wiring.settings)
        given = FulfilOrder(command, policy, call.correlation_id, call.principal.id)
        await workflow_client.start(client, given)
        await self._record(command, call)

    async def workflow(self, call: Call, client: DurableClient) -> func.HttpResponse:
        """200 with where the process stands, or how it ended."""
        order = (await visible_order(self.wiring.aggregates, call)).state
        order_id = order.placed.order_id
        progress = await workflow_client.progress(client, order_id) or ended_workflow(order)
        if progress is None:
            gone = "The workflow of this order is no longer kept. Read the order's events."
            raise Problem(404, "workflow_not_found", gone, members={"orderId": order_id})
        return answer(progress)

    async def cancel(self, call: Call, client: DurableClient) -> func.HttpResponse:
        """202: the workflow was told; the order itself says what came of it."""
        body = read_body(CancelBody, call.req)
        order = (await visible_order(self.wiring.aggregates, call)).state
        order_id = order.placed.order_id
        _require_cancellable(order)
        try:
            await workflow_client.request_cancel(client, order_id, body.reason)
        except WorkflowGone as gone:
            # It ended between our look at the order and the event.
            _require_cancellable((await visible_order(self.wiring.aggregates, call)).state)
            raise WorkflowEnded from gone
        links = links_of(order_id)
        accepted = {"orderId": order_id, "status": order.status.value, "links": links}
        return answer(accepted, 202, {"Location": links["self"], "Retry-After": "1"})

    async def _record(self, command: PlaceOrder, call: Call) -> None:
        try:
            cause = call.cause("PlaceOrder")
            self.wiring.aggregates.presume_new(ORDER, command.order_id)
            await self.wiring.aggregates.handle(ORDER, command.order_id, command, cause)
        except StoreUnavailable as error:
            # The workflow has the order and records it itself: the promise of the 202 stands.
            sentence = "The order's first event was left to its workflow."
            ids = {"orderId": command.order_id, "correlationId": call.correlation_id}
            logs.warning(f"{sentence} {error}", "order_recorded_later", **ids)


def _command(body: OrderBody, attempt: Attempt) -> PlaceOrder:
    """The same in every attempt, so that a repeated one decides nothing."""
    return PlaceOrder(
        order_id=attempt.subject,
        customer_id=body.customer_id,
        lines=tuple(RequestedLine(line.sku, line.quantity) for line in body.lines),
        payment_method=body.payment_method,
        shipping_address=Address(**body.shipping_address.model_dump()),
        placed_at=attempt.at,
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
    register_with_client(
        routes, "GetOrderWorkflow", "GET orders/{orderId}/workflow", edge.with_client(api.workflow)
    )
    register_with_client(
        routes, "RequestCancel", "POST orders/{orderId}/cancel", edge.with_client(api.cancel)
    )
    return routes
