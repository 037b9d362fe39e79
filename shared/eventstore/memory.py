"""The event store's twin in memory, for tests and demonstrations."""

from collections.abc import Sequence

from shared.eventstore.entity import check_sizes
from shared.eventstore.port import ConcurrencyConflict, Head, Recorded, Snapshot


class MemoryEventStore:
    """Every stream as a tuple of events and one snapshot."""

    def __init__(self) -> None:
        self._events: dict[str, tuple[Recorded, ...]] = {}
        self._snapshots: dict[str, Snapshot] = {}

    async def head(self, stream: str) -> Head:
        events = self._events.get(stream, ())
        if not events:
            return Head(stream)
        version = len(events)
        return Head(stream, version, self._snapshots[stream], f"v{version}", events)

    async def append(self, head: Head, events: Sequence[Recorded], snapshot: Snapshot) -> Head:
        check_sizes(events, snapshot)
        present = self._events.get(head.stream, ())
        missed = present[head.version :]
        if missed and missed[0].event_id != events[0].event_id:
            raise ConcurrencyConflict(head.stream, missed)
        if not missed:
            self._events[head.stream] = (*present, *events)
            self._snapshots[head.stream] = snapshot
        return await self.head(head.stream)

    async def read(
        self, stream: str, after: int = 0, limit: int | None = None
    ) -> tuple[Recorded, ...]:
        return self._events.get(stream, ())[after:][:limit]

    async def streams(self, category: str, after: str, limit: int) -> Sequence[str]:
        named = sorted(stream for stream in self._events if stream.startswith(f"{category}-"))
        return [stream for stream in named if stream > after][:limit]
