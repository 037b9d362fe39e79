"""The event store as the application sees it: streams, their heads, and conditional appends."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from shared.plain import Json


@dataclass(frozen=True, slots=True)
class Recorded:
    """One event in its envelope (design/workflow.md, The event store)."""

    event_id: str
    type: str
    schema_version: int
    stream: str
    version: int
    occurred_at: datetime
    recorded_at: datetime
    correlation_id: str
    causation_id: str
    actor: str
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A folded state as plain JSON, and the shape of the type it was made from."""

    state: Json | None
    shape: str


@dataclass(frozen=True, slots=True)
class Head:
    """Where a stream stands: version 0 and no etag when nothing was ever appended."""

    stream: str
    version: int = 0
    snapshot: Snapshot | None = None
    etag: str | None = None
    tip: tuple[Recorded, ...] = ()


class ConcurrencyConflict(Exception):
    """The stream moved on while we decided. Read it again and decide again."""

    def __init__(self, stream: str, missed: Sequence[Recorded]) -> None:
        super().__init__(f"{self.__doc__} ({stream}, {len(missed)} events missed)")
        self.stream = stream
        self.missed = tuple(missed)


class EventTooLarge(Exception):
    """The events or the state do not fit into one entity of Azure Tables. Make them smaller."""


class StoreUnavailable(Exception):
    """The storage did not answer. Try again in a moment."""


class EventStore(Protocol):
    """Streams of events; a contract suite holds every implementation to this."""

    async def head(self, stream: str) -> Head:
        """Where the stream stands; one point read."""
        ...

    async def append(self, head: Head, events: Sequence[Recorded], snapshot: Snapshot) -> Head:
        """Append events to a stream that still stands at `head`: all of them or none.

        An append whose answer was lost is recognised by its event ids and counts as done.

        Returns:
            The new head.

        Raises:
            ConcurrencyConflict: the stream moved on; it carries the events missed.
            EventTooLarge: nothing was written.
            StoreUnavailable: perhaps written; append or decide again to find out.
        """
        ...

    async def read(
        self, stream: str, after: int = 0, limit: int | None = None
    ) -> tuple[Recorded, ...]:
        """The events with a version above `after`, oldest first, at most `limit`."""
        ...

    async def streams(self, category: str, after: str, limit: int) -> Sequence[str]:
        """At most `limit` streams of a category, by name, behind the stream `after`.

        A scan, for rebuilding read models and nothing else.
        """
        ...
