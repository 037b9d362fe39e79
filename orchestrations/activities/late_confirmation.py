"""Starts the process of a late confirmation: apart, so that the order's own can end."""

from typing import Any, Protocol

from orchestrations.activities.border import DONE
from orchestrations.messages import CONFIRM_LATE, Answer, ConfirmLate, OrderStep
from shared.plain import to_plain


class Starter(Protocol):
    """The part of the durable client that starts processes (host-durable.md 6.2)."""

    async def start_new(self, name: str, instance_id: str, client_input: Any) -> str: ...

    async def get_status(self, instance_id: str) -> Any: ...


async def start_late_confirmation(starter: Starter, step: OrderStep) -> Answer:
    """Start it unless it was started before; its id is the order's, so there is one an order."""
    instance_id = f"{step.order_id}:confirmation"
    if not await starter.get_status(instance_id):
        given = ConfirmLate(step.order_id, step.correlation_id)
        await starter.start_new(CONFIRM_LATE, instance_id, to_plain(given))
    return DONE
