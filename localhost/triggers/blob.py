"""Runs functions for blobs that are new or have changed (reference/host-triggers.md 4)."""

import asyncio
import logging
import os
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from localhost.blob_values import blob_input, facts
from localhost.blobs import Blob, Blobs
from localhost.clock import Clock
from localhost.errors import SettingsError
from localhost.functions import FunctionSpec
from localhost.invoke import API_REASON, Cause, Invoker
from localhost.queues import Message, Queues
from localhost.settings import HostSettings
from localhost.storage import Storage
from localhost.triggers.blob_message import BlobMessage
from localhost.triggers.blob_path import BlobPattern, split_path
from localhost.triggers.blob_receipts import Receipts
from localhost.triggers.blob_scan import Found, Scan
from localhost.triggers.journal import Journals
from localhost.triggers.message_loop import Grave, MessageLoop, Outcome, Source
from localhost.triggers.queue_options import MAX_BATCH, Limits, longest_rest
from localhost.triggers.room import Room, TooLarge
from localhost.wakeups import Wakeups

log = logging.getLogger(__name__)

TYPE = "blobtrigger"
SECTION = "extensions.blobs"
CONTROL_QUEUE = "azure-webjobs-blobtrigger-"
POISON_QUEUE = "webjobs-blobtrigger-poison"
ROOM = 512 * 1024 * 1024
"""Bytes of blobs in memory at a time. A function gets its blob whole, as on the real host, where
2 GiB are the end of one message to the worker (docs/localhost.md).
"""


class BlobFunction:
    """One blob function, its path, and where its blobs are."""

    def __init__(self, spec: FunctionSpec, storage: Storage, invoker: Invoker, room: Room) -> None:
        connection = str(spec.trigger.options.get("connection", ""))
        self.spec, self._invoker, self._room = spec, invoker, room
        self.pattern = BlobPattern.parse(str(spec.trigger.options["path"]))
        self.blobs: Blobs = storage.blobs(connection)
        self.queues: Queues = storage.queues(connection)

    async def handle(self, told: BlobMessage, message: Message) -> Outcome:
        """Run the function for a message of the control queue, unless it is out of date."""
        known = await self.blobs.head(told.container, told.name)
        if known is None or known.etag != told.etag:
            return _outdated(told)
        try:
            async with self._room.held(known.length):
                found = await self.blobs.get(told.container, told.name)
                if found is None or found[0].etag != told.etag:
                    return _outdated(told)
                return await self._run(told, message, *found)
        except TooLarge as limit:
            log.error(  # noqa: TRY400 - it says it all
                "Functions.%s cannot be given '%s/%s': %s. Read large blobs in pieces with the "
                "storage SDK.", self.spec.name, told.container, told.name, limit,
            )  # fmt: skip
            return Outcome.HOPELESS

    async def _run(
        self, told: BlobMessage, message: Message, blob: Blob, content: bytes
    ) -> Outcome:
        details = (
            f"MessageId: {message.id}, DequeueCount: {message.dequeue_count}, "
            f"InsertedOn: {message.inserted.isoformat()}, BlobCreated: {blob.created.isoformat()}, "
            f"BlobLastModified: {blob.modified.isoformat()}"
        )
        data = self._data(told.container, blob)
        try:
            await self._invoker.invoke(
                self.spec,
                lambda: blob_input(self.spec, self.spec.trigger, content, data),
                reason=f"New blob detected(LogsAndContainerScan): {told.container}/{told.name}",
                cause=Cause(details, str(uuid.uuid4()), data=data),
            )
        except Exception as failure:  # noqa: BLE001 - logged with its stack by the invoker
            log.debug("%s/%s failed: %r", told.container, told.name, failure)
            return Outcome.FAILED
        return Outcome.DONE

    async def run_by_hand(self, path: str) -> None:
        """Run the function for a blob that is there; raises what it raises.

        Raises:
            LookupError: there is no such blob.
            TooLarge: it does not fit into memory.
        """
        container, name = split_path(path)
        known = await self.blobs.head(container, name)
        async with self._room.held(known.length if known else 0):
            found = await self.blobs.get(container, name)
            if found is None:
                raise LookupError(f"there is no blob '{path}'")
            blob, content = found
            data = self._data(container, blob)
            await self._invoker.invoke(
                self.spec,
                lambda: blob_input(self.spec, self.spec.trigger, content, data),
                reason=API_REASON,
                cause=Cause(data=data),
            )

    def _data(self, container: str, blob: Blob) -> dict[str, Any]:
        tokens = self.pattern.match(blob.name) or {}
        return {**facts(self.blobs.endpoint, container, blob), **tokens}


