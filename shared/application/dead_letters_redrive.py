"""Re-driving: the text of a dead letter goes to its queue once more."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from shared import logs
from shared.application.dead_letters import (
    PAGE,
    Claim,
    DeadLetter,
    DeadLetterClaimed,
    DeadLetterNotFound,
    DeadLetterResolved,
    DeadLetters,
    LetterFilter,
    Origin,
    Resolution,
    Status,
)
from shared.application.failures import Failures
from shared.eventstore.port import StoreUnavailable
from shared.plain import from_plain
from shared.queues.port import Queues

LIFE = timedelta(days=14)  # guide S3.1: a message is kept for 14 days
# What a kill may double: letters that are sent and not settled at that moment.
AT_ONCE = 5
LOST = (DeadLetterClaimed, DeadLetterNotFound, DeadLetterResolved)


@dataclass(frozen=True, slots=True)
class Selection:
    """The letters one bulk re-drive means: those of a queue or a reason that waited by then.

    What fails again meanwhile is filed later, so it is not sent round and round: a re-drive goes
    through the list once, and the newer stand behind it.
    """

    before: datetime
    queue: str | None = None
    reason: str | None = None

    def means(self, filed_at: datetime, now: datetime) -> bool:
        """Whether a letter waited by then; one of times to come did, by a clock that was ahead."""
        return filed_at < self.before or filed_at > now


@dataclass(frozen=True, slots=True)
class Tally:
    """`left`: others were faster, or are at it; `failed`: they wait as before; the log says why."""

    redriven: int = 0
    left: int = 0
    failed: int = 0


@dataclass(frozen=True, slots=True)
class Redrives:
    """`origins`: by the queue that a letter names."""

    letters: DeadLetters
    failures: Failures
    queues: Queues
    origins: Mapping[str, Origin]

    async def one(self, letter_id: str, task: str, by: str) -> DeadLetter:
        """Send a letter's text again.

        `task`: who comes again with the same one goes on where the first attempt died, which may
        send the text twice: its reader is idempotent (docs/dead-letters.md).

        Raises:
            DeadLetterNotFound, DeadLetterClaimed, DeadLetterResolved: as they say.
            StoreUnavailable: perhaps sent; try again.
        """
        letter = await self.letters.change(letter_id, self._claimed(task, by))
        if letter.status is not Status.WAITING:
            return letter  # an earlier attempt got to the end
        try:
            await self._send(letter)
        except Exception:
            await self._give_back(letter, task)
            raise
        settled = await self.letters.change(letter_id, self._settled(task, by))
        logs.info(
            "A dead letter was sent to its queue again.",
            "dead_letter_redriven",
            deadLetterId=letter_id,
            queue=letter.queue,
            by=by,
            correlationId=letter.correlation_id,
        )
        return settled

    async def some(
        self, selection: Selection, cursor: str | None, limit: int, task: str, by: str
    ) -> tuple[Tally, str | None]:
        """Send a page of letters again, a few side by side.

        Returns:
            What came of them, and where the next page begins; None when this was the last.

        Raises:
            StoreUnavailable: some were sent; the same call again goes on with the rest.
        """
        wanted = LetterFilter(selection.queue, Status.WAITING, selection.reason)
        rows, now = await self.letters.page(wanted, limit, cursor), self.letters.now()
        ids = [
            row.shown["deadLetterId"]
            for row in rows
            if selection.means(from_plain(datetime, row.shown["filedAt"]), now)
        ]
        ends: list[DeadLetter | BaseException] = []
        for start in range(0, len(ids), AT_ONCE):
            few = (self.one(each, task, by) for each in ids[start : start + AT_ONCE])
            ends += await asyncio.gather(*few, return_exceptions=True)
        for letter_id, end in zip(ids, ends, strict=True):
            _report(letter_id, end)
        left = sum(isinstance(end, LOST) for end in ends)
        redriven = sum(isinstance(end, DeadLetter) for end in ends)
        tally = Tally(redriven, left, len(ends) - redriven - left)
        return tally, rows[-1].place if len(rows) == limit else None

    async def count(self, task: str) -> int:
        """How many letters a task has sent again, in all its attempts.

        Raises:
            StoreUnavailable: the storage did not answer.
        """
        counted, cursor = 0, None
        while rows := await self.letters.page(LetterFilter(task=task), PAGE, cursor):
            counted, cursor = counted + len(rows), rows[-1].place
        return counted

    async def _send(self, letter: DeadLetter) -> None:
        origin = self.origins[letter.queue]
        await self.failures.redriven(origin.queue, letter.text, letter.dead_letter_id)
        # Told first: the message may be read before this line is left.
        await origin.owner.redriven(letter.text)
        await self.queues.send(origin.queue, letter.text, LIFE)

    def _claimed(self, task: str, by: str) -> Callable[[DeadLetter], DeadLetter]:
        def claimed(letter: DeadLetter) -> DeadLetter:
            if letter.resolution and letter.resolution.task == task:
                return letter
            now = self.letters.now()
            letter.require_free(now, task)
            return replace(letter, claim=Claim(task, by, now))

        return claimed

    def _settled(self, task: str, by: str) -> Callable[[DeadLetter], DeadLetter]:
        def settled(letter: DeadLetter) -> DeadLetter:
            if letter.status is not Status.WAITING:
                return letter  # we were taken for dead, and another has settled it
            resolution = Resolution(by, self.letters.now(), task=task)
            return replace(letter, status=Status.REDRIVEN, claim=None, resolution=resolution)

        return settled

    async def _give_back(self, letter: DeadLetter, task: str) -> None:
        """Let go of a claim whose work failed, so that nobody has to wait until it is old."""

        def given_back(letter: DeadLetter) -> DeadLetter:
            mine = letter.claim is not None and letter.claim.task == task
            return replace(letter, claim=None) if mine else letter

        try:
            await self.letters.change(letter.dead_letter_id, given_back)
        except StoreUnavailable as error:
            sentence = "A claim on a dead letter could not be given back; it ends by itself."
            logs.warning(
                sentence,
                "claim_kept",
                deadLetterId=letter.dead_letter_id,
                cause=repr(error),
            )


def _report(letter_id: str, end: DeadLetter | BaseException) -> None:
    """Log what nobody foresaw, so that one bad letter does not hold up the others.

    Raises:
        StoreUnavailable, or what is no error at all: that ended it, and ends the page.
    """
    if isinstance(end, (DeadLetter, *LOST)):
        return
    if isinstance(end, StoreUnavailable) or not isinstance(end, Exception):
        raise end
    sentence = "A dead letter could not be re-driven and waits as before."
    logs.error(sentence, "redrive_failed", end, deadLetterId=letter_id)
