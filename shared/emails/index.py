"""The guide's EmailIndex: one cell an address, which says who has it, or wants to."""

import hashlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from shared.cells.port import Cell, CellMoved, Cells
from shared.domain.user import Profile, fold_email
from shared.plain import from_plain, to_plain

# After this long a claim that was not confirmed may be contested; safety does not rest on it.
CLAIM_PATIENCE = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Entry:
    """`profile` stands there only while it is true; without it, the user's stream decides."""

    user_id: str
    claim_id: str
    claimed_at: datetime
    version: int = 0
    profile: Profile | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """An address's entry, as it stood when it was read or written."""

    cell: Cell
    entry: Entry


@dataclass(frozen=True, slots=True)
class EmailIndex:
    """Claim, change the user, confirm: the protocol of docs/decisions/005-unique-email.md."""

    cells: Cells
    now: Callable[[], datetime]
    new_id: Callable[[], str]

    async def find(self, email: str) -> Held | None:
        """Who has or wants this address; one point read.

        Raises:
            StoreUnavailable: the storage did not answer.
        """
        cell = await self.cells.read(_key(email))
        return Held(cell, from_plain(Entry, cell.document)) if cell else None

    async def claim(self, email: str, user_id: str, over: Held | None) -> Held:
        """Claim an address that is still free, or still held as `over` says.

        Raises:
            CellMoved: it is not, or it is ours and only the answer was lost.
            StoreUnavailable: perhaps claimed.
        """
        entry = Entry(user_id, self.new_id(), self.now())
        present = over.cell if over else None
        return Held(await self.cells.write(_key(email), to_plain(entry), present), entry)

    async def confirm(self, held: Held, profile: Profile, version: int) -> None:
        """The user has the address; a later claim stays as it is, its claimer knows better."""
        entry = replace(held.entry, version=version, profile=profile)
        with suppress(CellMoved):
            await self.cells.write(held.cell.key, to_plain(entry), held.cell)

    async def release(self, held: Held) -> None:
        """Nobody has the address any more, unless it was claimed again meanwhile."""
        with suppress(CellMoved):
            await self.cells.remove(held.cell)

    def is_contestable(self, entry: Entry) -> bool:
        """Whether its claimer had time enough and never confirmed."""
        return entry.profile is None and self.now() - entry.claimed_at >= CLAIM_PATIENCE


def _key(email: str) -> str:
    # Hashed: an address may hold what no row key may, and belongs in no log of the storage.
    return hashlib.sha256(fold_email(email).encode()).hexdigest()
