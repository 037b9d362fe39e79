"""The task hub in memory: the twin that tests run the engine on."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from localhost.durable.history import Event
from localhost.durable.taskhub import (
    Checkpoint,
    Instance,
    InstanceExists,
    LostRace,
    Message,
    Page,
    Query,
    Stored,
    matches,
)


@dataclass(slots=True)
class _Record:
    instance: Instance
    etag: str
    history: list[Event] = field(default_factory=list)
    outbox: dict[int, str | None] = field(default_factory=dict)
    inbox: dict[str, Message] = field(default_factory=dict)


class MemoryTaskHub:
    """A dictionary with the manners of the real store. See ``TaskHub`` for the methods."""

    def __init__(self) -> None:
        self._records: dict[str, _Record] = {}
        self._active: set[str] = set()
        self._numbers = itertools.count(1)

    async def create(self, instance: Instance, start: Message) -> Stored:
        old = self._records.get(instance.instance_id)
        if old is not None and not old.instance.status.is_terminal:
            raise InstanceExists(instance.instance_id, old.instance.status)
        self._active.add(instance.instance_id)
        record = self._records[instance.instance_id] = _Record(instance, self._etag())
        first = self._append(record, start)
        return Stored(instance, record.etag, (), {}, (first,))

    async def enqueue(self, instance_id: str, message: Message) -> Message:
        record = self._records.get(instance_id)
        return message if record is None else self._append(record, message)

    def _append(self, record: _Record, message: Message) -> Message:
        key = f"{next(self._numbers):020}"
        record.inbox[key] = replace(message, key=key)
        return record.inbox[key]

    async def checkpoint(self, checkpoint: Checkpoint) -> str:
        record = self._records.get(checkpoint.instance.instance_id)
        if record is None or record.etag != checkpoint.etag:
            raise LostRace(checkpoint.instance.instance_id)
        if checkpoint.fresh:
            record.history, record.outbox = [], {}
        record.instance, record.etag = checkpoint.instance, self._etag()
        record.history.extend(checkpoint.events)
        record.outbox.update(checkpoint.bodies)
        for key in checkpoint.consumed:
            record.inbox.pop(key, None)
        return record.etag

    async def read(self, instance_id: str) -> Instance | None:
        record = self._records.get(instance_id)
        return None if record is None else record.instance

    async def load(self, instance_id: str) -> Stored | None:
        record = self._records.get(instance_id)
        if record is None:
            return None
        return Stored(
            record.instance,
            record.etag,
            tuple(record.history),
            dict(record.outbox),
            tuple(record.inbox.values()),
        )

    async def active(self) -> Sequence[str]:
        return sorted(self._active)

    async def retire(self, instance_id: str) -> None:
        self._active.discard(instance_id)

    async def list(self, query: Query) -> Page:
        wanted = [
            record.instance
            for key, record in sorted(self._records.items())
            if key > query.token and matches(query, record.instance)
        ]
        page = tuple(wanted[: query.top])
        return Page(page, page[-1].instance_id if len(wanted) > query.top else "")

    async def purge(self, instance_id: str) -> bool:
        self._active.discard(instance_id)
        return self._records.pop(instance_id, None) is not None

    async def close(self) -> None:
        """Nothing to let go of."""

    def _etag(self) -> str:
        return f'W/"{next(self._numbers)}"'
