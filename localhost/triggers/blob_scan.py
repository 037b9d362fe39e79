"""Looks through a container for blobs that are new (reference/host-triggers.md 4.1)."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from localhost.blobs import Blob, Blobs
from localhost.clock import Clock
from localhost.wakeups import Wakeups
from localhost.wire import Refused

log = logging.getLogger(__name__)

PAUSE = 2.0
"""Seconds from the end of one pass to the next."""
Found = Callable[[Blob], Awaitable[None]]


class Scan:
    """One container and how far it has been looked through."""

    def __init__(
        self, blobs: Blobs, container: str, clock: Clock, wakeups: Wakeups, found: Found
    ) -> None:
        """``found`` is told of every version of every blob, at each start of the host anew."""
        self._blobs, self.container, self._found = blobs, container, found
        self._clock, self._wakeups = clock, wakeups
        self._woken = asyncio.Event()
        self._complained = False
        self._watermark = datetime.min.replace(tzinfo=UTC)
        self._told: set[tuple[str, str]] = set()
        """Names and ETags told that are as new as the watermark: it counts whole seconds only."""

    async def live(self) -> None:
        """Look, pause, and look again, without end."""
        self._wakeups.listen(self._blobs.endpoint, self.container, self._woken.set)
        while True:
            self._woken.clear()
            try:
                await self._look()
                self._complained = False
            except (ConnectionError, Refused) as trouble:
                if not self._complained:
                    log.warning(
                        "The container '%s' cannot be read for now: %s", self.container, trouble
                    )
                self._complained = True
            until = self._clock.now() + timedelta(seconds=PAUSE)
            alarm = self._clock.call_at(until, self._woken.set)
            try:
                await self._woken.wait()
            finally:
                alarm.cancel()

    async def _look(self) -> None:
        """One pass; when it breaks off, the next one begins where this one began."""
        newest, told = self._watermark, set(self._told)
        async for blob in self._blobs.listed(self.container):
            version = blob.name, blob.etag
            if blob.modified < self._watermark or version in self._told:
                continue
            await self._found(blob)
            if blob.modified > newest:
                newest, told = blob.modified, set()
            if blob.modified == newest:
                told.add(version)
        self._watermark, self._told = newest, told
