"""Queues as the application sees them: it sends; the host receives and runs the functions."""

from datetime import timedelta
from typing import Protocol

LONGEST = 65_536  # bytes of a message's text in UTF-8 (Queue Storage's limit)
WEEK = timedelta(days=7)  # how long the service keeps a message that does not say


class Queues(Protocol):
    """A contract suite holds both twins to this; each raises StoreUnavailable for an outage."""

    async def send(
        self, queue: str, text: str, life: timedelta = WEEK, delay: timedelta = timedelta(0)
    ) -> None:
        """Add a message, as it is: nothing is encoded (host.json, `messageEncoding: none`).

        `life`: after it the message is gone; `delay`: before it nobody sees the message.

        Raises:
            StoreUnavailable: perhaps sent.
        """
        ...

    async def depth(self, queue: str) -> int:
        """About how many messages there are, hidden ones included; 0 without such a queue."""
        ...
