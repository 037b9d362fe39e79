"""Records: documents by id, listed with the newest first, changed only over what was read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from shared.plain import Json, from_plain, rfc3339
from shared.projections.newest_first import ALWAYS, Period, place, span
from shared.projections.rows import Batch, Row, RowConflict, Rows

BY_ID, LISTED = "id|", "in|"


class RecordMoved(Exception):
    """Someone wrote this record first. Read it again and decide again."""


@dataclass(frozen=True, slots=True)
class Record:
    """`at`: where it stands in every list of `lists`; `shown`: what these show of the document.

    Ids are 1..64 letters, digits and hyphens; names of lists hold no control character, `/`, `\\`,
    `#` or `?`. `etag` is None until it was written.
    """

    record_id: str
    at: datetime
    document: Json
    lists: tuple[str, ...] = ()
    shown: Json | None = None
    etag: str | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """A record as a list shows it, and the place a cursor goes on from."""

    place: str
    shown: Json


class Records:
    """One kind of record: a partition, in which a record and its places change together."""

    def __init__(self, rows: Rows, kind: str) -> None:
        self._rows, self._kind = rows, kind

    async def read(self, record_id: str) -> Record | None:
        """One record; one point read.

        Raises:
            StoreUnavailable: the storage did not answer.
        """
        row = await self._rows.get(self._kind, f"{BY_ID}{record_id}")
        return _record(record_id, row) if row else None

    async def write(self, record: Record, over: Record | None) -> Record:
        """Write a record that still stands as `over` says, None for one that is not there.

        Returns:
            The record with its new etag.

        Raises:
            RecordMoved: it does not; or it was this very write, and only its answer was lost.
            StoreUnavailable: perhaps written; read it to find out.
        """
        fields = {
            "document": record.document,
            "at": rfc3339(record.at),
            "lists": list(record.lists),
            "shown": record.shown,
        }
        guard = Row(f"{BY_ID}{record.record_id}", fields, over.etag if over else None)
        places, before = _places(record), _places(over) if over else []
        # Where the same is shown already, nothing is written: most changes are of the document.
        shown = before if over and over.shown == record.shown else ()
        puts = [Row(key, {"shown": record.shown or {}}) for key in places if key not in shown]
        left = set(before) - set(places)
        etag = await self._moved(Batch(guard, puts, sorted(left)))
        return Record(
            record.record_id, record.at, record.document, record.lists, record.shown, etag
        )

    async def remove(self, record: Record) -> None:
        """Remove a record that still stands so, from all its lists, too.

        Raises:
            RecordMoved: someone wrote or removed it meanwhile.
            StoreUnavailable: perhaps removed.
        """
        guard = Row(f"{BY_ID}{record.record_id}", {}, record.etag)
        await self._moved(Batch(guard, (), sorted(_places(record)), ends=True))

    async def page(
        self, listed: str, limit: int, cursor: str | None = None, period: Period = ALWAYS
    ) -> Sequence[Listed]:
        """At most `limit` of a list and a period, the newest first, behind the place `cursor`.

        Raises:
            StoreUnavailable: the storage did not answer.
        """
        first, end = (f"{LISTED}{key}" for key in span(listed, period, cursor))
        rows = await self._rows.page(self._kind, first, end, limit)
        begins = len(f"{LISTED}{listed}|")
        return [Listed(row.key[begins:], row.fields["shown"]) for row in rows]

    async def _moved(self, batch: Batch) -> str:
        try:
            return await self._rows.write(self._kind, batch)
        except RowConflict as conflict:
            raise RecordMoved(f"{RecordMoved.__doc__} ({self._kind})") from conflict


def _places(record: Record) -> list[str]:
    where = place(record.at, record.record_id)
    return [f"{LISTED}{listed}|{where}" for listed in record.lists]


def _record(record_id: str, row: Row) -> Record:
    fields = row.fields
    at = from_plain(datetime, fields["at"])
    return Record(
        record_id, at, fields["document"], tuple(fields["lists"]), fields["shown"], row.etag
    )
