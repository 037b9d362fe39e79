"""The port to whoever writes to the customer."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Letter(StrEnum):
    """The letters we send (guide, Pattern 4)."""

    CONFIRMATION = "confirmation"
    NOT_APPROVED = "not_approved"
    OUT_OF_STOCK = "out_of_stock"
    PAYMENT_FAILED = "payment_failed"
    SHIPMENT_FAILED = "shipment_failed"


@dataclass(frozen=True, slots=True)
class Message:
    customer_id: str
    order_id: str
    letter: Letter
    text: str


class Mailer(Protocol):
    """Every call carries a key: with the same key one message is sent."""

    async def send(self, key: str, message: Message) -> None:
        """Send a message.

        Raises:
            GatewayUnavailable: perhaps sent; ask again with the same key.
            KeyMissing: a call without a key.
        """
        ...
