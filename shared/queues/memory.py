"""Queues in memory: the twin that tests use."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta

from shared.queues.port import WEEK


@dataclass(frozen=True, slots=True)
class Sent:
    """A message as it was sent."""

    text: str
    life: timedelta
    delay: timedelta


class MemoryQueues:
    """`sent` holds what tests look at and take from."""

    def __init__(self) -> None:
        self.sent: defaultdict[str, list[Sent]] = defaultdict(list)

    async def send(
        self, queue: str, text: str, life: timedelta = WEEK, delay: timedelta = timedelta(0)
    ) -> None:
        self.sent[queue].append(Sent(text, life, delay))

    async def depth(self, queue: str) -> int:
        return len(self.sent[queue])
