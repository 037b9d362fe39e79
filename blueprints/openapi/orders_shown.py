"""Orders as answers show them."""

from typing import Any, get_args

from blueprints.openapi.pages_shown import page_of
from blueprints.order_view import links_of
from blueprints.workflow_client import OPERATOR_LINKS
from shared.domain.money import Money
from shared.domain.order.events import (
    ApprovalDecided,
    OrderEvent,
    PaymentCaptured,
    ShipmentCreated,
)
from shared.domain.order.state import OrderStatus
from shared.domain.order.values import Address, Outcome, PricedLine, RequestedLine, Stake
from shared.openapi.schema import (
    MOMENT,
    TEXT,
    Schema,
    array,
    choice,
    nullable,
    record,
    record_of,
    reference,
    said,
)

NAMED = {
    Money: "Money",
    Address: "Address",
    PricedLine: "PricedLine",
    RequestedLine: "RequestedLine",
    Outcome: "Outcome",
    Stake: "Stake",
}
FLAG: Schema = {"type": "boolean"}
STATUS = said(choice(OrderStatus), "docs/states.md says what may follow what")
LINKS = record(dict.fromkeys((*links_of(""), *OPERATOR_LINKS), TEXT), *OPERATOR_LINKS)


def _also(kind: Any, **members: Schema) -> Schema:
    """A dataclass and something besides."""
    return record({**record_of(kind, NAMED)["properties"], **members})


LISTED: dict[str, Schema] = {
    "orderId": TEXT,
    "customerId": TEXT,
    "status": STATUS,
    "placedAt": MOMENT,
    "total": said(nullable(reference("Money")), "Once there are prices"),
}
ORDER: dict[str, Schema] = {
    **LISTED,
    "lines": said(
        {"anyOf": [array(reference("PricedLine")), array(reference("RequestedLine"))]},
        "With prices from `validated` on",
    ),
    "paymentMethod": TEXT,
    "shippingAddress": reference("Address"),
    "reservedUntil": nullable(MOMENT),
    "approval": nullable(
        record({"deadline": MOMENT, "decision": nullable(record_of(ApprovalDecided, NAMED))})
    ),
    "payment": nullable(_also(PaymentCaptured, refunded=FLAG)),
    "shipment": nullable(_also(ShipmentCreated, cancelled=FLAG)),
    "outcome": said(nullable(reference("Outcome")), "How it ended, once it has"),
    "atStake": said(array(reference("Stake")), "What a person has to look after"),
    "links": reference("Links"),
}
EVENT: dict[str, Schema] = {
    "version": {"type": "integer", "minimum": 1},
    "type": {"type": "string", "enum": [each.__name__ for each in get_args(OrderEvent)]},
    "occurredAt": MOMENT,
    "data": said({"type": "object"}, "What the event says, by its type"),
    "metadata": record({"correlationId": TEXT, "causationId": TEXT, "actor": TEXT}),
}
WORKFLOW: dict[str, Schema] = {
    "runtimeStatus": said(TEXT, "As Durable Functions call it, such as `Running`"),
    "step": said(nullable(TEXT), "The activity in work"),
    "attempt": nullable({"type": "integer"}),
    "nextAttemptAt": nullable(MOMENT),
    "waitingFor": said(nullable(TEXT), "Such as `approval` or `nextAttempt`"),
    "deadline": nullable(MOMENT),
}
SCHEMAS: dict[str, Schema] = {
    **{name: record_of(kind, NAMED) for kind, name in NAMED.items()},
    "Money": said(record_of(Money, NAMED), "Whole minor units (cents), and an ISO 4217 code"),
    "Links": said(LINKS, "Where to go from here; the last four carry a key: operators only"),
    "OrderAccepted": record({"orderId": TEXT, "status": STATUS, "links": reference("Links")}),
    "Order": record(ORDER),
    "OrderListed": record({**LISTED, "outcome": nullable(record({"code": TEXT}))}),
    "OrderPage": page_of("OrderListed"),
    "OrderEvent": record(EVENT),
    "OrderEventPage": page_of("OrderEvent"),
    "Workflow": record(WORKFLOW),
}
