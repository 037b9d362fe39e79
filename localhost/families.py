"""The families of triggers that an app uses, besides HTTP and durable ones."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from localhost.clock import Clock
from localhost.functions import FunctionSpec
from localhost.host_id import host_id
from localhost.invoke import Invoker
from localhost.settings import HostSettings
from localhost.storage import Storage
from localhost.storage_bindings import StorageBindings
from localhost.triggers import blob, queue, timer
from localhost.triggers.journal import Journals, NoJournal
from localhost.triggers.queue_options import QueueOptions
from localhost.triggers.schedule_status import StatusStore
from localhost.wakeups import Wakeups


class Family(Protocol):
    """What serves the functions of one trigger type."""

    async def start(self, specs: Sequence[FunctionSpec], invoker: Invoker) -> int:
        """Begin to work; return how many unfinished pieces were taken up."""

    async def stop(self, grace: float) -> None:
        """Take nothing new, let running calls end within ``grace`` seconds, give back the rest."""

    async def run_by_hand(self, spec: FunctionSpec, text: str) -> None:
        """Run one function now, also a disabled one (reference/host-triggers.md 2.8)."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What every family works with."""

    settings: HostSettings
    storage: Storage
    clock: Clock
    wakeups: Wakeups
    queue_options: QueueOptions
    journals: Journals

    @classmethod
    def of(
        cls,
        settings: HostSettings,
        storage: Storage,
        clock: Clock,
        journals: Journals | None = None,
    ) -> "Surroundings":
        """Read host.json; without ``journals`` a kill leaves messages hidden for ten minutes.

        Raises SettingsError for what the host would not start with.
        """
        kept = journals or NoJournal()
        return cls(settings, storage, clock, Wakeups(), QueueOptions.of(settings), kept)

    def bindings(self) -> StorageBindings:
        """Return what serves the inputs and outputs of functions."""
        return StorageBindings(self.storage, self.wakeups, base64_texts=self.queue_options.base64)


def families(specs: Iterable[FunctionSpec], around: Surroundings) -> Mapping[str, Family]:
    """Return what serves these functions, by trigger type in lower case."""
    used = {spec.trigger.type.lower() for spec in specs}
    found: dict[str, Family] = {}
    if timer.TYPE in used:
        statuses = StatusStore(around.storage, host_id(around.settings))
        found[timer.TYPE] = timer.Timers(statuses, around.clock)
    if blob.TYPE in used:
        found[blob.TYPE] = blob.BlobTriggers(
            around.settings,
            around.storage,
            host_id(around.settings),
            around.clock,
            around.wakeups,
            around.journals,
        )
    if queue.TYPE in used:
        found[queue.TYPE] = queue.QueueTriggers(
            around.storage,
            around.queue_options,
            around.clock,
            around.wakeups,
            around.journals,
        )
    return found


def needs(specs: Iterable[FunctionSpec], clock: Clock) -> set[tuple[str, str]]:
    """Return the storage without which a trigger cannot start: connection name and service."""
    needed: set[tuple[str, str]] = set()
    for spec in specs:
        kind = spec.trigger.type.lower()
        connection = str(spec.trigger.options.get("connection", ""))
        if not spec.runs:
            continue
        if kind == timer.TYPE and timer.keeps_status(spec, clock):
            needed.add(("", "blob"))
        if kind == queue.TYPE:
            needed.add((connection, "queue"))
        if kind == blob.TYPE:
            needed |= {(connection, "blob"), ("", "blob"), ("", "queue")}
    return needed
