"""Waiting for a store that does not answer: nothing is given up, nothing is hurried."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeVar

from localhost.clock import Clock

LONGEST_PAUSE = 30
"""Seconds between two tries."""

T = TypeVar("T")
log = logging.getLogger("localhost.durable")


async def patiently(clock: Clock, who: str, call: Callable[[], Awaitable[T]]) -> T:
    """Return what ``call`` returns, calling again after 1, 2, 4 … 30 s while the store is away."""
    seconds = 1
    while True:
        try:
            return await call()
        except ConnectionError as error:
            log.warning("%s waits %s s for the store: %s", who, seconds, error)
            await pause(clock, seconds)
            seconds = min(seconds * 2, LONGEST_PAUSE)


async def pause(clock: Clock, seconds: float) -> None:
    """Wait by the host's clock."""
    over = asyncio.Event()
    clock.call_at(clock.now() + timedelta(seconds=seconds), over.set)
    await over.wait()
