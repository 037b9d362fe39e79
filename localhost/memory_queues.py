"""The twin of a queue service, for tests and for apps that need none."""

import dataclasses
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from http import HTTPStatus

from localhost.clock import Clock
from localhost.queues import Message, carried
from localhost.wire import Refused

LIFE = timedelta(days=7)
"""How long a message lives when its sender does not say (Storage REST, "Put Message")."""


@dataclass
class MemoryQueues:
    """Queues in this process; its clock hides and shows messages."""

    clock: Clock
    endpoint: str = "http://memory/account"
    queues: dict[str, dict[str, Message]] = field(default_factory=dict)
    """What there is, hidden or not, by queue and message id."""
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def create(self, queue: str) -> None:
        """Make an empty queue; it may exist."""
        self.queues.setdefault(queue, {})

    def texts(self, queue: str) -> list[str]:
        """Return the text of every message, hidden or not, oldest first."""
        return [message.text for message in self.queues.get(queue, {}).values()]

    async def receive(self, queue: str, count: int, visibility: float) -> list[Message]:
        now = self.clock.now()
        if queue not in self.queues:
            raise Refused(HTTPStatus.NOT_FOUND, "QueueNotFound")
        seen = (message for message in self.queues[queue].values() if message.next_visible <= now)
        return [
            self._kept(
                queue,
                dataclasses.replace(
                    message,
                    dequeue_count=message.dequeue_count + 1,
                    next_visible=now + timedelta(seconds=visibility),
                ),
            )
            for message in list(itertools.islice(seen, count))
        ]

    async def put(self, queue: str, text: str) -> None:
        now, number = self.clock.now(), f"m{next(self._numbers)}"
        self.create(queue)
        self._kept(queue, Message(number, carried(text), "", 0, now, now + LIFE, now))

    async def hide(self, queue: str, message: Message, visibility: float) -> Message:
        current = self._held(queue, message)
        until = self.clock.now() + timedelta(seconds=visibility)
        return self._kept(queue, dataclasses.replace(current, next_visible=until))

    async def delete(self, queue: str, message: Message) -> None:
        self._held(queue, message)
        del self.queues[queue][message.id]

    async def close(self) -> None:
        """Nothing to close."""

    def _kept(self, queue: str, message: Message) -> Message:
        stamped = dataclasses.replace(message, pop_receipt=f"r{next(self._numbers)}")
        self.queues[queue][message.id] = stamped
        return stamped

    def _held(self, queue: str, message: Message) -> Message:
        current = self.queues.get(queue, {}).get(message.id)
        if current is None or current.pop_receipt != message.pop_receipt:
            raise Refused(HTTPStatus.NOT_FOUND, "PopReceiptMismatch")
        return current
