"""Routes that create something do it once a key (design/api.md, idempotency)."""

import hashlib
import re
from collections.abc import Awaitable, Callable

import azure.functions as func

from blueprints.bodies import invalid
from blueprints.edge import Call
from blueprints.identity import Principal
from blueprints.problems import SERVER_FAULT, Fault, problem_of, problem_response
from shared import logs
from shared.eventstore.port import StoreUnavailable
from shared.idempotency.keys import Answer, Attempt, Claim, IdempotencyKeys

HEADER = "idempotency-key"
REPLAYED = "Idempotency-Replayed"
VISIBLE_ASCII = re.compile(r"[\x21-\x7e]{1,255}")
PASSING = {408, 425, 429}  # told to come again, so the next answer may be another

Work = Callable[[Attempt], Awaitable[func.HttpResponse]]


async def once(keys: IdempotencyKeys, call: Call, route: str, work: Work) -> func.HttpResponse:
    """Do the work of a request, or give the answer that its key has already got.

    `route`: what the key belongs to besides the caller. The fingerprint is taken of the body's
    exact bytes: a client that tries again sends what it sent before (docs/decisions/006).

    Raises:
        Problem: 400, the key is none. And whatever the work raises that is worth another try.
        KeyReused: the key came with another body before.
        StoreUnavailable: the storage did not answer; nothing was begun.
    """
    key = call.req.headers.get(HEADER)
    if key is None:
        return await work(keys.attempt())
    if not VISIBLE_ASCII.fullmatch(key):
        raise invalid([Fault("/Idempotency-Key", "a key is 1 to 255 visible ASCII characters")])
    fingerprint = hashlib.sha256(call.req.get_body()).hexdigest()
    claim = await keys.claim(_cell_key(route, call.principal, key), fingerprint)
    if claim.entry.answer:
        return _response(claim.entry.answer, replayed=True)
    response = await _attempted(call, work, claim.attempt)
    return await _kept(keys, call, claim, response)


async def _attempted(call: Call, work: Work, attempt: Attempt) -> func.HttpResponse:
    """The answer of the work, a lasting refusal included."""
    try:
        return await work(attempt)
    except Exception as error:
        problem = problem_of(error)
        if problem.status >= SERVER_FAULT or problem.status in PASSING or problem.retryable:
            raise
        return problem_response(error, call.req, call.correlation_id)


async def _kept(
    keys: IdempotencyKeys, call: Call, claim: Claim, response: func.HttpResponse
) -> func.HttpResponse:
    body = response.get_body().decode()
    answer = Answer(response.status_code, response.mimetype, dict(response.headers), body)
    try:
        kept = await keys.keep(claim, answer)
    except StoreUnavailable as error:
        # The work is done and may be done again: only the bytes of the next answer are open.
        sentence = f"An answer was sent but not kept for its idempotency key. {error}"
        logs.warning(sentence, "answer_not_kept", correlationId=call.correlation_id)
        kept = answer
    return _response(kept, replayed=kept != answer)


def _response(answer: Answer, *, replayed: bool) -> func.HttpResponse:
    headers = {**answer.headers, REPLAYED: "true"} if replayed else answer.headers
    return func.HttpResponse(
        answer.body, status_code=answer.status, mimetype=answer.mimetype, headers=headers
    )


def _cell_key(route: str, principal: Principal, key: str) -> str:
    # Hashed: a key may hold anything visible, and somebody else's cannot be guessed from a row.
    # The role belongs to it, for what an operator was answered may hold keys of the engine.
    caller = f"{'operator' if principal.is_operator else 'customer'}\n{principal.id}"
    return hashlib.sha256("\n".join((route, caller, key)).encode()).hexdigest()
