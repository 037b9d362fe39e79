"""The job `orders.export`: orders of the lists as one CSV file, a piece of it in memory."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from shared.application.jobs import csv_lines
from shared.application.jobs.payload import Members
from shared.application.jobs.work import GoOn, Run
from shared.blobs.port import PIECE, Blobs, PiecesGone
from shared.domain.order.state import OrderStatus
from shared.names import EXPORTS
from shared.plain import Json, from_plain, to_plain
from shared.projections.newest_first import EPOCH, Period
from shared.projections.order_list import OrderFilter, OrderList

TYPE = "orders.export"
PAGE = 1_000  # rows in memory; as many as Table storage answers at once
FULL = PIECE // 2  # a page comes on top: a thousand lines of 220 bytes at most
CUSTOMER_ID = r"[A-Za-z0-9][A-Za-z0-9._@:-]{0,63}"  # what POST /orders accepts
MEMBERS = ("placedAfter", "placedBefore", "status", "customerId")
HEADER = (
    "orderId",
    "customerId",
    "status",
    "placedAt",
    "totalAmount",  # minor units of the currency, as everywhere
    "totalCurrency",
    "outcomeCode",
)
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Course:
    """How far an export is. `pieces`: the attempt that staged each; a later one stages its own.

    `before` is fixed when the export begins, so it ends however many orders come meanwhile.
    """

    since: datetime
    before: datetime
    cursor: str | None = None
    reached: datetime | None = None
    rows: int = 0
    size: int = 0
    pieces: tuple[int, ...] = ()
    is_complete: bool = False

    @property
    def progress(self) -> float:
        """The share of the time that was walked through, the newest first."""
        if self.is_complete:
            return 1.0
        whole = (self.before - self.since) / DAY
        return (self.before - (self.reached or self.before)) / DAY / whole if whole > 0 else 0.0

    @property
    def piece_ids(self) -> list[str]:
        """The names of the pieces, in their order."""
        return [_piece_id(number, attempt) for number, attempt in enumerate(self.pieces)]


@dataclass(frozen=True, slots=True)
class ExportOrders:
    """Each order once, as the list shows it when the export comes by (docs/jobs.md)."""

    orders: OrderList
    blobs: Blobs
    now: Callable[[], datetime]

    def read(self, payload: Json) -> Json:
        members = Members(payload, MEMBERS)
        after, before = members.moment("placedAfter"), members.moment("placedBefore")
        if after is not None and before is not None and before <= after:
            members.refuse("placedBefore", "it must be later than placedAfter")
        read = {
            "placedAfter": after and _written(after),
            "placedBefore": before and _written(before),
            "status": members.one_of("status", tuple(OrderStatus)),
            "customerId": members.matching("customerId", CUSTOMER_ID),
        }
        members.require_faultless()
        return {name: value for name, value in read.items() if value is not None}

    async def run(self, payload: Json, run: Run) -> Json:
        wanted = _filter(payload)
        name = f"orders/{run.job_id}.csv"
        course = from_plain(Course, run.checkpoint) if run.checkpoint else await self._begun(wanted)
        while not course.is_complete:
            if run.is_over_time():
                raise GoOn
            course = await self._with_piece(wanted, name, course, run)
            # Only who has the job may say what the file is made of; so a run that was overtaken
            # never comes to the commit, and those that do commit the same.
            await run.report(course.progress, to_plain(course))
        try:
            await self.blobs.commit(EXPORTS, name, course.piece_ids, csv_lines.MEDIA_TYPE)
        except PiecesGone:
            # They are kept for a week; this job rested for longer. It begins anew.
            await run.report(0.0, None)
            raise GoOn from None
        return {"rows": course.rows, "bytes": course.size, "file": name}

    async def _begun(self, wanted: OrderFilter) -> Course:
        before = min(wanted.placed.before or self.now(), self.now())
        return Course(wanted.placed.after or await self._oldest(wanted, before), before)

    async def _oldest(self, wanted: OrderFilter, before: datetime) -> datetime:
        """Before which day nothing was placed: fifteen pages of one row, for the progress alone."""
        none, some = EPOCH, before
        while some - none > DAY:
            middle = none + (some - none) / 2
            earlier = replace(wanted, placed=Period(before=middle))
            if await self.orders.page(earlier, 1, None):
                some = middle
            else:
                none = middle
        return none

    async def _with_piece(self, wanted: OrderFilter, name: str, course: Course, run: Run) -> Course:
        period = replace(wanted, placed=Period(wanted.placed.after, course.before))
        content = bytearray() if course.pieces else bytearray(csv_lines.line(HEADER))
        while len(content) < FULL and not course.is_complete and not run.is_over_time():
            found = await self.orders.page(period, PAGE, course.cursor)
            for row in found:
                content += _line(row.document)
            course = replace(course, rows=course.rows + len(found), is_complete=len(found) < PAGE)
            if found:
                reached = datetime.fromisoformat(found[-1].document["placedAt"])
                course = replace(course, cursor=found[-1].place, reached=reached)
        if not content:  # the page before was the last and full, or the slice was over already
            return course
        piece = _piece_id(len(course.pieces), run.attempt)
        await self.blobs.stage(EXPORTS, name, piece, bytes(content))
        pieces = (*course.pieces, run.attempt)
        return replace(course, pieces=pieces, size=course.size + len(content))


def _filter(payload: Json) -> OrderFilter:
    after, before = (payload.get(name) for name in ("placedAfter", "placedBefore"))
    status = payload.get("status")
    return OrderFilter(
        customer_id=payload.get("customerId"),
        status=OrderStatus(status) if status else None,
        placed=Period(
            datetime.fromisoformat(after) if after else None,
            datetime.fromisoformat(before) if before else None,
        ),
    )


def _written(moment: datetime) -> str:
    """To the microsecond: cut to a millisecond, a bound would let in what lies before it."""
    return moment.isoformat().replace("+00:00", "Z")


def _line(order: Json) -> bytes:
    total, outcome = order["total"] or {}, order["outcome"] or {}
    return csv_lines.line(
        (
            order["orderId"],
            order["customerId"],
            order["status"],
            order["placedAt"],
            total.get("amount"),
            total.get("currency"),
            outcome.get("code"),
        )
    )


def _piece_id(number: int, attempt: int) -> str:
    return f"{number:05d}-{attempt:06d}"
