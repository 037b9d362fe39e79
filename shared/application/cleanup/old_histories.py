"""Histories of durable instances that ended long ago."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from shared import logs
from shared.application.aggregates import ORDER, Aggregates
from shared.application.cleanup.sweep import Fate, Swept


@dataclass(frozen=True, slots=True)
class History:
    """An instance that has ended: its id, the name of its process, and when it ended."""

    instance_id: str
    process: str
    ended_at: datetime


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """Some instances; with a cursor there may be more, even behind a page of none."""

    histories: Sequence[History]
    cursor: str | None


class Histories(Protocol):
    """What the durable engine keeps; each raises StoreUnavailable when it does not answer."""

    async def page(self, before: datetime, cursor: str | None, limit: int) -> HistoryPage:
        """At most `limit` instances that were made before then and have ended."""
        ...

    async def purge(self, instance_id: str) -> bool:
        """Forget an ended instance; False when it was gone, or is running again."""
        ...


@dataclass(frozen=True, slots=True)
class OldHistories:
    """The stream is the truth about an order, so its history may go once that says the end.

    Where the stream does not (its process was terminated, or broke), the history is the last
    that tells how it came about, and stays with the order; so does that of a parked one.
    """

    histories: Histories
    aggregates: Aggregates
    age: timedelta
    of_orders: Collection[str]
    """The processes whose instances are called by an order's id, or by that and a suffix."""

    async def page(self, at: datetime, cursor: str | None, limit: int) -> Swept:
        """Go over `limit` instances; an old one that ended lately stays, too."""
        before = at - self.age
        page = await self.histories.page(before, cursor, limit)
        old = [each for each in page.histories if each.ended_at <= before]
        fates = [await self._swept(each) for each in old]
        return Swept(fates.count(Fate.USELESS), page.cursor, fates.count(Fate.DOUBTFUL))

    async def _swept(self, history: History) -> Fate:
        if history.process in self.of_orders:
            fate = await self._judged(history.instance_id)
            if fate is not Fate.USELESS:
                return fate
        purged = await self.histories.purge(history.instance_id)
        return Fate.USELESS if purged else Fate.NEEDED

    async def _judged(self, instance_id: str) -> Fate:
        order = (await self.aggregates.load(ORDER, instance_id.partition(":")[0])).state
        if order is None or not order.is_final:
            sentence = "An order's process ended, and its stream does not say how: both stay."
            logs.warning(sentence, "left_in_doubt", instanceId=instance_id)
            return Fate.DOUBTFUL
        return Fate.NEEDED if order.is_parked else Fate.USELESS
