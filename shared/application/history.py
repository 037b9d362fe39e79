"""Aggregates as they were: a prefix of their events, folded by today's rules."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from itertools import takewhile
from typing import Any, TypeVar

from shared.application.aggregates import Aggregate, Aggregates, Loaded
from shared.eventstore.codec import CODEC
from shared.eventstore.port import Recorded

S = TypeVar("S")
C = TypeVar("C")
E = TypeVar("E")


@dataclass(frozen=True, slots=True)
class Past:
    """A point of a stream: right after the event of a version, or at a moment."""

    version: int | None = None
    moment: datetime | None = None


async def load_past(
    aggregates: Aggregates, kind: Aggregate[S, C, E], key: str, past: Past
) -> Loaded[S] | None:
    """The state at that point, or None: the stream never came so far, or had not begun.

    Raises:
        StoreUnavailable: the storage did not answer.
        UnknownEvent: the stream holds an event that this program does not know.
    """
    events = await aggregates.store.read(kind.stream(key), limit=past.version)
    if past.version is not None and len(events) < past.version:
        return None
    if past.moment is not None:
        # A prefix, whatever the clocks of several machines said.
        moment = past.moment
        events = tuple(takewhile(lambda event: event.occurred_at <= moment, events))
    return Loaded(fold(kind, events), len(events)) if events else None


async def has_happened(
    aggregates: Aggregates, kind: Aggregate[S, C, E], key: str, is_it: Callable[[E], bool]
) -> bool:
    """Whether the stream ever told of such an event; for what the state has forgotten.

    Raises:
        StoreUnavailable, UnknownEvent: as for `load_past`.
    """
    events = await aggregates.store.read(kind.stream(key))
    return any(is_it(CODEC.read(event)) for event in events)


def fold(kind: Aggregate[S, C, E], events: tuple[Recorded, ...]) -> S:
    """The state after these events, the first of a stream."""
    decoded: list[Any] = [CODEC.read(event) for event in events]
    return reduce(kind.evolve, decoded, kind.initial)
