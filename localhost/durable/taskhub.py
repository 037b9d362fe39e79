"""What the engine keeps in storage, behind one protocol: instances, history and inbox."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from localhost.durable.history import Event, RuntimeStatus
from localhost.tracing import Trace


@dataclass(frozen=True, slots=True)
class Parent:
    """The orchestration that waits for a child."""

    instance_id: str
    execution_id: str
    name: str
    task_id: int


@dataclass(frozen=True, slots=True)
class Instance:
    """An instance as its status shows it. ``body``, ``output``, ``custom_status`` are JSON text."""

    instance_id: str
    execution_id: str
    name: str
    version: str
    body: str | None
    status: RuntimeStatus
    created_at: datetime
    updated_at: datetime
    output: str | None = None
    custom_status: str | None = None
    generation: int = 0
    episodes: int = 0
    """Checkpoints of this generation so far; numbers the next one's history."""
    parent: Parent | None = None
    trace: Trace | None = None
    """On whose behalf it runs: its activities and children go on in the same trace."""


@dataclass(frozen=True, slots=True)
class Message:
    """Something that wakes an instance; ``key`` names its inbox row, None if never stored."""

    event: Event
    key: str | None = None
    execution_id: str | None = None
    """The generation it answers; a later generation drops it. None: whichever is current."""


@dataclass(frozen=True, slots=True)
class Stored:
    """All of one instance, as the engine needs it to go on."""

    instance: Instance
    etag: str
    history: Sequence[Event]
    outbox: Mapping[int, str | None]
    inbox: Sequence[Message]


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """One episode's outcome: all of it is stored, or none."""

    instance: Instance
    etag: str
    """The instance's ETag as last seen; a checkpoint on another one is refused."""
    events: Sequence[Event]
    """What the episode appends to the history."""
    bodies: Mapping[int, str | None]
    """Inputs of the activities and children it sent, by id."""
    consumed: Sequence[str]
    """Keys of the inbox messages it processed."""
    fresh: bool = False
    """Whether these are the first events of a new generation: older history goes."""


@dataclass(frozen=True, slots=True)
class Query:
    """Which instances a listing wants (reference/host-durable.md 7.5)."""

    created_from: datetime | None = None
    created_to: datetime | None = None
    statuses: frozenset[RuntimeStatus] = frozenset()
    prefix: str = ""
    top: int = 100
    token: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """Some instances, ordered by id, and the token of the next page ("" when finished)."""

    instances: Sequence[Instance] = field(default_factory=tuple)
    token: str = ""


class InstanceExists(Exception):
    """An instance with this id is there and is not finished."""

    def __init__(self, instance_id: str, status: RuntimeStatus) -> None:
        super().__init__(f"An Orchestration instance with the status {status.name} already exists.")
        self.instance_id, self.status = instance_id, status


class LostRace(Exception):
    """Somebody else wrote the instance meanwhile: load it again before going on."""


class PayloadTooLarge(Exception):
    """A payload does not fit into the store even when compressed."""


class TaskHub(Protocol):
    """Durable state of the engine. Every method that returns has written what it says.

    All of them raise ConnectionError when the store does not answer; whether it wrote is unknown.
    """

    async def create(self, instance: Instance, start: Message) -> "Stored":
        """Store a new instance with its first message, as one; it is listed as active from before.

        A finished instance of the same id, its history and inbox are replaced.

        Raises:
            InstanceExists: it is there and not finished.
        """

    async def enqueue(self, instance_id: str, message: Message) -> Message:
        """Store a message in the inbox and return it with its key."""

    async def checkpoint(self, checkpoint: Checkpoint) -> str:
        """Store an episode atomically and return the new ETag.

        Raises:
            LostRace: the ETag is not the stored one.
            PayloadTooLarge: nothing was stored.
        """

    async def read(self, instance_id: str) -> Instance | None:
        """Return an instance's status: one point read."""

    async def load(self, instance_id: str) -> Stored | None:
        """Return everything about an instance, or None."""

    async def active(self) -> Sequence[str]:
        """Return the ids of all instances that may be unfinished; others cost nothing."""

    async def retire(self, instance_id: str) -> None:
        """Take a finished instance off the active list."""

    async def list(self, query: Query) -> Page:
        """Return a page of instances, ordered by id. Raises ValueError for a token not of ours."""

    async def purge(self, instance_id: str) -> bool:
        """Delete everything about an instance; False when there was none."""

    async def close(self) -> None:
        """Let go of connections."""


def matches(query: Query, instance: Instance) -> bool:
    """Say whether a listing wants the instance."""
    return (
        instance.instance_id.startswith(query.prefix)
        and (query.created_from is None or instance.created_at >= query.created_from)
        and (query.created_to is None or instance.created_at <= query.created_to)
        and (not query.statuses or instance.status in query.statuses)
    )
