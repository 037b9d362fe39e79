"""Counts the orders and dead letters of a day, in slices, onto a paper that outlives a crash."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import takewhile

from shared import logs
from shared.application.aggregates import ORDER, Aggregates
from shared.blobs.port import Blobs
from shared.eventstore.codec import CODEC, UnknownEvent
from shared.names import TEMP
from shared.plain import NotPlain, from_plain
from shared.projections.newest_first import Period
from shared.projections.order_list import OrderFilter, OrderList, OrderRow
from shared.records import Records
from shared.reports.facts import Facts, facts_of
from shared.reports.json_file import json_file
from shared.reports.tally import Tally
from shared.reports.week import IsoWeek, midnight

SLICE = 1_000  # orders a call: seconds of the minutes a function has (perf.md 2.1, some 5 ms each)
AT_ONCE = 8  # streams read at a time, for each of the seven days: others want answers, too
ALL = "all"  # the list in which every record stands


@dataclass(slots=True)
class Paper:
    """How far the count of a day has come. `run`: the count it belongs to; each begins anew."""

    run: str
    cursor: str | None = None
    is_complete: bool = False
    slices: int = 0
    tally: Tally = field(default_factory=Tally)


@dataclass(frozen=True, slots=True)
class WeeklyCount:
    """A slice is counted onto the paper by one write, so it counts once however often it is run.

    A day is counted for two reports, its own week's and the next one's, perhaps at the same time:
    each has papers of its own.
    """

    orders: OrderList
    aggregates: Aggregates
    dead_letters: Records
    blobs: Blobs

    async def count(self, week: IsoWeek, day: date, run: str) -> Paper:
        """Count the next slice of a day for the report of a week, as of the day's own cut-off.

        Returns:
            The paper as it is now.

        Raises:
            StoreUnavailable: nothing was counted, or the whole slice.
        """
        paper = await self._paper(week, day, run) or Paper(run)
        if paper.is_complete:
            return paper
        period = Period(midnight(day), midnight(day) + timedelta(days=1))
        paper.slices += 1
        rows = await self.orders.page(OrderFilter(placed=period), SLICE, paper.cursor)
        await self._add(rows, IsoWeek.of(midnight(day)).cut_off, paper.tally)
        if len(rows) < SLICE:
            await self._add_dead_letters(period, paper.tally)
            paper.is_complete = True
        else:
            paper.cursor = rows[-1].place
        await self.blobs.write(TEMP, _name(week, day), json_file(paper), "application/json")
        return paper

    async def counted(self, week: IsoWeek, day: date, run: str) -> Tally | None:
        """What was counted of a day; None unless all was."""
        paper = await self._paper(week, day, run)
        return paper.tally if paper and paper.is_complete else None

    async def throw_away(self, week: IsoWeek) -> None:
        """Remove the papers of a week whose report is told."""
        for day in (*week.previous.days, *week.days):
            await self.blobs.remove(TEMP, _name(week, day))

    async def _paper(self, week: IsoWeek, day: date, run: str) -> Paper | None:
        found = await self.blobs.read(TEMP, _name(week, day))
        if found is None:
            return None
        try:
            paper = from_plain(Paper, json.loads(found))
        except NotPlain:
            return None  # another program's, from before a deployment: counted anew
        return paper if paper.run == run else None

    async def _add(self, rows: Sequence[OrderRow], cut_off: datetime, tally: Tally) -> None:
        for start in range(0, len(rows), AT_ONCE):
            some = rows[start : start + AT_ONCE]
            facts = await asyncio.gather(*(self._facts(row, cut_off) for row in some))
            for row, order in zip(some, facts, strict=True):
                if order is None:
                    tally.add_unreadable(row.document["orderId"], _placed_at(row))
                else:
                    tally.add_order(order)

    async def _facts(self, row: OrderRow, cut_off: datetime) -> Facts | None:
        """What its stream tells of an order; None where this program cannot read it."""
        order_id = row.document["orderId"]
        recorded = await self.aggregates.store.read(ORDER.stream(order_id))
        # A prefix, whatever the clocks of several machines said (as in history.py).
        known = takewhile(lambda event: event.occurred_at <= cut_off, recorded)
        try:
            happened = [(event.occurred_at, CODEC.read(event)) for event in known]
            return facts_of(order_id, _placed_at(row), happened)
        except (UnknownEvent, NotPlain, ValueError) as error:
            sentence = f"The order {order_id} cannot be read: the weekly report goes without it."
            logs.error(sentence, "order_unreadable", error, orderId=order_id)
            return None

    async def _add_dead_letters(self, period: Period, tally: Tally) -> None:
        cursor: str | None = None
        while True:
            page = await self.dead_letters.page(ALL, SLICE, cursor, period)
            for letter in page:
                tally.add_dead_letter(str(letter.shown["queue"]))
            if len(page) < SLICE:
                return
            cursor = page[-1].place


def _placed_at(row: OrderRow) -> datetime:
    return datetime.fromisoformat(row.document["placedAt"])


def _name(week: IsoWeek, day: date) -> str:
    return f"weekly-report/{week}/{day.isoformat()}.json"
