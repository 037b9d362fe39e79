"""Idempotency keys whose time is over."""

from dataclasses import dataclass
from datetime import datetime

from shared import logs
from shared.application.cleanup.sweep import Fate, Swept
from shared.cells.port import Cell, CellMoved, Cells
from shared.idempotency.keys import Entry
from shared.plain import NotPlain, from_plain


@dataclass(frozen=True, slots=True)
class ExpiredKeys:
    """A key goes only as it was read: who claims it anew meanwhile keeps it."""

    cells: Cells

    async def page(self, at: datetime, cursor: str | None, limit: int) -> Swept:
        """Go over `limit` keys in their order."""
        cells = await self.cells.page(cursor or "", limit)
        fates = [await self._swept(cell, at) for cell in cells]
        last = cells[-1].key if len(cells) == limit else None
        return Swept(fates.count(Fate.USELESS), last, fates.count(Fate.DOUBTFUL))

    async def _swept(self, cell: Cell, at: datetime) -> Fate:
        try:
            entry = from_plain(Entry, cell.document)
        except NotPlain as error:
            sentence = f"An idempotency key cannot be read and stays. {error}"
            logs.warning(sentence, "left_in_doubt", key=cell.key)
            return Fate.DOUBTFUL
        if entry.expires_at > at:
            return Fate.NEEDED
        try:
            await self.cells.remove(cell)
        except CellMoved:
            return Fate.NEEDED
        return Fate.USELESS