class BlobTriggers:
    """Every blob function of one run of the host: scans find, one control queue hands on."""

    def __init__(
        self,
        settings: HostSettings,
        storage: Storage,
        host_id: str,
        clock: Clock,
        wakeups: Wakeups,
        journals: Journals,
    ) -> None:
        self._limits, self._storage, self._journals = limits(settings), storage, journals
        self._clock, self._wakeups = clock, wakeups
        self._receipts, self._room = Receipts(storage, host_id), Room(ROOM)
        self._control = f"{CONTROL_QUEUE}{host_id}"
        self._functions: dict[str, BlobFunction] = {}
        self._scans: list[asyncio.Task[None]] = []
        self._loop: MessageLoop | None = None
        self._invoker: Invoker | None = None

    async def start(self, specs: Sequence[FunctionSpec], invoker: Invoker) -> int:
        """Begin to look. Raises SettingsError and StorageError for a bad connection."""
        self._invoker = invoker
        for spec in specs:
            if spec.trigger.type.lower() == TYPE:
                self._functions[spec.name] = BlobFunction(spec, self._storage, invoker, self._room)
        if not self._functions:
            return 0
        queues = self._storage.queues("")
        journal = self._journals.of(queues.endpoint, self._control)
        source = Source(queues, self._control, self._grave_of, journal)
        self._loop = MessageLoop(source, self._limits, self._clock, self._wakeups, self._handle)
        self._loop.start()
        watched = {
            (function.blobs.endpoint, function.pattern.container): function
            for function in self._functions.values()
        }
        for (_, container), function in watched.items():
            scan = Scan(
                function.blobs, container, self._clock, self._wakeups,
                self._teller(function.blobs.endpoint, container),
            )  # fmt: skip
            self._scans.append(asyncio.create_task(scan.live()))
        return 0

    async def stop(self, grace: float) -> None:
        """Look no more; what is not done within ``grace`` seconds is given back."""
        for scan in self._scans:
            scan.cancel()  # what it was telling has a receipt that says so
        await asyncio.gather(*self._scans, return_exceptions=True)
        if self._loop is not None:
            await self._loop.stop(grace)

    async def run_by_hand(self, spec: FunctionSpec, text: str) -> None:
        """Run a blob function for ``container/blob`` (reference/host-triggers.md 2.8)."""
        if self._invoker is None:
            raise RuntimeError("the blob triggers have not been started")
        function = BlobFunction(spec, self._storage, self._invoker, self._room)
        await function.run_by_hand(text)

    def _teller(self, endpoint: str, container: str) -> Found:
        """Return what tells the functions of one container of a blob that was found there."""
        functions = [
            function
            for function in self._functions.values()
            if (function.blobs.endpoint, function.pattern.container) == (endpoint, container)
        ]

        async def tell(blob: Blob) -> None:
            for function in functions:
                if function.pattern.match(blob.name) is not None:
                    name = function.spec.name
                    await self._tell(BlobMessage(name, container, blob.name, blob.etag, blob.kind))

        return tell

    async def _tell(self, message: BlobMessage) -> None:
        if await self._receipts.is_complete(message):
            return
        await self._receipts.begin(message)
        queues = self._storage.queues("")
        await queues.put(self._control, message.text())
        await self._receipts.complete(message)
        self._wakeups.notify(queues.endpoint, self._control)

    async def _handle(self, message: Message) -> Outcome:
        try:
            told = BlobMessage.parse(message.text)
        except ValueError as unreadable:
            log.warning("Message %s is dropped: %s", message.id, unreadable)
            return Outcome.DONE
        function = self._functions.get(told.function)
        if function is None:
            log.debug("Message %s is for %s, which is not here.", message.id, told.function)
            return Outcome.DONE
        return await function.handle(told, message)

    def _grave_of(self, message: Message) -> Grave:
        try:
            function = self._functions.get(BlobMessage.parse(message.text).function)
        except ValueError:
            function = None
        return Grave(function.queues if function else self._storage.queues(""), POISON_QUEUE)


def _outdated(told: BlobMessage) -> Outcome:
    """A newer version has a message of its own."""
    log.debug("%s/%s is gone or has changed.", told.container, told.name)
    return Outcome.DONE


def limits(settings: HostSettings) -> Limits:
    """Read host.json's ``extensions.blobs`` (reference/host-triggers.md 4.3).

    Raises SettingsError for what the real host would not start with.
    """
    parallel = settings.value(f"{SECTION}.maxDegreeOfParallelism", 8 * (os.cpu_count() or 1))
    attempts = settings.value(f"{SECTION}.poisonBlobThreshold", 5)
    given: Mapping[str, int] = {"maxDegreeOfParallelism": parallel, "poisonBlobThreshold": attempts}
    for name, value in given.items():
        if value < 1:
            raise SettingsError(f"host.json: '{SECTION}.{name}' is {value}; it must be 1 or more.")
    batch = min(MAX_BATCH, parallel // 2 + 1)
    return Limits(batch, parallel - batch, longest_rest(settings), 0, attempts)
