"""Keeps the read models level with the streams: nothing appended stays unshown for good."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from shared import logs
from shared.application.aggregates import (
    ORDER,
    PRODUCT,
    USER,
    Aggregate,
    Aggregates,
    Cause,
    Handled,
    Loaded,
    VersionPassed,
)
from shared.domain.errors import Refusal
from shared.domain.order.state import OrderStatus
from shared.eventstore.port import ConcurrencyConflict, EventTooLarge, StoreUnavailable
from shared.projections import order_list, product_list, users_by_creation
from shared.projections.backlog import Backlog, Marker
from shared.projections.views import View, Views

S = TypeVar("S")
C = TypeVar("C")
E = TypeVar("E")

SWEEP_EVERY = 10.0  # seconds between two looks of one process into the backlog
# An order is in these for milliseconds; should it stay, its process waits and says so.
PASSING = frozenset(
    {OrderStatus.ACCEPTED, OrderStatus.RESERVED, OrderStatus.PAID, OrderStatus.SHIPPED}
)


@dataclass(frozen=True, slots=True)
class ReadModel:
    """A list, the aggregates it lists, and what it shows of one at a version."""

    name: str
    kind: Aggregate[Any, Any, Any]
    view: Callable[[Any, int], View]


READ_MODELS = (
    ReadModel(order_list.MODEL, ORDER, order_list.view_of),
    ReadModel(product_list.MODEL, PRODUCT, product_list.view_of),
    ReadModel(users_by_creation.MODEL, USER, users_by_creation.view_of),
)
BY_CATEGORY = {model.kind.category: model for model in READ_MODELS}


class ReadModels:
    """Shows what was appended: orders by their activities, the rest by markers set beforehand.

    An activity is run until it ends, so what it does last cannot be left out. An HTTP request is
    not; so it sets a marker first, and whoever finds one left over shows what it points at.
    """

    def __init__(self, aggregates: Aggregates, views: Views, backlog: Backlog) -> None:
        self.views, self.backlog = views, backlog
        self._aggregates = aggregates
        self._swept: float | None = None

    async def handle(
        self,
        kind: Aggregate[S, C, E],
        key: str,
        command: C,
        cause: Cause,
        only_at: int | None = None,
    ) -> Handled[S]:
        """Handle a command as `Aggregates.handle` does, and show what came of it.

        Raises:
            Refusal, VersionPassed, ConcurrencyConflict, EventTooLarge: nothing was recorded.
            StoreUnavailable: perhaps recorded; then it will be shown.
        """
        marker = await self.backlog.add(kind.stream(key))
        try:
            handled = await self._aggregates.handle(kind, key, command, cause, only_at)
        except (Refusal, VersionPassed, ConcurrencyConflict, EventTooLarge):
            await self._settle(marker, None)
            raise
        await self._settle(marker, handled if handled.version else None)
        return handled

    async def follow_order(self, order_id: str, *, waits: bool = False) -> None:
        """Show an order as this process last saw it, unless it is about to move on.

        `waits`: it will stay where it is for a while, whatever its status.

        Raises:
            StoreUnavailable: perhaps shown; showing it again is safe.
        """
        recalled = await self._aggregates.recall(ORDER, order_id, lambda order: order is not None)
        order = recalled.state
        if order is not None and (waits or order.status not in PASSING):
            view = order_list.view_of(order, recalled.version)
            await self.views.show(order_list.MODEL, view)

    async def catch_up(self) -> None:
        """Show what markers point at; at most every ten seconds, so every list may call it.

        Raises:
            StoreUnavailable: some are left for the next time.
        """
        began = self.views.monotonic()
        if self._swept is not None and began - self._swept < SWEEP_EVERY:
            return
        for marker in await self.backlog.markers():
            # Judged before the stream is read: what is appended after that read has a marker too.
            abandoned = self.backlog.is_abandoned(marker)
            try:
                await self.show_stream(marker.stream)
            except StoreUnavailable:
                raise
            except Exception as error:  # noqa: BLE001 - one bad stream must not stop the others
                # Its marker stays, so `GET /ready` goes on saying that something is not shown.
                logs.error(f"{marker.stream} cannot be shown.", "not_shown", error)
                continue
            if abandoned:
                await self.backlog.remove(marker)
        self._swept = began

    async def show_stream(self, stream: str) -> None:
        """Show the one a stream tells of, as it stands now."""
        category, _, key = stream.partition("-")
        loaded = await self._aggregates.load(BY_CATEGORY[category].kind, key)
        if loaded.version:
            await self._show(category, loaded)

    async def _show(self, category: str, seen: Loaded[Any] | Handled[Any]) -> None:
        model = BY_CATEGORY[category]
        await self.views.show(model.name, model.view(seen.state, seen.version))

    async def _settle(self, marker: Marker, handled: Handled[Any] | None) -> None:
        """What was recorded stands, shown or not: a marker that is left says that it is not."""
        try:
            if handled is not None:
                await self._show(marker.stream.partition("-")[0], handled)
            await self.backlog.remove(marker)
        except StoreUnavailable as error:
            sentence = f"The rows of {marker.stream} will follow later. {error}"
            logs.warning(sentence, "rows_left_behind", stream=marker.stream)
