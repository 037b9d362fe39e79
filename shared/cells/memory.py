"""The twin of the cells in memory, for tests and demonstrations."""

from collections.abc import Sequence
from itertools import count

from shared.cells.port import Cell, CellMoved
from shared.plain import Json


class MemoryCells:
    """A dictionary with tags."""

    def __init__(self) -> None:
        self.cells: dict[str, Cell] = {}
        self._tags = count(1)

    async def read(self, key: str) -> Cell | None:
        return self.cells.get(key)

    async def write(self, key: str, document: Json, over: Cell | None) -> Cell:
        self._require(key, over)
        self.cells[key] = Cell(key, document, str(next(self._tags)))
        return self.cells[key]

    async def remove(self, cell: Cell) -> None:
        if cell.key in self.cells:
            self._require(cell.key, cell)
            del self.cells[cell.key]

    async def page(self, after: str, limit: int) -> Sequence[Cell]:
        keys = sorted(key for key in self.cells if key > after)
        return [self.cells[key] for key in keys[:limit]]

    def _require(self, key: str, seen: Cell | None) -> None:
        present = self.cells.get(key)
        if (present and present.tag) != (seen and seen.tag):
            raise CellMoved(f"{CellMoved.__doc__} ({key})")
