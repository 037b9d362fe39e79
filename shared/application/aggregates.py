"""Load an aggregate, let it decide, append what it decided; decide again when others were first."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import reduce
from typing import Any, Generic, TypeVar
from weakref import WeakValueDictionary

from shared.domain import product, stock, user
from shared.domain.errors import Refusal
from shared.domain.order.commands import OrderCommand
from shared.domain.order.decide import decide as decide_order
from shared.domain.order.events import OrderEvent
from shared.domain.order.evolve import evolve as evolve_order
from shared.domain.order.state import Order
from shared.eventstore.codec import CODEC
from shared.eventstore.port import ConcurrencyConflict, EventStore, Head, Recorded, Snapshot
from shared.plain import from_plain, shape, to_plain
from shared.recent import Recent

S = TypeVar("S")
C = TypeVar("C")
E = TypeVar("E")

REMEMBERED = 1_000  # heads a process keeps; some 10 KB each, 50 KB for the busiest streams
ATTEMPTS = 5  # conflicts come from other processes only; five in a row is a fault, not bad luck


@dataclass(frozen=True, slots=True)
class Aggregate(Generic[S, C, E]):
    """What the application needs to know of one kind of aggregate."""

    category: str
    decide: Callable[[S, C, datetime], list[E]]
    evolve: Callable[[S, E], S]
    initial: S
    state_type: Any

    def stream(self, key: str) -> str:
        """The stream of the one with this key."""
        return f"{self.category}-{key}"


ORDER: Aggregate[Order | None, OrderCommand, OrderEvent] = Aggregate(
    "order", decide_order, evolve_order, None, Order | None
)
PRODUCT: Aggregate[product.Product | None, product.DefineProduct, product.ProductEvent] = Aggregate(
    "product", product.decide, product.evolve, product.initial, product.Product | None
)
STOCK: Aggregate[stock.Stock, stock.StockCommand, stock.StockEvent] = Aggregate(
    "stock", stock.decide, stock.evolve, stock.initial, stock.Stock
)
USER: Aggregate[user.User, user.UserCommand, user.UserEvent] = Aggregate(
    "user", user.decide, user.evolve, user.initial, user.User
)


@dataclass(frozen=True, slots=True)
class Cause:
    """Why something is done: for the envelope of every event it leads to."""

    correlation_id: str
    causation_id: str
    actor: str


@dataclass(frozen=True, slots=True)
class Loaded(Generic[S]):
    """An aggregate's state at one version; version 0 means that nothing ever happened to it."""

    state: S
    version: int


@dataclass(frozen=True, slots=True)
class Handled(Generic[S]):
    """The state after a command, and whether the command decided anything."""

    state: S
    version: int
    decided: bool


class VersionPassed(Exception):
    """It was changed since you read it. Read it again and decide again."""


