"""What crosses between a process and its activities: frozen, plain JSON on the wire."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from shared.domain.money import Money
from shared.domain.order.commands import PlaceOrder
from shared.domain.order.values import Outcome as Ending
from shared.domain.order.values import Undo

CANCEL_REQUESTED = "CancelRequested"  # names of events are case-sensitive (host-durable.md 3.7)
APPROVAL_DECIDED = "ApprovalDecided"
FULFIL_ORDER = "FulfilOrder"
COMPENSATE_ORDER = "CompensateOrder"
CONFIRM_LATE = "ConfirmLate"
PROCESS_VERSION = 1  # docs/howto/change-the-process.md says when it rises


@dataclass(frozen=True, slots=True)
class Policy:
    """Part of a process's input, so that a replay never sees another one.

    `approval_threshold`: the total, in minor units of its currency, from which an order needs an
    approval; 0 is never.
    """

    retry_delays: tuple[float, ...]
    patience_hours: float = 24
    approval_threshold: int = 0
    approval_hours: float = 72


@dataclass(frozen=True, slots=True)
class FulfilOrder:
    order: PlaceOrder
    policy: Policy
    correlation_id: str
    actor: str
    process_version: int = PROCESS_VERSION


@dataclass(frozen=True, slots=True)
class PlacedStep:
    """For the steps that place the order where a crash left only its workflow."""

    order: PlaceOrder
    correlation_id: str
    actor: str


@dataclass(frozen=True, slots=True)
class CompensateOrder:
    """What is left to undo of an order, in this order, and how it ends then."""

    placed: PlacedStep
    policy: Policy
    undos: tuple[Undo, ...]
    ending: Ending
    process_version: int = PROCESS_VERSION


@dataclass(frozen=True, slots=True)
class ConfirmLate:
    order_id: str
    correlation_id: str
    process_version: int = PROCESS_VERSION


@dataclass(frozen=True, slots=True)
class OrderStep:
    order_id: str
    correlation_id: str


@dataclass(frozen=True, slots=True)
class WaitStep:
    """For the steps that prepare a long wait."""

    order_id: str
    correlation_id: str
    until: datetime


@dataclass(frozen=True, slots=True)
class DecisionStep:
    order_id: str
    correlation_id: str
    approved: bool
    reason: str
    by: str


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
    ending: Ending


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
    GATEWAY_RESTING = "gateway_resting"
    STORE_UNAVAILABLE = "store_unavailable"
    NOT_ALLOWED = "not_allowed"
    FOREIGN_ACCOUNT = "foreign_account"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Failure:
    """`retry_at`: before that moment another attempt is of no use."""

    code: FailureCode
    message: str
    retryable: bool
    details: dict[str, str]
    retry_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """Exceptions lose their type on the way (features.md 2.4, trap 2); so failures are data."""

    outcome: Outcome | None = None
    detail: str = ""
    failure: Failure | None = None
    total: Money | None = None  # of a validated order
