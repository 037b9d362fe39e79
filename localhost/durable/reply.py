"""What the SDK answers for one episode: every action since the start, and how it ended."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import Any

from localhost.durable.history import moment

OUT_OF_PROC_LABEL = "$OutOfProcData$:"
"""Separates an orchestrator's error text from the reply that rides along (host-durable 3.3)."""


class ActionType(IntEnum):
    """The SDK's numbers for what an orchestrator asks (reference/host-durable.md 3.2)."""

    CallActivity = 0
    CallActivityWithRetry = 1
    CallSubOrchestrator = 2
    CallSubOrchestratorWithRetry = 3
    ContinueAsNew = 4
    CreateTimer = 5
    WaitForExternalEvent = 6
    CallEntity = 7
    CallHttp = 8
    SignalEntity = 9
    ScheduledSignalEntity = 10
    WhenAny = 11
    WhenAll = 12


@dataclass(frozen=True, slots=True)
class Action:
    """One thing the orchestrator asked for."""

    kind: ActionType
    name: str = ""
    """Function or external event."""
    body: str | None = None
    """Input as JSON text."""
    fire_at: datetime | None = None
    cancelled: bool = False
    retry_interval_ms: int = 0
    max_attempts: int = 1
    child_id: str | None = None
    parts: tuple["Action", ...] = ()
    """What a WhenAll or WhenAny is made of."""


@dataclass(frozen=True, slots=True)
class Reply:
    """The SDK's whole answer. ``error`` is the sentence the instance fails with, or None."""

    actions: tuple[Action, ...]
    is_done: bool = False
    output: str | None = None
    """JSON text, None when the orchestrator returned nothing."""
    error: str | None = None
    custom_status: str | None = None
    """JSON text; None when this episode set none, which clears it (host-durable 3.1)."""
    broken: bool = False
    """The handle itself raised, so ``error`` is final text and there are no actions."""


def compact(value: Any) -> str:
    """Return JSON text as the host stores it: no blanks, not escaped, NaN as a word."""
    try:
        return json.dumps(value, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    except ValueError:
        return json.dumps(_without_nan(value), separators=(",", ":"), ensure_ascii=False)


def _without_nan(value: Any) -> Any:
    match value:
        case float() if value != value or value in (float("inf"), float("-inf")):  # noqa: PLR0124 - the NaN test
            return {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}[str(value)]
        case dict():
            return {key: _without_nan(item) for key, item in value.items()}
        case list():
            return [_without_nan(item) for item in value]
        case _:
            return value


def parse_reply(text: str) -> Reply:
    """Read the JSON an orchestrator's handle returns.

    Raises:
        ValueError: the text is not a reply of schema V2 or V3.
    """
    document = json.loads(text)
    actions = document["actions"]
    if len(actions) != 1:
        raise ValueError(f"expected one list of actions in the orchestrator's reply, got {actions}")
    output, status = document.get("output"), document.get("customStatus")
    return Reply(
        actions=_actions(actions[0]),
        is_done=bool(document["isDone"]),
        output=None if output is None else compact(output),
        error=document.get("error") or None,
        custom_status=None if status is None else compact(status),
    )


def reply_of_failure(name: str, error: BaseException, trace: str) -> Reply:
    """Read what a raising handle tells: the SDK packs its reply into the exception's text."""
    text = str(error)
    _, label, packed = text.partition(OUT_OF_PROC_LABEL)
    if label:
        return parse_reply(packed)
    return Reply(
        actions=(),
        broken=True,
        error=(
            f"Orchestrator function '{name}' failed: One or more errors occurred. "
            f"(Result: Failure\nException: {type(error).__name__}: {text}\nStack: {trace})"
        ),
    )


def _actions(documents: Sequence[Mapping[str, Any]]) -> tuple[Action, ...]:
    return tuple(_action(document) for document in documents)


def _action(document: Mapping[str, Any]) -> Action:
    retry = document.get("retryOptions") or {}
    fire_at = document.get("fireAt")
    return Action(
        kind=ActionType(document["actionType"]),
        name=document.get("functionName") or document.get("externalEventName") or "",
        body=document.get("input"),
        fire_at=None if fire_at is None else moment(fire_at),
        cancelled=bool(document.get("isCanceled")),
        retry_interval_ms=retry.get("firstRetryIntervalInMilliseconds", 0),
        max_attempts=retry.get("maxNumberOfAttempts", 1),
        child_id=document.get("instanceId"),
        parts=_actions(document.get("compoundActions") or ()),
    )
