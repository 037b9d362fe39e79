"""The durable client as the edges use it: start an order's process, cancel it, ask where it is."""

from typing import Any, Protocol

from blueprints.problems import WorkflowUnavailable
from orchestrations.messages import CANCEL_REQUESTED, FULFIL_ORDER, FulfilOrder
from shared.plain import Json, to_plain

OPERATOR_LINKS = (
    "statusQueryGetUri",
    "sendEventPostUri",
    "terminatePostUri",
    "purgeHistoryDeleteUri",
)


class DurableClient(Protocol):
    """The part of the SDK's client that we use (host-durable.md 6.2)."""

    async def start_new(self, name: str, instance_id: str, client_input: Any) -> str: ...

    async def raise_event(self, instance_id: str, event_name: str, event_data: Any) -> None: ...

    async def get_status(self, instance_id: str) -> Any: ...

    def create_http_management_payload(self, instance_id: str) -> dict[str, str]: ...


class WorkflowGone(Exception):
    """The order's workflow has ended, or was purged, so it hears nothing more."""


async def start(client: DurableClient, given: FulfilOrder) -> None:
    """Start the process of an order; its id is the order's.

    Raises:
        WorkflowUnavailable: the engine did not take it.
    """
    try:
        await client.start_new(FULFIL_ORDER, given.order.order_id, to_plain(given))
    except Exception as error:
        # The SDK raises plain Exception for every refusal, and aiohttp's errors for no answer.
        raise WorkflowUnavailable(str(error)) from error


async def request_cancel(client: DurableClient, order_id: str, reason: str) -> None:
    """Ask the process of an order to stop.

    Raises:
        WorkflowGone: it cannot hear us any more.
        WorkflowUnavailable: the engine did not answer.
    """
    try:
        await client.raise_event(order_id, CANCEL_REQUESTED, {"reason": reason})
    except Exception as error:
        # Only the text tells 404 and 410 from the rest (host-durable.md 6.2).
        if "is gone" in str(error) or "No instance" in str(error):
            raise WorkflowGone from error
        raise WorkflowUnavailable(str(error)) from error


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
        "waitingFor": "nextAttempt" if next_attempt else None,
        "deadline": None,  # a retry has none; steps that wait for people will have one
    }


def operator_links(client: DurableClient, order_id: str) -> dict[str, str]:
    """The engine's own addresses; each carries a system key, so they are for operators only."""
    payload = client.create_http_management_payload(order_id)
    return {name: payload[name] for name in OPERATOR_LINKS}
