"""What is known of messages that failed: the host keeps their texts only, and forgets the rest."""

import hashlib
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from shared import logs
from shared.eventstore.port import StoreUnavailable
from shared.plain import from_plain, to_plain
from shared.projections.newest_first import Period
from shared.records import Record, RecordMoved, Records

CODE = "[a-z][a-z0-9_]{0,63}"  # of a reason; it becomes part of a list's name
INTERNAL = "internal"
LONGEST_DETAIL = 500  # characters; the log has the rest
AT_ONCE = timedelta(seconds=1)
ROUNDS = 20  # of writers that are in each other's way: of one text, at most a batch fails at once


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something failed: a stable code in snake_case, and a sentence for people."""

    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class Failed:
    """How often the host handed a message out in vain, since when, and what was wrong last."""

    first_at: datetime
    last_at: datetime
    count: int
    reason: Reason


@dataclass(frozen=True, slots=True)
class Redriven:
    """The dead letter whose text was last sent to its queue again, and when."""

    dead_letter_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Notes:
    """All that is known of a text in a queue."""

    failed: Failed | None = None
    redriven: Redriven | None = None


NOTHING = Notes()


class Failures:
    """Notes on texts, because the poison queue gets only the text (host-triggers.md 3.3)."""

    def __init__(self, records: Records, now: Callable[[], datetime]) -> None:
        """`records`: those of kind `failures`."""
        self._records, self._now = records, now

    @asynccontextmanager
    async def noting(self, queue: str, text: str, attempt: int) -> AsyncIterator[None]:
        """Note whatever exception ends the block, and let it pass to the host.

        `attempt`: the message's dequeue count. An exception may carry a `code`; what cannot be
        noted because the storage is down is logged, and the first exception passes all the same.
        """
        try:
            yield
        except Exception as error:
            await self._note(queue, text, attempt, reason_of(error))
            raise

    async def of(self, queue: str, text: str) -> Notes:
        """What is known of a text in a queue.

        Raises:
            StoreUnavailable: the storage did not answer.
        """
        record = await self._records.read(_id(queue, text))
        return from_plain(Notes, record.document) if record else NOTHING

    async def redriven(self, queue: str, text: str, dead_letter_id: str) -> None:
        """Note that a dead letter's text goes to its queue again, so that it is known there.

        Raises:
            StoreUnavailable: perhaps noted.
            RecordMoved: the text is failing too often at this moment.
        """
        noted = Redriven(dead_letter_id, self._now())

        def redriven(notes: Notes) -> Notes:
            # Many letters may hold one text and go at once: any of them will do.
            fresh = notes.redriven and notes.redriven.at > noted.at - AT_ONCE
            return notes if fresh else replace(notes, redriven=noted)

        await self._change(queue, text, redriven)

    async def forget(self, before: datetime, limit: int) -> int:
        """Remove at most `limit` notes that were last changed before then; how many there were."""
        old = await self._records.page("all", limit, period=Period(before=before))
        for each in old:
            record = await self._records.read(each.shown["failureId"])
            # One that was written meanwhile is not old any more; a later look does not find it.
            with suppress(RecordMoved):
                if record is not None:
                    await self._records.remove(record)
        return len(old)

    async def _note(self, queue: str, text: str, attempt: int, reason: Reason) -> None:
        now = self._now()

        def noted(notes: Notes) -> Notes:
            known = notes.failed
            # In one life of a message the attempts rise; one that does not begins another life.
            first = known.first_at if known and known.count < attempt else now
            return replace(notes, failed=Failed(first, now, attempt, reason))

        try:
            await self._change(queue, text, noted)
        except (StoreUnavailable, RecordMoved) as error:
            sentence = f"A failure could not be noted: {reason.detail}"
            logs.warning(sentence, "failure_not_noted", queue=queue, cause=repr(error))

    async def _change(self, queue: str, text: str, change: Callable[[Notes], Notes]) -> None:
        for left in reversed(range(ROUNDS)):
            record = await self._records.read(_id(queue, text))
            known = from_plain(Notes, record.document) if record else NOTHING
            notes = change(known)
            if notes == known:
                return
            try:
                await self._records.write(_record(queue, text, notes, self._now()), record)
            except RecordMoved:
                if not left:
                    raise
            else:
                return


def reason_of(error: Exception) -> Reason:
    """The reason an exception gives: its own `code`, or `internal` and what it was."""
    code = getattr(error, "code", None)
    if isinstance(code, str) and re.fullmatch(CODE, code):
        return Reason(code, _shown(str(error)))
    return Reason(INTERNAL, _shown(f"{type(error).__name__}: {error}"))


def _shown(text: str) -> str:
    """As much of a text as one can show: it may quote any part of any message."""
    printable = "".join(letter if letter.isprintable() else " " for letter in text)
    return " ".join(printable[:LONGEST_DETAIL].split())


def _record(queue: str, text: str, notes: Notes, now: datetime) -> Record:
    identity = _id(queue, text)
    shown = {"failureId": identity, "queue": queue}
    return Record(identity, now, to_plain(notes), ("all",), shown)


def _id(queue: str, text: str) -> str:
    return hashlib.sha256(f"{queue}\n{text}".encode()).hexdigest()
