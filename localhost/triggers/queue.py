"""Runs functions for the messages of their queues (reference/host-triggers.md 3)."""

import asyncio
import logging
import re
import uuid
from collections.abc import Sequence

from localhost.clock import Clock
from localhost.functions import FunctionSpec
from localhost.invoke import API_REASON, Cause, Invoker
from localhost.queues import Message
from localhost.storage import Storage
from localhost.triggers.journal import Journals
from localhost.triggers.message_loop import Grave, MessageLoop, Outcome, Source
from localhost.triggers.queue_message import BY_HAND, binding_data, decoded, facts, inputs
from localhost.triggers.queue_options import QueueOptions
from localhost.wakeups import Wakeups

log = logging.getLogger(__name__)

TYPE = "queuetrigger"
POISON = "-poison"
LONGEST_NAME = 63
NAME = re.compile(r"(?=.{3,63}$)[a-z0-9]+(-[a-z0-9]+)*")


def queue_name(text: str) -> str:
    """Return a queue's name as the host uses it, in lower case.

    Raises:
        ValueError: it is no name for a queue.
    """
    name = text.lower()
    if not NAME.fullmatch(name):
        raise ValueError(
            f"'{name}' is no queue name: 3 to 63 letters and digits, with single hyphens between."
        )
    return name


def poison_name(queue: str) -> str | None:
    """Return where a queue's poison goes; None for a poison queue and for too long a name."""
    name = f"{queue}{POISON}"
    return None if queue.endswith(POISON) or len(name) > LONGEST_NAME else name


class QueueFunction:
    """One queue function and what it does with a message."""

    def __init__(self, spec: FunctionSpec, options: QueueOptions, invoker: Invoker) -> None:
        self._spec, self._options, self._invoker = spec, options, invoker
        self.queue = queue_name(str(spec.trigger.options["queueName"]))

    async def handle(self, message: Message) -> Outcome:
        """Run the function for a received message."""
        body = decoded(message.text) if self._options.base64 else message.text.encode()
        if body is None:
            log.warning(
                "Message decoding has failed! Check MessageEncoding settings. MessageId=%s",
                message.id,
            )
            return Outcome.HOPELESS
        data = binding_data(self._spec, body, facts(message))
        details = (
            f"MessageId: {message.id}, DequeueCount: {message.dequeue_count}, "
            f"InsertedOn: {message.inserted.isoformat(timespec='milliseconds')}"
        )
        try:
            await self._invoker.invoke(
                self._spec,
                lambda: inputs(self._spec, body, data),
                reason=f"New queue message detected on '{self.queue}'.",
                cause=Cause(details, str(uuid.uuid4()), data=data),
            )
        except Exception as failure:  # noqa: BLE001 - logged with its stack by the invoker
            log.debug("Message %s failed: %r", message.id, failure)
            return Outcome.FAILED
        return Outcome.DONE

    async def run_by_hand(self, text: str) -> None:
        """Run the function for a message that never was in the queue; raises what it raises."""
        body = text.encode()
        data = binding_data(self._spec, body, BY_HAND)
        await self._invoker.invoke(
            self._spec,
            lambda: inputs(self._spec, body, data),
            reason=API_REASON,
            cause=Cause(data=data),
        )


class QueueTriggers:
    """Every queue function of one run of the host."""

    def __init__(
        self,
        storage: Storage,
        options: QueueOptions,
        clock: Clock,
        wakeups: Wakeups,
        journals: Journals,
    ) -> None:
        self._storage, self._options, self._journals = storage, options, journals
        self._clock, self._wakeups = clock, wakeups
        self._loops: list[MessageLoop] = []
        self._invoker: Invoker | None = None

    async def start(self, specs: Sequence[FunctionSpec], invoker: Invoker) -> int:
        """Begin to listen. Raises SettingsError and StorageError for a bad connection."""
        self._invoker = invoker
        for spec in specs:
            if spec.trigger.type.lower() == TYPE:
                loop = self._loop(spec, QueueFunction(spec, self._options, invoker))
                loop.start()
                self._loops.append(loop)
        return 0

    async def stop(self, grace: float) -> None:
        """Take no more messages; what is not done within ``grace`` seconds is given back."""
        await asyncio.gather(*(loop.stop(grace) for loop in self._loops))

    async def run_by_hand(self, spec: FunctionSpec, text: str) -> None:
        """Run a queue function for a body (reference/host-triggers.md 2.8)."""
        if self._invoker is None:
            raise RuntimeError("the queue triggers have not been started")
        await QueueFunction(spec, self._options, self._invoker).run_by_hand(text)

    def _loop(self, spec: FunctionSpec, function: QueueFunction) -> MessageLoop:
        queues = self._storage.queues(str(spec.trigger.options.get("connection", "")))
        poison = poison_name(function.queue)
        grave = Grave(queues, poison) if poison else None
        journal = self._journals.of(queues.endpoint, function.queue)
        source = Source(queues, function.queue, lambda _: grave, journal)
        return MessageLoop(
            source, self._options.limits, self._clock, self._wakeups, function.handle
        )