@dataclass(frozen=True, slots=True)
class Aggregates:
    """Everything that is event-sourced, by kind and key."""

    store: EventStore
    now: Callable[[], datetime]
    new_id: Callable[[], str]
    # Writers of one stream in one process could only make each other read and decide again, 200
    # orders for one sku some 20,000 times. They queue here instead; other processes are caught by
    # the store. Weak, so that a lock lives only as long as someone holds or awaits it.
    _locks: WeakValueDictionary[str, asyncio.Lock] = field(default_factory=WeakValueDictionary)
    # Where streams stood when we last saw them. Events may be decided on that, because the append
    # is conditional; a "nothing" or a "no" may not, because nothing would contradict it.
    _heads: Recent[str, Head] = field(default_factory=lambda: Recent(REMEMBERED))

    async def load(self, kind: Aggregate[S, C, E], key: str) -> Loaded[S]:
        """The present state; one point read.

        Raises:
            StoreUnavailable: the storage did not answer.
        """
        head = await self._present(kind.stream(key))
        return Loaded(await self._state(kind, head), head.version)

    async def recall(
        self, kind: Aggregate[S, C, E], key: str, suffices: Callable[[S], bool]
    ) -> Loaded[S]:
        """A state that was true once, for facts that never change again; seldom a request.

        `suffices`: whether a state has those facts; without them the present one is read.

        Raises:
            StoreUnavailable: the storage did not answer.
        """
        head = self._heads.get(kind.stream(key))
        if head is not None and suffices(state := await self._state(kind, head)):
            return Loaded(state, head.version)
        return await self.load(kind, key)

    async def fold(self, kind: Aggregate[S, C, E], key: str) -> Loaded[S]:
        """The state by its events alone, whatever the head says; for rebuilding.

        Raises:
            StoreUnavailable: the storage did not answer.
            UnknownEvent: the stream holds an event that this program does not know.
        """
        history = await self.store.read(kind.stream(key))
        state = reduce(kind.evolve, (_decoded(event) for event in history), kind.initial)
        return Loaded(state, history[-1].version if history else 0)

    def presume_new(self, kind: Aggregate[S, C, E], key: str) -> None:
        """Spare the read before the first append to a stream whose key was made just now.

        Only a guess: where something is there already, the append says so and it is read.
        """
        if self._heads.get(kind.stream(key)) is None:
            self._heads.put(kind.stream(key), Head(kind.stream(key)))

    async def handle(
        self,
        kind: Aggregate[S, C, E],
        key: str,
        command: C,
        cause: Cause,
        only_at: int | None = None,
    ) -> Handled[S]:
        """Let an aggregate decide on a command, and record what it decided.

        `only_at`: the one version the caller has seen and wants to change.

        Raises:
            Refusal: the rules do not allow it; nothing was recorded.
            VersionPassed: it is not, or no longer, at version `only_at`.
            ConcurrencyConflict: other processes were first, five times over.
            EventTooLarge, StoreUnavailable: as the store says.
        """
        stream = kind.stream(key)
        async with self._locks.setdefault(stream, asyncio.Lock()):
            known = self._heads.get(stream)
            if known is not None:
                with suppress(ConcurrencyConflict, Refusal, VersionPassed):
                    handled = await self._decide_at(kind, known, command, cause, only_at)
                    if handled.decided:
                        return handled
            for _ in range(ATTEMPTS - 1):
                with suppress(ConcurrencyConflict):  # decided again, on what the others wrote
                    head = await self._present(stream)
                    return await self._decide_at(kind, head, command, cause, only_at)
            head = await self._present(stream)
            return await self._decide_at(kind, head, command, cause, only_at)

    async def _present(self, stream: str) -> Head:
        head = await self.store.head(stream)
        self._heads.put(stream, head)
        return head

    async def _decide_at(
        self, kind: Aggregate[S, C, E], head: Head, command: C, cause: Cause, only_at: int | None
    ) -> Handled[S]:
        if only_at is not None and head.version != only_at:
            raise VersionPassed(f"{VersionPassed.__doc__} ({head.version}, not {only_at})")
        state = await self._state(kind, head)
        now = self.now()
        events = kind.decide(state, command, now)
        if not events:
            return Handled(state, head.version, decided=False)
        after = reduce(kind.evolve, events, state)
        recorded = [
            self._envelope(event, head.stream, version, now, cause)
            for version, event in enumerate(events, start=head.version + 1)
        ]
        snapshot = Snapshot(to_plain(after), shape(kind.state_type))
        self._heads.put(head.stream, await self.store.append(head, recorded, snapshot))
        return Handled(after, recorded[-1].version, decided=True)

    async def _state(self, kind: Aggregate[S, C, E], head: Head) -> S:
        if head.snapshot is None:
            return kind.initial
        if head.snapshot.shape == shape(kind.state_type):
            state: S = from_plain(kind.state_type, head.snapshot.state)
            return state
        # The state's type changed since it was folded: the events are the truth, fold them anew.
        history = await self.store.read(head.stream, limit=head.version)
        return reduce(kind.evolve, (_decoded(event) for event in history), kind.initial)

    def _envelope(
        self, event: Any, stream: str, version: int, now: datetime, cause: Cause
    ) -> Recorded:
        name, schema_version, data = CODEC.encode(event)
        return Recorded(
            event_id=self.new_id(),
            type=name,
            schema_version=schema_version,
            stream=stream,
            version=version,
            occurred_at=now,
            recorded_at=self.now(),
            correlation_id=cause.correlation_id,
            causation_id=cause.causation_id,
            actor=cause.actor,
            data=data,
        )


def _decoded(recorded: Recorded) -> Any:
    return CODEC.read(recorded)
