"""The durable client as the edges use it: start an order's process, cancel it, ask where it is."""

from typing import Any, Protocol

from blueprints.problems import WorkflowUnavailable
from orchestrations.cleanup_messages import CLEAN_UP, CleanUp, cleanup_of
from orchestrations.messages import (
    APPROVAL_DECIDED,
    CANCEL_REQUESTED,
    COMPENSATE_ORDER,
    FULFIL_ORDER,
    CompensateOrder,
    FulfilOrder,
    Policy,
)
from orchestrations.redrive_messages import REDRIVE_DEAD_LETTERS, RedriveDeadLetters
from orchestrations.weekly_report_messages import (
    MAKE_WEEKLY_REPORT,
    MakeWeeklyReport,
    instance_of,
)
from shared.plain import Json, to_plain
from shared.settings import Settings

OPERATOR_LINKS = (
    "statusQueryGetUri",
    "sendEventPostUri",
    "terminatePostUri",
    "purgeHistoryDeleteUri",
)


FAILED = ("Failed", "Terminated", "Canceled")
ENDED = ("Completed", *FAILED)


class DurableClient(Protocol):
    """The part of the SDK's client that we use (host-durable.md 6.2)."""

    async def start_new(self, name: str, instance_id: str, client_input: Any) -> str: ...

    async def raise_event(self, instance_id: str, event_name: str, event_data: Any) -> None: ...

    async def get_status(self, instance_id: str) -> Any: ...

    def create_http_management_payload(self, instance_id: str) -> dict[str, str]: ...


class WorkflowGone(Exception):
    """The order's workflow has ended, or was purged, so it hears nothing more."""


def policy_of(settings: Settings) -> Policy:
    """The policy a process is started with and keeps, whatever is configured later."""
    return Policy(
        settings.retry_delays,
        settings.gateway_patience_hours,
        settings.approval_threshold,
        settings.approval_hours,
    )


async def start(client: DurableClient, given: FulfilOrder) -> None:
    """Start the process of an order; its id is the order's, so one that runs already will do.

    Raises:
        WorkflowUnavailable: the engine did not take it.
    """
    await _start(client, FULFIL_ORDER, given.order.order_id, given)


async def start_compensation(client: DurableClient, number: int, given: CompensateOrder) -> None:
    """Start the process that undoes the rest of an order, unless it runs.

    `number`: how often the order was parked: two requests at once name the same instance.

    Raises:
        WorkflowUnavailable: the engine did not take it.
    """
    instance_id = f"{given.placed.order.order_id}:compensation:{number}"
    if not await is_running(client, instance_id):
        await _start(client, COMPENSATE_ORDER, instance_id, given)


async def start_redrive(client: DurableClient, redrive_id: str, given: RedriveDeadLetters) -> None:
    """Start a bulk re-drive, unless an earlier attempt with the same id was heard.

    Raises:
        WorkflowUnavailable: the engine did not take it.
    """
    await _start(client, REDRIVE_DEAD_LETTERS, redrive_id, given)


async def start_report(client: DurableClient, week: str, settings: Settings) -> None:
    """Start the process of a week's report; one that runs already will do.

    Raises:
        WorkflowUnavailable: the engine did not take it.
    """
    given = MakeWeeklyReport(week, settings.retry_delays)
    await _start(client, MAKE_WEEKLY_REPORT, instance_of(week), given)


async def start_cleanup(client: DurableClient, given: CleanUp) -> bool:
    """Start a day's cleanup, again if it failed; whether there was one to be started.

    Raises:
        WorkflowUnavailable: the engine did not take it.
    """
    instance_id = cleanup_of(given.day)
    known = await progress(client, instance_id)
    if known is not None and known["runtimeStatus"] not in FAILED:
        return False
    await _start(client, CLEAN_UP, instance_id, given)
    return True


async def is_running(client: DurableClient, instance_id: str) -> bool:
    """Whether an instance is there and has not ended.

    Raises:
        WorkflowUnavailable: the engine did not answer.
    """
    found = await progress(client, instance_id)
    return found is not None and found["runtimeStatus"] not in ENDED


async def _start(client: DurableClient, name: str, instance_id: str, given: Any) -> None:
    try:
        await client.start_new(name, instance_id, to_plain(given))
    except Exception as error:
        # The SDK raises plain Exception for every refusal, and aiohttp's errors for no answer.
        if "already exists" in str(error):
            return  # an earlier attempt with the same idempotency key was heard
        raise WorkflowUnavailable(str(error)) from error


async def request_cancel(client: DurableClient, order_id: str, reason: str) -> None:
    """Ask the process of an order to stop.

    Raises:
        WorkflowGone: it cannot hear us any more.
        WorkflowUnavailable: the engine did not answer.
    """
    await _tell(client, order_id, CANCEL_REQUESTED, {"reason": reason})


async def decide_approval(client: DurableClient, order_id: str, decision: Json) -> None:
    """Tell the process of an order what was decided on it.

    Raises:
        WorkflowGone: it cannot hear us any more.
        WorkflowUnavailable: the engine did not answer.
    """
    await _tell(client, order_id, APPROVAL_DECIDED, decision)


async def _tell(client: DurableClient, order_id: str, event: str, payload: Json) -> None:
    try:
        await client.raise_event(order_id, event, payload)
    except Exception as error:
        # Only the text tells 404 and 410 from the rest (host-durable.md 6.2).
        if "is gone" in str(error) or "No instance" in str(error):
            raise WorkflowGone from error
        raise WorkflowUnavailable(str(error)) from error


async def redrive_progress(client: DurableClient, redrive_id: str) -> Json | None:
    """How far a bulk re-drive is; None when the engine knows none with this id.

    Raises:
        WorkflowUnavailable: the engine did not answer.
    """
    try:
        status = await client.get_status(redrive_id)
    except Exception as error:
        raise WorkflowUnavailable(str(error)) from error
    if not status:
        return None
    counts = status.custom_status if isinstance(status.custom_status, dict) else {}
    return {"runtimeStatus": status.runtime_status.name, **counts}


async def progress(client: DurableClient, order_id: str) -> Json | None:
    """Where the process of an order stands, without any key; None when the engine forgot it.

    Raises:
        WorkflowUnavailable: the engine did not answer.
    """
    try:
        status = await client.get_status(order_id)
    except Exception as error:
        raise WorkflowUnavailable(str(error)) from error
    if not status:
        return None
    custom = status.custom_status if isinstance(status.custom_status, dict) else {}
    next_attempt = custom.get("nextAttemptAt")
    return {
        "runtimeStatus": status.runtime_status.name,
        "step": custom.get("step"),
        "attempt": custom.get("attempt"),
        "nextAttemptAt": next_attempt,
        "waitingFor": custom.get("waitingFor") or ("nextAttempt" if next_attempt else None),
        "deadline": custom.get("deadline"),
    }


def operator_links(client: DurableClient, order_id: str) -> dict[str, str]:
    """The engine's own addresses; each carries a system key, so they are for operators only."""
    payload = client.create_http_management_payload(order_id)
    return {name: payload[name] for name in OPERATOR_LINKS}
