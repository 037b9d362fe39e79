"""Runs activities, a limited number at once, and tells how each ended."""

import asyncio

from localhost.clock import Clock
from localhost.durable import history
from localhost.durable.functions import ActivityFailed, Functions
from localhost.durable.history import Event
from localhost.tracing import Trace

MAX_RESULT = 2_000_000
"""Characters of an activity's result; the real host spills larger ones to blobs."""


class Activities:
    """The activities of one engine."""

    def __init__(self, functions: Functions, clock: Clock, at_once: int) -> None:
        self._functions, self._clock = functions, clock
        self._slots = asyncio.Semaphore(at_once)
        self.stopping = False
        """Whether the host ends: then none is begun, and none that is cancelled has failed."""

    async def run(self, scheduled: Event, body: str | None, trace: Trace | None) -> Event | None:
        """Return the event that an activity ended, well or not; None when the host ends first.

        The history still asks for it then, and the next start runs it.
        """
        name, task_id = scheduled["Name"], scheduled["EventId"]
        async with self._slots:
            if self.stopping:
                return None
            try:
                result = await self._functions.run_activity(name, body, trace)
                if result is not None and len(result) > MAX_RESULT:
                    raise _too_large(name, len(result))
                return history.task_completed(self._clock.now(), task_id, result)
            except ActivityFailed as error:
                return history.task_failed(self._clock.now(), task_id, error.reason, error.details)
            except asyncio.CancelledError:
                if self.stopping:
                    raise
                reason = f"Activity function '{name}' failed:  CancelledError: "
                return history.task_failed(self._clock.now(), task_id, reason, None)


def _too_large(name: str, size: int) -> ActivityFailed:
    return ActivityFailed(
        f"Activity function '{name}' failed:  ValueError: its result has {size} characters, the "
        f"embedded host keeps up to {MAX_RESULT}; store it and return where it is.",
        "null",
    )
