"""Dead letters: messages that failed for good, kept until somebody decides on them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from shared.application.failures import Reason
from shared.domain.errors import Refusal
from shared.plain import Json, from_plain, to_plain
from shared.projections.newest_first import ALWAYS, Period
from shared.records import Listed, Record, RecordMoved, Records

KIND = "dead-letters"
# No function runs longer (host.json, functionTimeout), so nobody works on an older claim.
CLAIM = timedelta(minutes=5)
PAGE = 100


class Owner(Protocol):
    """What a message was about, such as the jobs: it hears what becomes of its messages.

    Each is told at least once, perhaps late and perhaps again, so they are idempotent; none
    raises for a text that is not theirs.
    """

    async def dead_lettered(self, text: str, reason: Reason) -> None:
        """The message failed for good: nothing goes on until somebody decides on it.

        Raises:
            StoreUnavailable: perhaps heard; it is told again.
        """
        ...

    async def redriven(self, text: str) -> None:
        """The message is sent once more, in a moment: what it is about waits for it again.

        Raises:
            StoreUnavailable: perhaps heard; it is told again.
        """
        ...

    async def discarded(self, text: str, why: str) -> None:
        """The message is never sent again; `why`: the words of whoever decided so.

        Raises:
            StoreUnavailable: perhaps heard; it is told again.
        """
        ...


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a queue's letters came from: who owns them, and the queue a text goes to again."""

    owner: Owner
    queue: str


class DeadLetterNotFound(Refusal):
    """There is no such dead letter. It may have been resolved and forgotten long ago."""

    code = "dead_letter_not_found"


class DeadLetterClaimed(Refusal):
    """Somebody else is re-driving this dead letter. Look again in a few minutes."""

    code = "dead_letter_claimed"


class DeadLetterResolved(Refusal):
    """This dead letter was re-driven or discarded before. If it failed again, another names it."""

    code = "dead_letter_resolved"


class Status(StrEnum):
    WAITING = "waiting"
    REDRIVEN = "redriven"
    DISCARDED = "discarded"


@dataclass(frozen=True, slots=True)
class Claim:
    """Who re-drives a letter: `task` is the same in every attempt of one request."""

    task: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Resolution:
    """What was decided, by whom; `task` if it was re-driven, `reason` if it was discarded."""

    by: str
    at: datetime
    task: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """`text`: to the byte what stood in the queue; `dequeue_count`: None where nobody counted.

    `earlier_id`: the letter whose text was re-driven and is back with this one.
    """

    dead_letter_id: str
    queue: str
    text: str
    reason: Reason
    filed_at: datetime
    first_failure_at: datetime
    last_failure_at: datetime
    dequeue_count: int | None
    correlation_id: str | None
    earlier_id: str | None
    status: Status = Status.WAITING
    claim: Claim | None = None
    resolution: Resolution | None = None
    version: int = 1

    def require_free(self, now: datetime, task: str = "") -> None:
        """Refuse whoever comes too late; `task` may go on with what it claimed.

        Raises:
            DeadLetterResolved: somebody decided on it.
            DeadLetterClaimed: another task is at it.
        """
        if self.status is not Status.WAITING:
            raise DeadLetterResolved(f"it was {self.status}")
        if self.claim and self.claim.task != task and now < self.claim.at + CLAIM:
            raise DeadLetterClaimed


@dataclass(frozen=True, slots=True)
class LetterFilter:
    """Which letters; None is any. `task`: those that it re-drove, and beside nothing else."""

    queue: str | None = None
    status: Status | None = None
    reason: str | None = None
    task: str | None = None

    @property
    def lists(self) -> tuple[str, ...]:
        """The lists that together hold them, so that no page is ever searched for.

        A queue or a reason has a list for each status: five rows a letter, where all
        combinations would need nine. A letter leaves `waiting` only, so that one comes first.
        """
        if self.task:
            return (f"task={self.task}",)
        if self == LetterFilter():
            return ("all",)
        statuses = (self.status,) if self.status else tuple(Status)
        named = (("queue", self.queue), ("reason", self.reason))
        rest = "".join(f",{name}={value}" for name, value in named if value)
        return tuple(f"status={status}{rest}" for status in statuses)


