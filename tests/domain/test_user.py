"""A user registers, changes, leaves; and who claims an address in vain is told to look again."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.application.aggregates import USER
from shared.domain.errors import EmailTaken, UserExists, UserNotFound
from shared.domain.user import (
    ChangeUser,
    DeleteUser,
    EmailClaimEnded,
    EndClaim,
    Profile,
    RegisterUser,
    UserDeleted,
    UserEmailChanged,
    UserRegistered,
    UserRenamed,
    fold_email,
)
from tests.domain.test_retries import assert_a_retry_decides_nothing
from tests.given import NOW, Scene

A_USER = Scene(USER)
REGISTER = RegisterUser("u1", "Ada@example.com", "Ada")
REGISTERED = UserRegistered("u1", "Ada@example.com", "Ada", NOW)

emails = st.sampled_from(["a@x.org", "A@x.org", "b@x.org"])
names = st.sampled_from(["Ada", "Bob"])
user_commands = st.one_of(
    st.builds(RegisterUser, st.just("u1"), emails, names),
    st.builds(ChangeUser, emails, names),
    st.just(DeleteUser()),
    st.builds(EndClaim, st.just("u1"), st.sampled_from(["c1", "c2"]), emails),
)


def test_a_new_user_is_registered_as_of_now():
    A_USER.when(REGISTER).then(REGISTERED)
    profile = Profile("u1", "Ada@example.com", "Ada", NOW)
    assert A_USER.given(REGISTERED).state.profile == profile


def test_the_same_registration_again_decides_nothing_and_another_is_refused():
    later = A_USER.given(REGISTERED).at(NOW + timedelta(days=1))
    later.when(REGISTER).decides_nothing()
    later.when(RegisterUser("u1", "bob@example.com", "Bob")).is_refused(UserExists)


def test_what_changes_is_an_event_of_its_own():
    user = A_USER.given(REGISTERED)
    user.when(ChangeUser("ada@example.com", "Ada")).then(UserEmailChanged("ada@example.com"))
    user.when(ChangeUser("Ada@example.com", "Lovelace")).then(UserRenamed("Lovelace"))
    user.when(ChangeUser("Ada@example.com", "Ada")).decides_nothing()


def test_a_user_nobody_registered_cannot_be_changed():
    A_USER.when(ChangeUser("a@example.com", "A")).is_refused(UserNotFound)
    A_USER.given(REGISTERED, UserDeleted()).when(ChangeUser("a@x.org", "A")).is_refused(
        UserNotFound
    )


def test_a_deleted_user_may_come_back():
    gone = A_USER.given(REGISTERED, UserDeleted())
    assert gone.state.profile is None
    gone.when(DeleteUser()).decides_nothing()
    gone.when(REGISTER).then(REGISTERED)


def test_a_claim_ends_unless_the_user_has_the_address_in_any_spelling():
    end = EndClaim("u1", "c1", "ADA@example.COM")
    A_USER.given(REGISTERED).when(end).is_refused(EmailTaken)
    ended = EmailClaimEnded("u1", "c1")
    A_USER.when(end).then(ended)
    A_USER.given(REGISTERED, UserDeleted()).when(end).then(ended)
    A_USER.given(ended).when(end).decides_nothing()


@given(st.lists(user_commands, max_size=25))
def test_a_retried_command_to_a_user_decides_nothing(story):
    assert_a_retry_decides_nothing(USER, [(each, NOW) for each in story])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ada@Example.com", "ada@eXAMPLE.COM"),
        ("STRASSE@x.org", "straße@x.org"),
        ("e\u0301@x.org", "\u00e9@x.org"),
    ],
)
def test_two_spellings_of_one_address_are_equal(one, other):
    assert fold_email(one) == fold_email(other)


def test_different_addresses_stay_different():
    assert fold_email("ada@x.org") != fold_email("ad.a@x.org")
