"""Keeps a received message to this host while it is handled (reference/host-triggers.md 3.3)."""

import asyncio
import logging
from collections.abc import Callable
from types import TracebackType

from localhost.clock import Clock, sleep
from localhost.queues import Message, Queues
from localhost.wire import Refused

log = logging.getLogger(__name__)

TAKEN = 60.0
"""Seconds for which a received message is nobody else's at first. A process that is killed while it
receives never learns its receipts, so nobody can give those messages back: they come by themselves.
"""
HIDDEN = 600.0
"""Seconds for which it is from its first renewal on: the real host's time."""
FIRST_RENEWAL, RENEWAL = TAKEN / 2, HIDDEN / 2
SHORTEST_RENEWAL = 15.0
"""Seconds until a renewal that got no answer is tried again, at least."""


class Lease:
    """One message that is ours; inside ``async with`` it stays so."""

    def __init__(
        self,
        queues: Queues,
        queue: str,
        message: Message,
        clock: Clock,
        renewed: Callable[[Message], None],
    ) -> None:
        """``renewed`` is told of the message with every new receipt."""
        self._queues, self._queue, self._clock = queues, queue, clock
        self._message, self._renewed = message, renewed
        self._talking = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> "Lease":
        self._task = asyncio.create_task(self._renew())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._task is not None:
            # Never in the middle of a renewal: its answer carries the receipt that now counts.
            async with self._talking:
                self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def end(self) -> None:
        """Delete the message. Raises Refused 404 when it is no longer ours."""
        await self._queues.delete(self._queue, self._message)

    async def give_back(self, after: float) -> None:
        """Let it be seen again in so many seconds. Raises Refused 404 when it is not ours."""
        self._message = await self._queues.hide(self._queue, self._message, after)

    async def _renew(self) -> None:
        interval = FIRST_RENEWAL
        while True:
            await sleep(self._clock, interval)
            async with self._talking:
                try:
                    self._message = await self._queues.hide(self._queue, self._message, HIDDEN)
                    self._renewed(self._message)
                    interval = RENEWAL
                except Refused as lost:
                    log.debug("Message %s is no longer ours: %s", self._message.id, lost)
                    return
                except ConnectionError as silent:
                    log.debug("Message %s could not be renewed: %s", self._message.id, silent)
                    interval = max(interval / 2, SHORTEST_RENEWAL)