Change = Callable[[DeadLetter], DeadLetter]


class DeadLetters:
    """The letters themselves: read, listed, changed by one at a time, forgotten in the end."""

    def __init__(self, records: Records, now: Callable[[], datetime]) -> None:
        """`records`: those of KIND."""
        self._records, self.now = records, now

    async def add(self, letter: DeadLetter) -> DeadLetter:
        """File a letter, unless one with its id is there; return the one that is.

        Raises:
            StoreUnavailable: perhaps filed; file it again.
        """
        try:
            await self._records.write(_record(letter), None)
        except RecordMoved:
            return await self.get(letter.dead_letter_id)
        return letter

    async def get(self, letter_id: str) -> DeadLetter:
        """One letter.

        Raises:
            DeadLetterNotFound: there is none.
            StoreUnavailable: the storage did not answer.
        """
        return _letter(await self._read(letter_id))

    async def page(
        self, wanted: LetterFilter, limit: int, cursor: str | None = None, period: Period = ALWAYS
    ) -> Sequence[Listed]:
        """At most `limit` of the letters that were filed in a period, the newest first.

        Raises:
            StoreUnavailable: the storage did not answer.
        """
        found: dict[str, Listed] = {}
        for listed in wanted.lists:
            page = await self._records.page(listed, limit, cursor, period)
            # One that changed its list meanwhile is seen twice; the later look is right.
            found |= {row.place: row for row in page}
        return [found[place] for place in sorted(found)[:limit]]

    async def change(self, letter_id: str, change: Change) -> DeadLetter:
        """Change a letter over what it is; `change` sees it as it stands, and may refuse.

        Raises:
            DeadLetterNotFound: there is none. And whatever `change` refuses with.
            StoreUnavailable: perhaps changed.
        """
        while True:
            record = await self._read(letter_id)
            letter = _letter(record)
            changed = change(letter)
            if changed == letter:
                return letter
            changed = replace(changed, version=letter.version + 1)
            try:
                await self._records.write(_record(changed), record)
            except RecordMoved:
                continue  # somebody was faster, or it was we and only the answer was lost
            return changed

    async def forget(self, before: datetime, limit: int) -> int:
        """Remove at most `limit` letters that were resolved before then, and say how many.

        Those that wait stay, however old: nobody has decided on them (docs/dead-letters.md).
        """
        gone = 0
        for status in (Status.REDRIVEN, Status.DISCARDED):
            cursor: str | None = None
            while rows := await self.page(
                LetterFilter(status=status), PAGE, cursor, Period(before=before)
            ):
                for row in rows:
                    if gone == limit:
                        return gone
                    gone += await self._forget(row.shown["deadLetterId"], before)
                cursor = rows[-1].place
        return gone

    async def _forget(self, letter_id: str, before: datetime) -> bool:
        record = await self._records.read(letter_id)
        resolution = _letter(record).resolution if record else None
        if record is None or resolution is None or resolution.at >= before:
            return False
        try:
            await self._records.remove(record)
        except RecordMoved:
            return False  # another sweep removed it
        return True

    async def _read(self, letter_id: str) -> Record:
        record = await self._records.read(letter_id)
        if record is None:
            raise DeadLetterNotFound
        return record


def summary(letter: DeadLetter) -> Json:
    """What lists show of a letter."""
    plain: Json = to_plain(letter)
    for name in ("text", "claim", "resolution", "version"):
        del plain[name]
    return plain


def _letter(record: Record) -> DeadLetter:
    return from_plain(DeadLetter, record.document)


def _record(letter: DeadLetter) -> Record:
    filters = [LetterFilter()]
    filters += [
        LetterFilter(queue, letter.status, reason)
        for queue in (letter.queue, None)
        for reason in (letter.reason.code, None)
    ]
    if letter.resolution and letter.resolution.task:
        filters.append(LetterFilter(task=letter.resolution.task))
    lists = tuple(listed for each in filters for listed in each.lists)
    identity, document = letter.dead_letter_id, to_plain(letter)
    return Record(identity, letter.filed_at, document, lists, summary(letter))
