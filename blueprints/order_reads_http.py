"""Orders over HTTP, looked at: as they stand, as they were, and what happened to them."""

from dataclasses import dataclass
from typing import Any

import azure.durable_functions as df
import azure.functions as func

from blueprints.answers import answer, versioned
from blueprints.edge import Call, Edge, register
from blueprints.order_access import visible_order
from blueprints.order_view import event_document, order_document
from blueprints.pages import cursor_of, limit_of, page
from blueprints.past import never_was, past_of, past_state
from shared.application.aggregates import ORDER
from shared.wiring import Wiring


@dataclass(frozen=True, slots=True)
class OrderReadsApi:
    wiring: Wiring

    async def get(self, call: Call) -> func.HttpResponse:
        """200, or 304; one storage request for the present, two for the past."""
        past = past_of(call.req.params)
        present = await visible_order(self.wiring.aggregates, call)
        if past is None:
            return versioned(call.req, order_document(present.state), str(present.version))
        order_id = present.state.placed.order_id
        then = await past_state(self.wiring.aggregates, ORDER, order_id, past)
        if then.state is None:
            raise never_was(ORDER.category, order_id)
        return versioned(call.req, order_document(then.state), str(then.version))

    async def events(self, call: Call) -> func.HttpResponse:
        """200 with the events, oldest first."""
        limit = limit_of(call.req.params)
        after = int(cursor_of(call.req.params, "events", "[0-9]{1,9}") or 0)
        loaded = await visible_order(self.wiring.aggregates, call)
        stream = ORDER.stream(loaded.state.placed.order_id)
        found = await self.wiring.aggregates.store.read(stream, after, limit)
        last = found[-1].version if found and found[-1].version < loaded.version else None
        return answer(page([event_document(event) for event in found], "events", last))


def blueprint(wiring: Wiring) -> Any:
    """The routes that read one order."""
    routes, api, edge = df.Blueprint(), OrderReadsApi(wiring), Edge(wiring.settings, wiring.new_id)
    register(routes, "GetOrder", "GET orders/{orderId}", edge.guarded(api.get))
    register(routes, "GetOrderEvents", "GET orders/{orderId}/events", edge.guarded(api.events))
    return routes
