"""Rows of JSON by partition and key, written together or not at all, for read models."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from typing import Protocol

from shared.plain import Json


@dataclass(frozen=True, slots=True)
class Row:
    """A key, what stands there, and the etag it had when it was read; None for a new row."""

    key: str
    fields: Json
    etag: str | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows of one partition that change together, if the guard still is what it was.

    `guard`: replaced where its etag matches; without an etag it is inserted and must be new.
    `puts`: rows that only the guard's owner writes, so they need no condition of their own.
    `drops`: keys that go; those that are gone already do not matter.
    `ends`: the guard itself goes, too.
    """

    guard: Row
    puts: Sequence[Row] = ()
    drops: Sequence[str] = ()
    ends: bool = False


class RowConflict(Exception):
    """Somebody else changed the guarded row first. Read it again."""


class Rows(Protocol):
    """A contract suite holds both twins to this; each raises StoreUnavailable for an outage."""

    async def get(self, partition: str, key: str) -> Row | None:
        """One row, or None; one point read."""
        ...

    async def page(self, partition: str, after: str, before: str, limit: int) -> Sequence[Row]:
        """At most `limit` rows in the order of their keys, all between `after` and `before`."""
        ...

    async def write(self, partition: str, batch: Batch) -> str:
        """Write all of it or nothing; at most 100 rows.

        Returns:
            The guard's new etag, or nothing when it ended.

        Raises:
            RowConflict: the guard is not what it was; nothing was written.
        """
        ...

    async def put(self, partition: str, row: Row) -> None:
        """Write one row, whatever stood there."""
        ...

    async def drop(self, partition: str, keys: Sequence[str]) -> None:
        """Delete at most 100 rows; those that are gone already do not matter."""
        ...


class MemoryRows:
    """The twin in memory."""

    def __init__(self) -> None:
        self._rows: dict[tuple[str, str], Row] = {}
        self._etags = count(1)

    async def get(self, partition: str, key: str) -> Row | None:
        return self._rows.get((partition, key))

    async def page(self, partition: str, after: str, before: str, limit: int) -> Sequence[Row]:
        found = sorted(
            key for there, key in self._rows if there == partition and after < key < before
        )
        return [self._rows[partition, key] for key in found[:limit]]

    async def write(self, partition: str, batch: Batch) -> str:
        present = self._rows.get((partition, batch.guard.key))
        if (present.etag if present else None) != batch.guard.etag:
            raise RowConflict(batch.guard.key)
        for row in (batch.guard, *batch.puts):
            self._set(partition, row)
        await self.drop(partition, [*batch.drops, *([batch.guard.key] if batch.ends else [])])
        left = self._rows.get((partition, batch.guard.key))
        return str(left.etag) if left else ""

    async def put(self, partition: str, row: Row) -> None:
        self._set(partition, row)

    async def drop(self, partition: str, keys: Sequence[str]) -> None:
        for key in keys:
            self._rows.pop((partition, key), None)

    def _set(self, partition: str, row: Row) -> None:
        self._rows[partition, row.key] = Row(row.key, row.fields, f"r{next(self._etags)}")
