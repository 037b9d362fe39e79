"""Takes messages from a queue, has them handled, and sees to what becomes of each.

See reference/host-triggers.md 3.2, 3.3. Queue triggers and the blob trigger's control queue share
it.
"""

import asyncio
import contextlib
import enum
import logging
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import Any

from localhost.backoff import backoff
from localhost.clock import Clock
from localhost.drain import drain, to_the_end
from localhost.queues import Message, Queues
from localhost.triggers.journal import Journal
from localhost.triggers.lease import TAKEN, Lease
from localhost.triggers.queue_options import SHORTEST_REST, Limits
from localhost.wakeups import Wakeups
from localhost.wire import Refused

log = logging.getLogger(__name__)


NO_LONGER_OURS = (HTTPStatus.NOT_FOUND, HTTPStatus.BAD_REQUEST)
"""It came back by itself, was seen off, or its receipt is another emulator's."""


class Outcome(enum.Enum):
    """What a message's handling came to."""

    DONE = enum.auto()
    """It can go."""
    FAILED = enum.auto()
    """It is tried again, or becomes poison after so many times."""
    HOPELESS = enum.auto()
    """No further try would help: it becomes poison at once."""


@dataclass(frozen=True, slots=True)
class Grave:
    """Where messages go that cannot be handled."""

    queues: Queues
    queue: str


@dataclass(frozen=True, slots=True)
class Source:
    """Where messages come from."""

    queues: Queues
    queue: str
    grave_of: Callable[[Message], Grave | None]
    """Without one, a message that failed stays hidden for the rest of its ten minutes."""
    journal: Journal


Handle = Callable[[Message], Awaitable[Outcome]]


class MessageLoop:
    """One serial loop of looks at one queue; what it finds is handled concurrently."""

    def __init__(
        self, source: Source, limits: Limits, clock: Clock, wakeups: Wakeups, handle: Handle
    ) -> None:
        self._source, self._limits, self._handle = source, limits, handle
        self._clock, self._wakeups = clock, wakeups
        self._woken = asyncio.Event()
        self._stopping = self._looking = self._complained = False
        self._running: set[asyncio.Task[None]] = set()
        self._poller: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to look."""
        self._wakeups.listen(self._source.queues.endpoint, self._source.queue, self._woken.set)
        self._poller = asyncio.create_task(self._poll())

    async def stop(self, grace: float) -> None:
        """Look no more, let what runs end within ``grace`` seconds, and give back the rest."""
        self._stopping = True
        if self._poller is None:
            return
        if not self._looking:  # what a look brings back must not stay hidden: wait for it
            self._poller.cancel()
        await drain([self._poller, *self._running], grace)
        self._source.journal.close()

    async def _poll(self) -> None:
        empty = 0
        await self._give_back_what_the_dead_held()
        while True:
            self._woken.clear()
            self._looking = True
            found = await self._look()
            self._looking = False
            if self._stopping:  # the end came while we looked
                await asyncio.gather(*(self._return(message) for message in found))
                return
            for message in found:
                task = asyncio.create_task(self._process(message))
                self._running.add(task)
                task.add_done_callback(self._running.discard)
            empty = 0 if found else empty + 1
            if empty:
                await self._rest(backoff(empty, SHORTEST_REST, self._limits.longest_rest))
            while len(self._running) > self._limits.threshold:
                await asyncio.wait(self._running, return_when=asyncio.FIRST_COMPLETED)

    async def _look(self) -> list[Message]:
        source = self._source
        try:
            found = await source.queues.receive(source.queue, self._limits.batch, TAKEN)
        except (ConnectionError, Refused) as trouble:
            missing = isinstance(trouble, Refused) and trouble.status == HTTPStatus.NOT_FOUND
            if not missing and not self._complained:
                log.warning("The queue '%s' cannot be read for now: %s", source.queue, trouble)
                self._complained = True
            return []
        self._complained = False
        for message in found:
            source.journal.note(message)
        return found

    async def _give_back_what_the_dead_held(self) -> None:
        """The real host lets it stay hidden (docs/localhost.md); people want to see it go on."""
        with contextlib.closing(self._source.journal.left()) as dead:
            for messages in dead:
                try:
                    await asyncio.gather(*(self._give_back_dead(message) for message in messages))
                except ConnectionError as silent:  # the journal stays for the next start
                    log.warning("A killed host's messages stay hidden for now: %s", silent)
                    return

    async def _give_back_dead(self, message: Message) -> None:
        try:
            await self._lease(message).give_back(0)
        except Refused as lost:
            level = logging.DEBUG if lost.status in NO_LONGER_OURS else logging.WARNING
            log.log(level, "A killed host's message %s is not given back: %s", message.id, lost)

    async def _rest(self, seconds: float) -> None:
        """Wait so long, or until this process itself adds a message."""
        until = self._clock.now() + timedelta(seconds=seconds)
        alarm = self._clock.call_at(until, self._woken.set)
        try:
            await self._woken.wait()
        finally:
            alarm.cancel()

    async def _process(self, message: Message) -> None:
        lease = self._lease(message)
        try:
            async with lease:
                outcome = await self._outcome(message)
        except asyncio.CancelledError:
            await self._seen_to(lease.give_back(0), message)
            raise
        await to_the_end(self._seen_to(self._settle(lease, message, outcome), message))

    def _lease(self, message: Message) -> Lease:
        source = self._source
        return Lease(source.queues, source.queue, message, self._clock, source.journal.note)

    async def _return(self, message: Message) -> None:
        await self._seen_to(self._lease(message).give_back(0), message)

    async def _outcome(self, message: Message) -> Outcome:
        if message.dequeue_count > self._limits.attempts and self._source.grave_of(message):
            return Outcome.FAILED
        try:
            return await self._handle(message)
        except (ConnectionError, Refused) as trouble:
            log.warning("Message %s cannot be handled for now: %s", message.id, trouble)
            return Outcome.FAILED

    async def _settle(self, lease: Lease, message: Message, outcome: Outcome) -> None:
        grave, attempts = self._source.grave_of(message), self._limits.attempts
        if outcome is Outcome.DONE:
            await lease.end()
        elif grave is None:
            log.debug("Message %s stays hidden: no queue takes its poison.", message.id)
        elif outcome is Outcome.FAILED and message.dequeue_count < attempts:
            await lease.give_back(self._limits.retry_after)
            if not self._limits.retry_after:
                self._woken.set()
        else:
            if outcome is Outcome.FAILED:
                log.warning(
                    "Message has reached MaxDequeueCount of %d. Moving message to queue '%s'.",
                    attempts, grave.queue,
                )  # fmt: skip
            await grave.queues.put(grave.queue, message.text)  # only the body, as it came
            self._wakeups.notify(grave.queues.endpoint, grave.queue)
            await lease.end()

    async def _seen_to(self, work: Coroutine[Any, Any, None], message: Message) -> None:
        """See a message off; when storage refuses or is silent, it comes again by itself."""
        try:
            await work
        except Refused as lost:
            level = logging.DEBUG if lost.status == HTTPStatus.NOT_FOUND else logging.WARNING
            log.log(level, "Message %s was not seen off: %s", message.id, lost)
        except ConnectionError as silent:
            log.warning("Message %s was not seen off: %s", message.id, silent)
        finally:
            self._source.journal.drop(message)
