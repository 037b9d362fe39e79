"""Fires timer functions by their schedules (reference/host-triggers.md 5)."""

import asyncio
import json
import logging
import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from localhost import converters
from localhost.clock import Clock, sleep
from localhost.drain import drain
from localhost.functions import FunctionSpec
from localhost.invoke import API_REASON, Cause, Invoker
from localhost.triggers.schedule import parse_schedule
from localhost.triggers.schedule_status import NEVER, ScheduleStatus, StatusStore
from localhost.wire import Refused

log = logging.getLogger(__name__)

TYPE = "timertrigger"


class Timer:
    """One timer function: it sleeps until the next occurrence, runs, and sleeps again."""

    def __init__(
        self, spec: FunctionSpec, statuses: StatusStore, clock: Clock, invoker: Invoker
    ) -> None:
        self._spec, self._statuses, self._clock, self._invoker = spec, statuses, clock, invoker
        self._schedule = parse_schedule(str(spec.trigger.options["schedule"]))
        self._monitored = keeps_status(spec, clock)
        self._status: ScheduleStatus | None = None
        self._due: datetime | None = None
        self._idle = False
        self._stopping = False
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Find out what is due and begin.

        Raises:
            StorageError: its status says nothing that can be read.
            ConnectionError, wire.Refused: the storage does not serve it.
        """
        now = self._clock.now()
        if self._monitored:
            self._status = await self._statuses.read(self._spec.name)
            await self._reconcile(now)
        missed = self._status.next if self._status and now > self._status.next else None
        self._due = self._status.next if self._status else self._schedule.next(now)
        self._task = asyncio.create_task(self._live(missed))

    async def stop(self, grace: float) -> None:
        """Let a running call end within ``grace`` seconds; an occurrence cut short is past due."""
        self._stopping = True
        if self._task is not None:
            await drain([self._task], 0 if self._idle else grace)

    async def run_by_hand(self) -> None:
        """Run it now, outside its schedule; raises what it raises."""
        status = await self._statuses.read(self._spec.name) if self._monitored else None
        inputs = {self._spec.trigger.name: timer_request(status, past_due=False)}
        await self._invoker.invoke(self._spec, inputs, reason=API_REASON)

    async def _reconcile(self, now: datetime) -> None:
        """Begin a status, or one afresh after the schedule was changed: that is never past due."""
        known = self._status
        base = now
        if known is not None:
            base = known.updated if known.last == NEVER else known.last
            expected = self._schedule.next(base)
            if expected == known.next:
                return
            if expected is None or now > expected:
                base = now
        upcoming = self._schedule.next(base)
        self._status = None if upcoming is None else ScheduleStatus(NEVER, upcoming, base)
        await self._keep()

    async def _live(self, missed: datetime | None) -> None:
        if missed is not None:
            await self._fire(f"IsPastDue, OriginalSchedule: {missed.isoformat()}", past_due=True)
        elif _flag(self._spec, "runOnStartup", default=False):
            await self._fire("RunOnStartup")
        while self._due is not None and not self._stopping:
            self._idle = True
            while (left := (self._due - self._clock.now()).total_seconds()) > 0:
                await sleep(self._clock, left)
            self._idle = False
            await self._fire()

    async def _fire(self, unscheduled: str = "", *, past_due: bool = False) -> None:
        """Run once. The next occurrence counts from now, however long the function takes."""
        fired = self._clock.now()
        details = f"UnscheduledInvocationReason: {unscheduled}" if unscheduled else ""
        try:
            await self._invoker.invoke(
                self._spec,
                {self._spec.trigger.name: timer_request(self._status, past_due=past_due)},
                reason=f"Timer fired at {fired.isoformat()}",
                cause=Cause(details=details, invocation_id=str(uuid.uuid4())),
            )
        except Exception as failure:  # noqa: BLE001 - logged with its stack by the invoker
            log.debug("Functions.%s goes on after %r.", self._spec.name, failure)
        self._due = self._schedule.next(fired)
        if self._monitored and self._due is not None:
            self._status = ScheduleStatus(fired, self._due, fired)
            await self._keep()

    async def _keep(self) -> None:
        if self._status is None:
            return
        try:
            await self._statuses.write(self._spec.name, self._status)
        except (ConnectionError, Refused) as lost:
            log.warning(
                "The status of the timer %s could not be kept: %s. After a restart it may run once "
                "more, or be past due.", self._spec.name, lost,
            )  # fmt: skip


class Timers:
    """Every timer of one run of the host."""

    def __init__(self, statuses: StatusStore, clock: Clock) -> None:
        self._statuses, self._clock = statuses, clock
        self._timers: list[Timer] = []
        self._invoker: Invoker | None = None

    async def start(self, specs: Sequence[FunctionSpec], invoker: Invoker) -> int:
        """Begin to fire. Raises what Timer.start raises."""
        self._invoker = invoker
        for spec in specs:
            if spec.trigger.type.lower() == TYPE:
                timer = Timer(spec, self._statuses, self._clock, invoker)
                await timer.start()
                self._timers.append(timer)
        return 0

    async def stop(self, grace: float) -> None:
        """Fire no more; running calls have ``grace`` seconds to end."""
        await asyncio.gather(*(timer.stop(grace) for timer in self._timers))

    async def run_by_hand(self, spec: FunctionSpec, text: str) -> None:  # noqa: ARG002 - ignored
        """Run a timer function now (reference/host-triggers.md 2.8)."""
        if self._invoker is None:
            raise RuntimeError("the timers have not been started")
        await Timer(spec, self._statuses, self._clock, self._invoker).run_by_hand()


def keeps_status(spec: FunctionSpec, clock: Clock) -> bool:
    """Say whether a timer's status is kept: unless it says no, or fires more than once a minute."""
    schedule = parse_schedule(str(spec.trigger.options["schedule"]))
    return _flag(spec, "useMonitor", default=True) and not schedule.is_frequent(clock.now())


def timer_request(status: ScheduleStatus | None, *, past_due: bool) -> Any:
    """Return what a timer function receives, through the SDK's own converter."""
    document = {
        "Schedule": {"AdjustForDST": True},
        "ScheduleStatus": status.document() if status else None,
        "IsPastDue": past_due,
    }
    decode = converters.converter("timerTrigger").decode
    return decode(converters.datum("json", json.dumps(document)), trigger_metadata=None)


def _flag(spec: FunctionSpec, name: str, *, default: bool) -> bool:
    return str(spec.trigger.options.get(name, default)).lower() == "true"
