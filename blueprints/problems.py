"""The one table from errors to problem documents (RFC 9457, design/api.md, errors)."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import azure.functions as func

from blueprints.correlation import HEADER
from shared import logs
from shared.application.aggregates import VersionPassed
from shared.application.dead_letters import CLAIM, DeadLetterClaimed
from shared.domain import errors
from shared.eventstore.port import ConcurrencyConflict, EventTooLarge, StoreUnavailable
from shared.idempotency.keys import KeyReused

RETRY_AFTER = {"Retry-After": "1"}
SERVER_FAULT = 500


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one member of a request: a JSON pointer and a sentence."""

    pointer: str
    message: str


@dataclass(slots=True, eq=False)
class Problem(Exception):
    """An answer that is not the one hoped for; handlers raise it, the edge sends it."""

    status: int
    code: str
    detail: str
    retryable: bool = False
    errors: Sequence[Fault] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    members: Mapping[str, str] = field(default_factory=dict)


class WorkflowUnavailable(Exception):
    """The workflow engine did not answer. Nothing was promised: try again in a moment."""


# Refusals that are not named here are conflicts with the present state.
STATUS: dict[type[Exception], tuple[int, str]] = {
    errors.OrderNotFound: (404, "order_not_found"),
    errors.ProductNotFound: (404, "product_not_found"),
    errors.UserNotFound: (404, "user_not_found"),
    VersionPassed: (412, "version_passed"),
    EventTooLarge: (413, "too_large"),
    KeyReused: (422, "idempotency_key_reused"),
    StoreUnavailable: (503, "storage_unavailable"),
    ConcurrencyConflict: (503, "busy"),
    WorkflowUnavailable: (503, "workflow_unavailable"),
}
UNAVAILABLE = 503


def problem_of(error: Exception) -> Problem:
    """What to tell the caller of an error; of one nobody foresaw, nothing but that it happened."""
    if isinstance(error, Problem):
        return error
    if type(error) in STATUS:
        status, code = STATUS[type(error)]
        passing = status == UNAVAILABLE
        headers = RETRY_AFTER if passing else {}
        return Problem(status, code, _public(error), retryable=passing, headers=headers)
    if isinstance(error, DeadLetterClaimed):  # a conflict that time resolves
        passes = {"Retry-After": str(int(CLAIM.total_seconds()))}
        return Problem(409, error.code, str(error), retryable=True, headers=passes)
    if isinstance(error, errors.Refusal):
        return Problem(409, error.code, str(error))
    return Problem(500, "internal", "The fault is ours. Give us the correlation id.")


def problem_response(error: Exception, req: func.HttpRequest, cid: str) -> func.HttpResponse:
    """The problem document of an error; faults of ours are logged with their cause."""
    problem = problem_of(error)
    if problem.status >= SERVER_FAULT:
        sentence = f"{req.method} was answered with {problem.status} {problem.code}."
        logs.error(sentence, "request_failed", error, correlationId=cid)
    return func.HttpResponse(
        json.dumps(_document(problem, _path(req), cid), ensure_ascii=False),
        status_code=problem.status,
        mimetype="application/problem+json",
        headers={HEADER: cid, **problem.headers},
    )


def _document(problem: Problem, path: str, cid: str) -> dict[str, Any]:
    internal = problem.status == SERVER_FAULT
    title = problem.code.replace("_", " ").capitalize()
    document: dict[str, Any] = {
        "type": f"urn:durable-orders:problem:{problem.code}",
        "title": title,
        "status": problem.status,
        "detail": problem.detail,
        "instance": path,
        "code": problem.code,
        "error": "Internal server error" if internal else title,  # the guide's own words
        "retryable": problem.retryable,
        "correlationId": cid,
        **problem.members,
    }
    if problem.errors:
        faults = [{"pointer": each.pointer, "message": each.message} for each in problem.errors]
        document["errors"] = faults
    return document


def _public(error: Exception) -> str:
    """The docstring is the message; what stands in brackets behind it is for the log."""
    return " ".join((type(error).__doc__ or "").split())


def _path(req: func.HttpRequest) -> str:
    return str(urlsplit(req.url).path)
