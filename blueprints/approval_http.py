"""The decision on an order that waits for one, over HTTP."""

from dataclasses import dataclass
from typing import Any

import azure.durable_functions as df
import azure.functions as func

from blueprints import workflow_client
from blueprints.answers import answer
from blueprints.bodies import ApprovalBody, read_body
from blueprints.edge import Call, Edge, register_with_client
from blueprints.order_access import visible_order
from blueprints.order_view import links_of
from blueprints.workflow_client import DurableClient, WorkflowGone
from shared.domain.errors import ApprovalNotPending
from shared.wiring import Wiring


@dataclass(frozen=True, slots=True)
class ApprovalApi:
    wiring: Wiring

    async def decide(self, call: Call, client: DurableClient) -> func.HttpResponse:
        """202: the workflow was told; the order itself says what came of it."""
        call.principal.require_operator()
        body = read_body(ApprovalBody, call.req)
        order = (await visible_order(self.wiring.aggregates, call)).state
        if not order.awaits_approval(self.wiring.now()):
            raise ApprovalNotPending(f"it is {order.status}")
        order_id = order.placed.order_id
        decision = {"approved": body.approved, "reason": body.reason, "by": call.principal.id}
        try:
            await workflow_client.decide_approval(client, order_id, decision)
        except WorkflowGone as gone:
            raise ApprovalNotPending("its workflow has ended") from gone
        links = links_of(order_id)
        accepted = {"orderId": order_id, "status": order.status.value, "links": links}
        return answer(accepted, 202, {"Location": links["self"], "Retry-After": "1"})


def blueprint(wiring: Wiring) -> Any:
    """The route of approvals."""
    routes, api, edge = df.Blueprint(), ApprovalApi(wiring), Edge(wiring.settings, wiring.new_id)
    register_with_client(
        routes, "DecideApproval", "POST orders/{orderId}/approval", edge.with_client(api.decide)
    )
    return routes
