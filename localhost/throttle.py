"""host.json's limits on requests at a time (reference/host-triggers.md 2.7)."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from localhost.http_response import Reply
from localhost.settings import HostSettings

UNLIMITED = -1
BUSY = Reply(429, (("X-FUNCTION-SCALEOUT", "1"),))


class Throttle:
    """Runs so many requests at once, keeps so many waiting, and refuses the rest."""

    def __init__(self, concurrent: int = UNLIMITED, outstanding: int = UNLIMITED) -> None:
        """Take ``maxConcurrentRequests`` and ``maxOutstandingRequests``; -1 is no limit."""
        self._slots = asyncio.Semaphore(concurrent) if concurrent > 0 else None
        self._outstanding = outstanding
        self._count = 0

    @classmethod
    def of(cls, settings: HostSettings) -> "Throttle":
        """Return the throttle that host.json asks for."""
        return cls(
            settings.value("extensions.http.maxConcurrentRequests", UNLIMITED),
            settings.value("extensions.http.maxOutstandingRequests", UNLIMITED),
        )

    async def run(self, call: Coroutine[Any, Any, Reply]) -> Reply:
        """Return the call's reply; 429 when too many run and wait already."""
        if 0 < self._outstanding <= self._count:
            call.close()
            return BUSY
        self._count += 1
        try:
            if self._slots is None:
                return await call
            async with self._slots:
                return await call
        finally:
            self._count -= 1
