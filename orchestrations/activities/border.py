"""The border of an activity: plain JSON in and out, and failures that are told as data."""

import typing
from collections.abc import Awaitable, Callable
from typing import Any

from orchestrations.messages import Answer, Failure, FailureCode, Outcome
from shared import logs
from shared.application.aggregates import Cause
from shared.domain.errors import Refusal
from shared.eventstore.port import ConcurrencyConflict, StoreUnavailable
from shared.gateways.errors import GatewayResting, GatewayUnavailable
from shared.plain import Json, from_plain, to_plain

DONE = Answer(Outcome.DONE)
# Annotated Any: the worker reads annotations, and takes any for an activity (host-triggers 1.4).
PlainActivity: typing.TypeAlias = Callable[[Any], Awaitable[Any]]


def activity(name: str, method: Callable[[Any], Awaitable[Answer]]) -> PlainActivity:
    """An activity for the host, made of a method that takes one frozen dataclass.

    Failures worth another try come back as data; what nobody foresaw is logged and raised, which
    the process counts as broken (design/workflow.md, Failures cross the activity border as data).
    """
    kind = typing.get_type_hints(method)["step"]

    async def run(step: Any) -> Any:
        try:
            answer = await method(from_plain(kind, step))
        except (GatewayUnavailable, StoreUnavailable, ConcurrencyConflict, Refusal) as error:
            answer = Answer(failure=_failure(error))
        except Exception as error:
            logs.error(f"{name} broke.", "activity_broke", error, activity=name, **_ids(step))
            raise
        _log(name, answer, _ids(step))
        return to_plain(answer)

    run.__name__ = name
    return run


def cause_of(step: Any, activity_name: str) -> Cause:
    """Why an activity records something."""
    return Cause(step.correlation_id, f"FulfilOrder/{activity_name}", "workflow")


def _failure(error: Exception) -> Failure:
    """The message may end up in the order, where customers read it; the details never do."""
    details = {"error": repr(error), "cause": repr(error.__cause__)}
    match error:
        case GatewayResting(until=until):
            return Failure(FailureCode.GATEWAY_RESTING, str(error), True, details, until)
        case GatewayUnavailable():
            return Failure(FailureCode.GATEWAY_UNAVAILABLE, str(error), True, details)
        case StoreUnavailable() | ConcurrencyConflict():
            message = "The storage did not answer, or was too busy."
            return Failure(FailureCode.STORE_UNAVAILABLE, message, True, details)
        case _:
            return Failure(FailureCode.NOT_ALLOWED, str(error), False, details)


def _log(name: str, answer: Answer, ids: Json) -> None:
    if answer.failure is None:
        outcome = answer.outcome or Outcome.DONE
        logs.info(f"{name}: {outcome}.", "activity_ended", activity=name, outcome=outcome, **ids)
        return
    known = {"activity": name, "code": answer.failure.code, **answer.failure.details, **ids}
    logs.warning(f"{name} failed: {answer.failure.message}", "activity_failed", **known)


def _ids(step: Any) -> Json:
    """The ids in a step's plain form, wherever it carries them."""
    if not isinstance(step, dict):
        return {}
    inner = step.get("placed", step)
    order_id = inner.get("orderId") or inner.get("order", {}).get("orderId")
    return {"orderId": order_id, "correlationId": inner.get("correlationId")}
