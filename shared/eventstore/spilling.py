"""An event store with room for events of any length: long ones leave a claim check in the row."""

import asyncio
import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from shared.eventstore.entity import compact
from shared.eventstore.port import ConcurrencyConflict, EventStore, Head, Recorded, Snapshot
from shared.eventstore.spill import Spill, SpillBroken
from shared.plain import Json

# Bytes. Four such events and a full state fit into one row; a command decides on three at most.
ROOM = 64_000
CLAIM = "$claimCheck"  # no field of an event can be called so


@dataclass(frozen=True, slots=True)
class SpillingEventStore:
    """Writes a long event's data beside the stream before it appends, and checks what it reads.

    A crash in between, or a conflict, leaves a blob nobody claims: harmless, and its name
    (stream/event id) lets a sweeper see that the stream has no such event.
    """

    store: EventStore
    spill: Spill

    async def head(self, stream: str) -> Head:
        """As the store behind; the tip's long events stay claim checks."""
        return await self.store.head(stream)

    async def append(self, head: Head, events: Sequence[Recorded], snapshot: Snapshot) -> Head:
        """As the store behind, of which only the state can be too large."""
        checked = [await self._checked(event) for event in events]
        try:
            return await self.store.append(head, checked, snapshot)
        except ConcurrencyConflict as conflict:
            raise ConcurrencyConflict(head.stream, await self._whole(conflict.missed)) from conflict

    async def read(
        self, stream: str, after: int = 0, limit: int | None = None
    ) -> tuple[Recorded, ...]:
        """As the store behind.

        Raises:
            SpillBroken: the data of a long event is gone, or is not what was written.
        """
        return await self._whole(await self.store.read(stream, after, limit))

    async def streams(self, category: str, after: str, limit: int) -> Sequence[str]:
        """As the store behind."""
        return await self.store.streams(category, after, limit)

    async def _checked(self, event: Recorded) -> Recorded:
        content = compact(event.data).encode()
        if len(content) <= ROOM:
            return event
        name = f"{event.stream}/{event.event_id}"
        await self.spill.put(name, content)
        claim = {"name": name, "bytes": len(content), "sha256": _digest(content)}
        return replace(event, data={CLAIM: claim})

    async def _whole(self, events: Iterable[Recorded]) -> tuple[Recorded, ...]:
        return tuple(await asyncio.gather(*(self._redeemed(event) for event in events)))

    async def _redeemed(self, event: Recorded) -> Recorded:
        claim: Json | None = event.data.get(CLAIM)
        if claim is None:
            return event
        content = await self.spill.get(claim["name"])
        if content is None or _digest(content) != claim["sha256"]:
            what = "missing" if content is None else "altered"
            place = f"{event.stream} at version {event.version}"
            raise SpillBroken(f"{SpillBroken.__doc__} ({place}: {claim['name']} is {what})")
        return replace(event, data=json.loads(content))


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
