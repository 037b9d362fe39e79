"""What crosses between a process and its activities: frozen, plain JSON on the wire."""

from dataclasses import dataclass
from enum import StrEnum

from shared.domain.order.commands import PlaceOrder
from shared.domain.order.values import Undo

CANCEL_REQUESTED = "CancelRequested"  # names of events are case-sensitive (host-durable.md 3.7)
FULFIL_ORDER = "FulfilOrder"


@dataclass(frozen=True, slots=True)
class FulfilOrder:
    """The policy is part of the input, so that a replay never sees another one."""

    order: PlaceOrder
    retry_delays: tuple[float, ...]
    correlation_id: str
    actor: str


@dataclass(frozen=True, slots=True)
class PlacedStep:
    """For the steps that place the order where a crash left only its workflow."""

    order: PlaceOrder
    correlation_id: str
    actor: str


@dataclass(frozen=True, slots=True)
class OrderStep:
    order_id: str
    correlation_id: str


@dataclass(frozen=True, slots=True)
class Completion:
    order_id: str
    correlation_id: str
    unsent: str | None
    refused: str | None


@dataclass(frozen=True, slots=True)
class Failing:
    placed: PlacedStep
    code: str
    detail: str
    customer_notified: bool


@dataclass(frozen=True, slots=True)
class Cancelling:
    placed: PlacedStep
    reason: str


@dataclass(frozen=True, slots=True)
class Parking:
    order_id: str
    correlation_id: str
    steps: tuple[Undo, ...]
    detail: str


class Outcome(StrEnum):
    """What an activity found out; everything but `done` is a no that the process decides on."""

    DONE = "done"
    INVALID = "invalid"
    OUT_OF_STOCK = "out_of_stock"
    DECLINED = "declined"
    REFUSED = "refused"


class FailureCode(StrEnum):
    """Why an activity could not find out."""

    GATEWAY_UNAVAILABLE = "gateway_unavailable"
    STORE_UNAVAILABLE = "store_unavailable"
    NOT_ALLOWED = "not_allowed"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Failure:
    code: FailureCode
    message: str
    retryable: bool
    details: dict[str, str]


@dataclass(frozen=True, slots=True)
class Answer:
    """Exceptions lose their type on the way (features.md 2.4, trap 2); so failures are data."""

    outcome: Outcome | None = None
    detail: str = ""
    failure: Failure | None = None
