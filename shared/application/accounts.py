"""Registers, changes and deletes users so that no two ever have the same email address."""

from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass

from shared import logs
from shared.application.aggregates import USER, Aggregates, Cause, Handled, Loaded, VersionPassed
from shared.application.read_models import ReadModels
from shared.cells.port import CellMoved
from shared.domain.errors import EmailTaken
from shared.domain.user import (
    ChangeUser,
    DeleteUser,
    EndClaim,
    Profile,
    RegisterUser,
    User,
    UserCommand,
    fold_email,
)
from shared.emails.index import EmailIndex, Held
from shared.eventstore.port import ConcurrencyConflict, StoreUnavailable

ATTEMPTS = 5  # two writers of one user, or of one address, are rare; five in a row are a fault


@dataclass(frozen=True, slots=True)
class Accounts:
    """Every change makes the address's entry unsure, then appends, then confirms it.

    The append is made at the very version that was read before the claim, so a claim that others
    ended in between fails there: docs/decisions/005-unique-email.md has the reasoning.
    """

    aggregates: Aggregates
    models: ReadModels
    emails: EmailIndex

    async def register(self, user_id: str, email: str, name: str, cause: Cause) -> Handled[User]:
        """Register a user; the same registration again decides nothing.

        Raises:
            EmailTaken, UserExists: as they say; nothing was recorded.
            ConcurrencyConflict, StoreUnavailable: try again.
        """
        command = RegisterUser(user_id, email, name)
        return await self._write(user_id, command, email, cause, None)

    async def change(
        self, user_id: str, command: ChangeUser, cause: Cause, only_at: Collection[int] | None
    ) -> Handled[User]:
        """Change name and address; the old address becomes free.

        `only_at`: the versions the caller has seen and wants to change.

        Raises:
            UserNotFound, EmailTaken, VersionPassed: as they say; nothing was recorded.
            ConcurrencyConflict, StoreUnavailable: try again.
        """
        return await self._write(user_id, command, command.email, cause, only_at)

    async def delete(
        self, user_id: str, cause: Cause, only_at: Collection[int] | None
    ) -> Handled[User]:
        """Delete a user whose address becomes free; `decided` says whether there was one.

        Raises:
            VersionPassed, ConcurrencyConflict, StoreUnavailable: as for `change`.
        """
        return await self._write(user_id, DeleteUser(), None, cause, only_at)

    async def by_email(self, email: str) -> Loaded[Profile] | None:
        """Who has an address: one point read, two while a change of that user is under way.

        Raises:
            StoreUnavailable: the storage did not answer.
        """
        held = await self.emails.find(email)
        if held is None:
            return None
        if held.entry.profile:
            return Loaded(held.entry.profile, held.entry.version)
        loaded = await self.aggregates.load(USER, held.entry.user_id)
        profile = loaded.state.profile
        return Loaded(profile, loaded.version) if profile and _carries(profile, email) else None

    async def _write(
        self,
        user_id: str,
        command: UserCommand,
        email: str | None,
        cause: Cause,
        only_at: Collection[int] | None,
    ) -> Handled[User]:
        for _ in range(ATTEMPTS):
            loaded = await self.aggregates.load(USER, user_id)
            # Of a user who is not there no version has passed (RFC 9110, 13.2.1: 404 comes first).
            if only_at is not None and loaded.state.profile and loaded.version not in only_at:
                raise VersionPassed(f"{VersionPassed.__doc__} (It is {loaded.version}.)")
            # Refusals come before any claim; the append at this version cannot find others.
            USER.decide(loaded.state, command, self.aggregates.now())
            with suppress(VersionPassed):
                return await self._write_at(loaded, user_id, command, email, cause)
        raise ConcurrencyConflict(USER.stream(user_id), ())

    async def _write_at(
        self,
        loaded: Loaded[User],
        user_id: str,
        command: UserCommand,
        email: str | None,
        cause: Cause,
    ) -> Handled[User]:
        before = loaded.state.profile
        stays = email is not None and _carries(before, email)
        kept = await self._claim(email, user_id, cause, is_own=stays) if email else None
        left = await self._unsettle(before, user_id) if before and not stays else None
        handled = await self.models.handle(USER, user_id, command, cause, loaded.version)
        await self._settle(handled, kept, left)
        return handled

    async def _settle(self, handled: Handled[User], kept: Held | None, left: Held | None) -> None:
        """What was recorded stands; entries that stay unsure only cost their readers a look."""
        profile = handled.state.profile
        try:
            if kept and profile:
                await self.emails.confirm(kept, profile, handled.version)
            if left:
                await self.emails.release(left)
        except StoreUnavailable as error:
            logs.warning(f"An email address was left unsure. {error}", "email_left_unsure")

    async def _claim(self, email: str, user_id: str, cause: Cause, *, is_own: bool) -> Held:
        held = await self.emails.find(email) if is_own else None
        for _ in range(ATTEMPTS):
            if held and held.entry.user_id != user_id:
                await self._contest(held, email, cause)
            with suppress(CellMoved):
                return await self.emails.claim(email, user_id, held)
            held = await self.emails.find(email)
        if held and held.entry.user_id == user_id:  # nobody else has it: we were too slow
            raise ConcurrencyConflict(USER.stream(user_id), ())
        raise EmailTaken("others are claiming it right now")

    async def _contest(self, held: Held, email: str, cause: Cause) -> None:
        """Make sure that the present claimer neither has the address nor can still get it.

        Raises:
            EmailTaken: it has it, or is about to.
        """
        if not self.emails.is_contestable(held.entry):
            raise EmailTaken
        user_id = held.entry.user_id
        command = EndClaim(user_id, held.entry.claim_id, email)
        await self.models.handle(USER, user_id, command, cause)

    async def _unsettle(self, before: Profile, user_id: str) -> Held | None:
        """Let readers of the address that is left ask the user's stream from here on."""
        for _ in range(ATTEMPTS):
            held = await self.emails.find(before.email)
            if held is None or held.entry.user_id != user_id:
                return None  # others have shown that this user does not carry it any more
            with suppress(CellMoved):
                return await self.emails.claim(before.email, user_id, held)
        raise ConcurrencyConflict(USER.stream(user_id), ())


def _carries(profile: Profile | None, email: str) -> bool:
    return profile is not None and fold_email(profile.email) == fold_email(email)
