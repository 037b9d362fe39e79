"""Filing what the host gave up on, and putting away what nobody wants to try again."""

import hashlib
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from shared import logs
from shared.application.aggregates import VersionPassed
from shared.application.dead_letters import DeadLetter, DeadLetters, Origin, Resolution, Status
from shared.application.failures import Failures, Notes, Reason
from shared.eventstore.port import StoreUnavailable
from shared.message_text import as_json

MESSAGE_ID = re.compile("[A-Za-z0-9-]{1,64}")  # GUIDs, as Queue Storage makes them
CORRELATION_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")  # as blueprints/correlation.py takes them
SKEW = timedelta(seconds=5)  # the service's clock is not ours, and tells whole seconds
UNKNOWN = Reason(
    "unknown",
    "No failure was noted: the process died while it handled the message, or never got it.",
)


@dataclass(frozen=True, slots=True)
class Poison:
    """A message as it came out of a poison queue; `queue`: the one that it failed in.

    `message_id` is None for one that never was in a queue (an operator's try); `inserted_at`: when
    the host moved it.
    """

    queue: str
    text: str
    message_id: str | None
    inserted_at: datetime | None

    @property
    def letter_id(self) -> str:
        """The same in every delivery of the message."""
        if self.message_id and MESSAGE_ID.fullmatch(self.message_id):
            return self.message_id
        return hashlib.sha256(f"{self.queue}\n{self.text}".encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Filing:
    """`origins`: by the queue that a letter names."""

    letters: DeadLetters
    failures: Failures
    origins: Mapping[str, Origin]

    async def file(self, poison: Poison) -> DeadLetter:
        """File a message, however often it is delivered.

        It returns only when the letter is kept and its owner was told; until then the message
        stays. An owner that cannot take what it is told, at no delivery, is logged.

        Raises:
            StoreUnavailable: perhaps filed; the host delivers the message again.
        """
        notes = await self.failures.of(poison.queue, poison.text)
        letter = await self.letters.add(self._letter(poison, notes))
        # Filed before and decided on since: what it is about has moved on.
        if letter.status is Status.WAITING and letter.claim is None:
            await self._tell(letter)
        logs.error(
            f"A message failed for good and waits for a decision: {letter.reason.detail}",
            "poison_filed",
            deadLetterId=letter.dead_letter_id,
            queue=letter.queue,
            code=letter.reason.code,
            earlierId=letter.earlier_id,
            correlationId=letter.correlation_id,
        )
        return letter

    async def discard(
        self, letter_id: str, by: str, reason: str, only_at: Collection[int] | None = None
    ) -> DeadLetter:
        """Decide that a letter is never sent again; it is kept, with who said so and why.

        Whoever asks again gets the letter as the first one left it. `only_at`: the versions
        that are meant.

        Raises:
            DeadLetterNotFound, DeadLetterClaimed, DeadLetterResolved, VersionPassed: as they say.
            StoreUnavailable: perhaps discarded; ask again.
        """

        def discarded(letter: DeadLetter) -> DeadLetter:
            if letter.status is Status.DISCARDED:
                return letter
            if only_at is not None and letter.version not in only_at:
                raise VersionPassed(VersionPassed.__doc__)
            now = self.letters.now()
            letter.require_free(now)
            resolution = Resolution(by, now, reason=reason)
            return replace(letter, status=Status.DISCARDED, claim=None, resolution=resolution)

        letter = await self.letters.change(letter_id, discarded)
        # A re-drive that died half-way may have told it that it would be tried again.
        await self._tell(letter)
        return letter

    async def _tell(self, letter: DeadLetter) -> None:
        try:
            owner = self.origins[letter.queue].owner
            if letter.status is Status.DISCARDED and letter.resolution:
                await owner.discarded(letter.text, letter.resolution.reason or "")
            else:
                await owner.dead_lettered(letter.text, letter.reason)
        except StoreUnavailable:
            raise
        except Exception as error:  # noqa: BLE001 - the letter is kept, and nobody gains by a loop
            logs.error(
                "The owner of a dead letter could not be told of it.",
                "owner_not_told",
                error,
                deadLetterId=letter.dead_letter_id,
                queue=letter.queue,
            )

    def _letter(self, poison: Poison, notes: Notes) -> DeadLetter:
        now = self.letters.now()
        moved_at = min(poison.inserted_at or now, now)
        redriven, failed = notes.redriven, notes.failed
        if redriven and redriven.at > moved_at + SKEW:
            redriven = None  # another message with the same text, which was moved before
        if redriven and failed and failed.last_at < redriven.at:
            failed = None  # that was the life before; in this one nobody could note anything
        return DeadLetter(
            dead_letter_id=poison.letter_id,
            queue=poison.queue,
            text=poison.text,
            reason=failed.reason if failed else UNKNOWN,
            filed_at=now,
            first_failure_at=failed.first_at if failed else moved_at,
            last_failure_at=failed.last_at if failed else moved_at,
            dequeue_count=failed.count if failed else None,
            correlation_id=_correlation_id(poison.text),
            earlier_id=redriven.dead_letter_id if redriven else None,
        )


def _correlation_id(text: str) -> str | None:
    """The correlation id in a message, if it says one that is sane."""
    told = (as_json(text) or {}).get("correlationId")
    return told if isinstance(told, str) and CORRELATION_ID.fullmatch(told) else None
