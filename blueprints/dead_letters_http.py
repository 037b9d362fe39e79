"""Dead letters over HTTP: list, read, send one again, discard."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import azure.durable_functions as df
import azure.functions as func

from blueprints.answers import answer, versioned, versions_wanted
from blueprints.bodies import Body, Text, read_body
from blueprints.dead_letter_desk import Desk, desk_of
from blueprints.dead_letter_view import document, filter_of
from blueprints.edge import Call, Edge, register
from blueprints.idempotency import once
from blueprints.pages import cursor_of, limit_of, page
from blueprints.problems import Problem
from shared.application.dead_letters import DeadLetterNotFound
from shared.application.dead_letters_filing import MESSAGE_ID
from shared.idempotency.keys import Attempt
from shared.projections.newest_first import PLACE
from shared.wiring import Wiring


class DiscardBody(Body):
    reason: Text


@dataclass(frozen=True, slots=True)
class DeadLettersApi:
    wiring: Wiring
    desk: Desk

    async def page(self, call: Call) -> func.HttpResponse:
        """200 with a page of letters without their bodies, the newest first."""
        call.principal.require_operator()
        params = call.req.params
        limit, cursor = limit_of(params), cursor_of(params, "dead-letters", PLACE)
        given = (params.get(name) for name in ("queue", "reason", "status"))
        wanted = filter_of(self.desk.origins, *given)
        rows = await self.desk.letters.page(wanted, limit + 1, cursor)
        last = rows[limit - 1].place if len(rows) > limit else None
        return answer(page([row.shown for row in rows[:limit]], "dead-letters", last))

    async def get(self, call: Call) -> func.HttpResponse:
        """200 with all of a letter, or 304."""
        call.principal.require_operator()
        with _known(call) as letter_id:
            letter = await self.desk.letters.get(letter_id)
        return versioned(call.req, document(letter), str(letter.version))

    async def redrive(self, call: Call) -> func.HttpResponse:
        """202: the text is in its queue again; 409 when somebody else was faster."""
        call.principal.require_operator()

        async def work(attempt: Attempt) -> func.HttpResponse:
            with _known(call) as letter_id:
                letter = await self.desk.redrives.one(letter_id, attempt.subject, call.principal.id)
            return answer(document(letter), 202)

        route = f"RedriveDeadLetter/{call.req.route_params['id']}"
        return await once(self.wiring.keys, call, route, work)

    async def discard(self, call: Call) -> func.HttpResponse:
        """200 with the letter as it is kept; 409 when it is or was sent again."""
        call.principal.require_operator()
        body = read_body(DiscardBody, call.req)
        only_at = versions_wanted(call.req)
        with _known(call) as letter_id:
            letter = await self.desk.filing.discard(
                letter_id, call.principal.id, body.reason, only_at
            )
        return answer(document(letter), headers={"ETag": f'"{letter.version}"'})


@contextmanager
def _known(call: Call) -> Iterator[str]:
    """The id of the letter that a request names.

    Raises:
        Problem: 404, there is none.
    """
    letter_id: str = call.req.route_params["id"]
    if not MESSAGE_ID.fullmatch(letter_id):
        raise _missing(letter_id)
    try:
        yield letter_id
    except DeadLetterNotFound as error:
        raise _missing(letter_id) from error


def _missing(letter_id: str) -> Problem:
    error = DeadLetterNotFound()
    return Problem(404, error.code, str(error), members={"deadLetterId": letter_id})


def blueprint(wiring: Wiring) -> Any:
    """The routes of dead letters."""
    routes, edge = df.Blueprint(), Edge(wiring.settings, wiring.new_id)
    api = DeadLettersApi(wiring, desk_of(wiring))
    register(routes, "ListDeadLetters", "GET dead-letters", edge.guarded(api.page))
    register(routes, "GetDeadLetter", "GET dead-letters/{id}", edge.guarded(api.get))
    register(
        routes, "RedriveDeadLetter", "POST dead-letters/{id}/redrive", edge.guarded(api.redrive)
    )
    register(routes, "DiscardDeadLetter", "DELETE dead-letters/{id}", edge.guarded(api.discard))
    return routes
