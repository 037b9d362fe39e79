"""An order as its customer sees it."""

from shared.domain.order.state import Order, OrderStatus
from shared.eventstore.port import Recorded
from shared.plain import Json, rfc3339, to_plain


def links_of(order_id: str) -> dict[str, str]:
    """Where a client goes from an order (design/api.md)."""
    base = f"/api/orders/{order_id}"
    return {
        "self": base,
        "events": f"{base}/events",
        "workflow": f"{base}/workflow",
        "cancel": f"{base}/cancel",
    }


def order_document(order: Order) -> Json:
    """The body of `GET /orders/{orderId}`."""
    placed = order.placed
    until = order.reserved_until
    return {
        "orderId": placed.order_id,
        "customerId": placed.customer_id,
        "status": order.status.value,
        "placedAt": rfc3339(placed.placed_at),
        "lines": to_plain(order.lines or placed.lines),
        "total": to_plain(order.total),
        "paymentMethod": placed.payment_method,
        "shippingAddress": to_plain(placed.shipping_address),
        "reservedUntil": rfc3339(until) if until else None,
        "approval": _approval(order),
        "payment": order.payment and {**to_plain(order.payment), "refunded": order.payment_undone},
        "shipment": order.shipment
        and {**to_plain(order.shipment), "cancelled": order.shipment_undone},
        "outcome": to_plain(order.outcome),
        "atStake": to_plain(order.at_stake),
        "links": links_of(placed.order_id),
    }


def ended_workflow(order: Order) -> Json | None:
    """How the workflow of a final order ended, whose history was purged; None of any other.

    The stream tells it (design/api.md, Orders), in the members of a workflow that is still kept.
    """
    if not order.is_final:
        return None
    well = order.status in (OrderStatus.COMPLETED, OrderStatus.CANCELLED)
    nothing = ("step", "attempt", "nextAttemptAt", "waitingFor", "deadline")
    return {"runtimeStatus": "Completed" if well else "Failed", **dict.fromkeys(nothing)}


def _approval(order: Order) -> Json | None:
    if order.approval_deadline is None:
        return None
    deadline = rfc3339(order.approval_deadline)
    return {"deadline": deadline, "decision": to_plain(order.approval)}


def event_document(event: Recorded) -> Json:
    """One item of `GET /orders/{orderId}/events`."""
    return {
        "version": event.version,
        "type": event.type,
        "occurredAt": rfc3339(event.occurred_at),
        "data": event.data,
        "metadata": {
            "correlationId": event.correlation_id,
            "causationId": event.causation_id,
            "actor": event.actor,
        },
    }
