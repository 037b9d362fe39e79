"""What the host needs of a queue service; storage_queues.py is the real one.

Its twin for tests is memory_queues.py.

Refusals are wire.Refused: 404 for a queue or message that is not there, and for a pop receipt that
is no longer the message's. Silence is a wire.Unreachable.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Protocol

from localhost.wire import Refused

UNCARRIED = re.compile("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\ud800-\\udfff\\ufffe\\uffff]")
"""What XML cannot carry, and so no message (XML 1.0, production 2)."""


@dataclass(frozen=True, slots=True)
class Message:
    """One received message. ``text`` is as stored: nothing is decoded."""

    id: str
    text: str
    pop_receipt: str
    dequeue_count: int
    inserted: datetime
    expires: datetime
    next_visible: datetime


class Queues(Protocol):
    """One account's queues."""

    @property
    def endpoint(self) -> str:
        """The address of the service, which tells accounts apart."""

    async def receive(self, queue: str, count: int, visibility: float) -> list[Message]:
        """Return up to ``count`` messages and hide them for ``visibility`` seconds."""

    async def put(self, queue: str, text: str) -> None:
        """Add a message; make the queue when it is missing.

        A text with a character that no message can carry is refused with 400.
        """

    async def hide(self, queue: str, message: Message, visibility: float) -> Message:
        """Let a received message be seen again after so many seconds; return its new receipt."""

    async def delete(self, queue: str, message: Message) -> None:
        """Delete a received message."""

    async def close(self) -> None:
        """Close the connections."""


def carried(text: str) -> str:
    """Return a text that a message can carry. Raises Refused 400 for another.

    The service refuses it so. Azurite takes it, and then fails every look that finds it.
    """
    if (found := UNCARRIED.search(text)) is not None:
        at = f"the character {found[0]!a} at {found.start()}"
        raise Refused(HTTPStatus.BAD_REQUEST, "InvalidXmlNodeValue", f"no message carries {at}")
    return text
