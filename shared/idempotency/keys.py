"""Idempotency keys: the first request with one decides what every other one is answered."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import chain, repeat

from shared.cells.port import Cell, CellMoved, Cells
from shared.plain import from_plain, to_plain

HOLD = timedelta(hours=24)  # design/api.md, idempotency
# How long the others wait for the first one's answer before they take part in its work.
PATIENCE = timedelta(seconds=5)
PAUSES = (0.05, 0.1, 0.2, 0.4)


class KeyReused(Exception):
    """This Idempotency-Key came with another body before. Make a new key."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as it was sent, to the byte."""

    status: int
    mimetype: str
    headers: dict[str, str]
    body: str


@dataclass(frozen=True, slots=True)
class Attempt:
    """One run of the work: `subject` names what it makes, the same in every run with one key."""

    subject: str
    at: datetime
    is_first: bool

    def may_be_repeated(self, now: datetime) -> bool:
        """Whether another run may have come before this one, or overtaken it."""
        return not self.is_first or now >= self.at + PATIENCE


@dataclass(frozen=True, slots=True)
class Entry:
    """What is stored under a key."""

    fingerprint: str
    subject: str
    claimed_at: datetime
    expires_at: datetime
    answer: Answer | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """A request's share in a key: either the answer is there, or there is work to attempt."""

    cell: Cell
    entry: Entry
    is_first: bool

    @property
    def attempt(self) -> Attempt:
        """The run of the work that this claim allows."""
        return Attempt(self.entry.subject, self.entry.claimed_at, self.is_first)


@dataclass(frozen=True, slots=True)
class IdempotencyKeys:
    """Two storage requests a fresh key: its claim and its answer (docs/decisions/006)."""

    cells: Cells
    now: Callable[[], datetime]
    new_id: Callable[[], str]
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep

    def attempt(self) -> Attempt:
        """The one run of work that came without a key."""
        return Attempt(self.new_id(), self.now(), is_first=True)

    async def claim(self, key: str, fingerprint: str) -> Claim:
        """Claim a key for a request, or find out what became of the first one with it.

        Raises:
            KeyReused: the key is held for another fingerprint.
            StoreUnavailable: the storage did not answer; nothing was begun.
        """
        now = self.now()
        fresh = Entry(fingerprint, self.new_id(), now, now + HOLD)
        cell = await self._write_or_read(key, fresh, None)
        pauses, waited = chain(PAUSES, repeat(PAUSES[-1])), 0.0
        while True:
            entry = from_plain(Entry, cell.document)
            if entry.subject == fresh.subject:
                return Claim(cell, entry, is_first=True)
            if entry.expires_at <= self.now():
                cell = await self._write_or_read(key, fresh, cell)
                continue
            if entry.fingerprint != fingerprint:
                raise KeyReused(KeyReused.__doc__)
            patient = max(waited, (self.now() - entry.claimed_at).total_seconds())
            if entry.answer or patient >= PATIENCE.total_seconds():
                return Claim(cell, entry, is_first=False)
            # Counted, too: the claim may carry the time of a clock that was wrong.
            seconds = next(pauses)
            await self.pause(seconds)
            waited += seconds
            cell = await self.cells.read(key) or await self._write_or_read(key, fresh, None)

    async def keep(self, claim: Claim, answer: Answer) -> Answer:
        """Store the answer for all who come with this key.

        Returns:
            The answer to send: this one, or that of another participant who was faster.

        Raises:
            StoreUnavailable: perhaps stored.
        """
        kept = to_plain(replace(claim.entry, answer=answer))
        try:
            await self.cells.write(claim.cell.key, kept, claim.cell)
        except CellMoved:
            present = await self.cells.read(claim.cell.key)
            entry = from_plain(Entry, present.document) if present else claim.entry
            if entry.subject == claim.entry.subject and entry.answer:
                return entry.answer
        return answer

    async def _write_or_read(self, key: str, fresh: Entry, over: Cell | None) -> Cell:
        while True:
            try:
                return await self.cells.write(key, to_plain(fresh), over)
            except CellMoved:
                over = await self.cells.read(key)
            if over is not None:
                return over
