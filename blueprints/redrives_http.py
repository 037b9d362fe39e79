"""Re-driving many dead letters over HTTP, and looking how far that is."""

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import azure.durable_functions as df
import azure.functions as func

from blueprints import workflow_client
from blueprints.answers import answer
from blueprints.bodies import Body, read_body
from blueprints.dead_letter_desk import Desk, desk_of
from blueprints.dead_letter_view import filter_of
from blueprints.edge import Call, Edge, register_with_client
from blueprints.idempotency import once
from blueprints.problems import Problem
from blueprints.workflow_client import DurableClient
from orchestrations.activities.dead_letters import activities_of
from orchestrations.redrive_dead_letters import redrive_dead_letters
from orchestrations.redrive_messages import REDRIVE_DEAD_LETTERS, RedriveDeadLetters
from shared.idempotency.keys import Attempt
from shared.wiring import Wiring

REDRIVE_ID = "redrive-[A-Za-z0-9-]{1,64}"
INSTANT = timedelta(milliseconds=1)  # what was filed in this one is meant, too


class RedriveBody(Body):
    queue: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class RedrivesApi:
    wiring: Wiring
    desk: Desk

    async def start(self, call: Call, client: DurableClient) -> func.HttpResponse:
        """202: all letters that wait now, of a queue or a reason, are being sent again."""
        call.principal.require_operator()

        async def work(attempt: Attempt) -> func.HttpResponse:
            body = read_body(RedriveBody, call.req)
            wanted = filter_of(self.desk.origins, body.queue, body.reason)
            redrive_id = f"redrive-{attempt.subject}"
            given = RedriveDeadLetters(
                attempt.at + INSTANT, call.principal.id, wanted.queue, wanted.reason
            )
            await workflow_client.start_redrive(client, redrive_id, given)
            links = {
                "self": f"/api/dead-letters/redrives/{redrive_id}",
                **workflow_client.operator_links(client, redrive_id),
            }
            document = {"redriveId": redrive_id, "links": links}
            return answer(document, 202, {"Location": links["self"], "Retry-After": "1"})

        return await once(self.wiring.keys, call, "RedriveDeadLetters", work)

    async def get(self, call: Call, client: DurableClient) -> func.HttpResponse:
        """200 with how far a bulk re-drive is."""
        call.principal.require_operator()
        redrive_id: str = call.req.route_params["redriveId"]
        found = None
        if re.fullmatch(REDRIVE_ID, redrive_id):
            found = await workflow_client.redrive_progress(client, redrive_id)
        if found is None:
            missing = "There is no such re-drive, or it ended long ago. Check the id."
            members = {"redriveId": redrive_id}
            raise Problem(404, "redrive_not_found", missing, members=members)
        return answer({"redriveId": redrive_id, **found})


def blueprint(wiring: Wiring) -> Any:
    """The routes of bulk re-drives, the process behind them, and its activities."""
    functions, edge = df.Blueprint(), Edge(wiring.settings, wiring.new_id)
    desk = desk_of(wiring)
    api = RedrivesApi(wiring, desk)
    register_with_client(
        functions, "RedriveAll", "POST dead-letters/redrive", edge.with_client(api.start)
    )
    register_with_client(
        functions, "GetRedrive", "GET dead-letters/redrives/{redriveId}", edge.with_client(api.get)
    )
    triggered = functions.orchestration_trigger(context_name="context")(redrive_dead_letters)
    functions.function_name(REDRIVE_DEAD_LETTERS)(triggered)
    for name, run in activities_of(desk.redrives).items():
        functions.function_name(name)(functions.activity_trigger(input_name="step")(run))
    return functions
