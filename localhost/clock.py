"""Time as the host sees it: the machine's clock, or one that a test moves by hand."""

import asyncio
import heapq
import itertools
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol

LONGEST_NAP = 60.0
"""Seconds. A long wait is taken in naps: the event loop's own timer overflows on far dates, and it
does not see that the machine slept or that its clock was set.
"""


class Alarm(Protocol):
    """A pending call that can be called off."""

    def cancel(self) -> None:
        """Call it off; nothing happens when it already rang."""


class Clock(Protocol):
    """Where the host gets the time and its alarms from."""

    def now(self) -> datetime:
        """Return the current moment, aware, in UTC."""

    def call_at(self, when: datetime, action: Callable[[], None]) -> Alarm:
        """Call ``action`` once ``when`` has come, from the event loop; at once if it is past."""


async def sleep(clock: Clock, seconds: float) -> None:
    """Return once so many seconds have passed on ``clock``; at once for none."""
    rung = asyncio.Event()
    alarm = clock.call_at(clock.now() + timedelta(seconds=seconds), rung.set)
    try:
        await rung.wait()
    finally:
        alarm.cancel()


class _Nap:
    def __init__(self, clock: Clock, when: datetime, action: Callable[[], None]) -> None:
        self._clock, self._when, self._action = clock, when, action
        self._sleep()

    def _sleep(self) -> None:
        left = (self._when - self._clock.now()).total_seconds()
        loop = asyncio.get_running_loop()
        if left > LONGEST_NAP:
            self._handle = loop.call_later(LONGEST_NAP, self._sleep)
        else:
            self._handle = loop.call_later(max(left, 0.0), self._action)

    def cancel(self) -> None:
        self._handle.cancel()


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def call_at(self, when: datetime, action: Callable[[], None]) -> Alarm:
        return _Nap(self, when, action)


class _Ring:
    def __init__(self, action: Callable[[], None]) -> None:
        self.action: Callable[[], None] | None = action

    def cancel(self) -> None:
        self.action = None


class ManualClock:
    """A clock that stands still until a test moves it: thirty days pass in a moment."""

    def __init__(self, start: datetime = datetime(2026, 1, 1, tzinfo=UTC)) -> None:
        self._now = start
        self._order = itertools.count()
        self._alarms: list[tuple[datetime, int, _Ring]] = []

    def now(self) -> datetime:
        return self._now

    def call_at(self, when: datetime, action: Callable[[], None]) -> Alarm:
        ring = _Ring(action)
        if when <= self._now:
            asyncio.get_running_loop().call_soon(self._ring, ring)
        else:
            heapq.heappush(self._alarms, (when, next(self._order), ring))
        return ring

    def advance(self, seconds: float) -> None:
        """Move on by ``seconds``; what falls due on the way rings in order, each at its moment."""
        end = self._now + timedelta(seconds=seconds)
        while self._alarms and self._alarms[0][0] <= end:
            self._now, _, ring = heapq.heappop(self._alarms)
            self._ring(ring)
        self._now = end

    def next_alarm(self) -> datetime | None:
        """Return when the next alarm that still counts will ring, or None."""
        while self._alarms and self._alarms[0][2].action is None:
            heapq.heappop(self._alarms)
        return self._alarms[0][0] if self._alarms else None

    def _ring(self, ring: _Ring) -> None:
        action, ring.action = ring.action, None
        if action is not None:
            action()
