"""Cells as the application sees them: read, written when nobody was faster, removed likewise."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from shared.plain import Json


@dataclass(frozen=True, slots=True)
class Cell:
    """A document as it stood when it was read; `tag` changes with every write."""

    key: str
    document: Json
    tag: str


class CellMoved(Exception):
    """Someone wrote this cell first. Read it again and decide again."""


class Cells(Protocol):
    """One document a key; a contract suite holds both twins to this.

    Keys are 1..255 letters, digits, `.`, `-` or `_`: hash whatever people may choose.
    """

    async def read(self, key: str) -> Cell | None:
        """The cell under a key; one point read.

        Raises:
            StoreUnavailable: the storage did not answer.
        """
        ...

    async def write(self, key: str, document: Json, over: Cell | None) -> Cell:
        """Write a cell that still stands as `over` says, None for one that is not there.

        Returns:
            The new cell.

        Raises:
            CellMoved: it does not; or it was this very write, and only its answer was lost.
            StoreUnavailable: perhaps written; read it to find out.
        """
        ...

    async def remove(self, cell: Cell) -> None:
        """Remove a cell that still stands so; one that is gone already is well removed.

        Raises:
            CellMoved: someone wrote it meanwhile, so it stays.
            StoreUnavailable: perhaps removed.
        """
        ...

    async def page(self, after: str, limit: int) -> Sequence[Cell]:
        """At most `limit` cells in the order of their keys, beginning behind the key `after`.

        A scan of all there are, for sweeping and nothing else.

        Raises:
            StoreUnavailable: the storage did not answer.
        """
        ...
