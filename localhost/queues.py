"""What the host needs of a queue service; storage_queues.py is the real one.

Its twin for tests is memory_queues.py.

Refusals are wire.Refused: 404 for a queue or message that is not there, and for a pop receipt that
is no longer the message's. Silence is a wire.Unreachable.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


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
        """Add a message; make the queue when it is missing."""

    async def hide(self, queue: str, message: Message, visibility: float) -> Message:
        """Let a received message be seen again after so many seconds; return its new receipt."""

    async def delete(self, queue: str, message: Message) -> None:
        """Delete a received message."""

    async def close(self) -> None:
        """Close the connections."""
