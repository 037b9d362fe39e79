"""A user: one account with a name and an email address that nobody else has."""

import unicodedata
from dataclasses import dataclass, replace
from datetime import datetime
from typing import assert_never

from shared.domain.errors import EmailTaken, UserExists, UserNotFound

# ---- commands --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RegisterUser:
    user_id: str
    email: str
    name: str


@dataclass(frozen=True, slots=True)
class ChangeUser:
    email: str
    name: str


@dataclass(frozen=True, slots=True)
class DeleteUser:
    pass


@dataclass(frozen=True, slots=True)
class EndClaim:
    """Somebody else wants an email address that this user claimed and does not seem to use."""

    user_id: str
    claim_id: str
    email: str


UserCommand = RegisterUser | ChangeUser | DeleteUser | EndClaim

# ---- events: their names are the storage format (shared/eventstore/codec.py) -------------


@dataclass(frozen=True, slots=True)
class UserRegistered:
    user_id: str
    email: str
    name: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class UserRenamed:
    name: str


@dataclass(frozen=True, slots=True)
class UserEmailChanged:
    email: str


@dataclass(frozen=True, slots=True)
class UserDeleted:
    pass


@dataclass(frozen=True, slots=True)
class EmailClaimEnded:
    """Changes nothing but the version, so that whoever still acts on that claim must look again."""

    user_id: str
    claim_id: str


UserEvent = UserRegistered | UserRenamed | UserEmailChanged | UserDeleted | EmailClaimEnded

# ---- state -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Profile:
    """What others see of a user; its plain form is the document of the API."""

    user_id: str
    email: str
    name: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class User:
    """No profile: nobody registered under this id, or they deleted the account."""

    user_id: str = ""
    profile: Profile | None = None
    ended_claim: str = ""


initial = User()


def fold_email(email: str) -> str:
    """The form in which two spellings of one address are equal."""
    # Folding may undo the composition, so it is composed again (Unicode 3.13, D145).
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", email).casefold())


# ---- decide ----------------------------------------------------------------------------


def decide(state: User, command: UserCommand, now: datetime) -> list[UserEvent]:
    """The events a command causes: none when it was done before.

    Raises:
        UserExists, UserNotFound, EmailTaken: as they say.
    """
    match command:
        case RegisterUser():
            return _register(state.profile, command, now)
        case ChangeUser():
            if state.profile is None:
                raise UserNotFound
            return _change(state.profile, command)
        case DeleteUser():
            return [UserDeleted()] if state.profile else []
        case EndClaim(user_id, claim_id, email):
            if state.profile and fold_email(state.profile.email) == fold_email(email):
                raise EmailTaken
            return [] if state.ended_claim == claim_id else [EmailClaimEnded(user_id, claim_id)]
        case _ as never:
            assert_never(never)


def _register(present: Profile | None, command: RegisterUser, now: datetime) -> list[UserEvent]:
    if present is None:
        return [UserRegistered(command.user_id, command.email, command.name, now)]
    if (present.email, present.name) != (command.email, command.name):
        raise UserExists(command.user_id)
    return []


def _change(present: Profile, command: ChangeUser) -> list[UserEvent]:
    events: list[UserEvent] = []
    if present.email != command.email:
        events.append(UserEmailChanged(command.email))
    if present.name != command.name:
        events.append(UserRenamed(command.name))
    return events


# ---- evolve ----------------------------------------------------------------------------


def evolve(state: User, event: UserEvent) -> User:
    """The user after one more event."""
    match event:
        case UserRegistered(user_id, email, name, created_at):
            profile = Profile(user_id, email, name, created_at)
            return replace(state, user_id=user_id, profile=profile)
        case UserRenamed(name):
            return replace(state, profile=state.profile and replace(state.profile, name=name))
        case UserEmailChanged(email):
            return replace(state, profile=state.profile and replace(state.profile, email=email))
        case UserDeleted():
            return replace(state, profile=None)
        case EmailClaimEnded(user_id, claim_id):
            return replace(state, user_id=user_id, ended_claim=claim_id)
        case _ as never:
            assert_never(never)
