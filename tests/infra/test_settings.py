"""The app gets the settings that it reads, and they mean what the cloud needs."""

from tests.infra.checks import app_settings
from tests.infra.code import environment_readers


def test_every_setting_that_the_code_reads_is_set(project):
    assert list(app_settings.unset(project)) == []


def test_every_setting_is_read_by_somebody(project):
    assert list(app_settings.unread(project)) == []


def test_no_setting_is_one_that_flex_consumption_forbids(project):
    assert list(app_settings.forbidden(project)) == []


def test_the_app_takes_its_settings_as_they_are_deployed(project):
    assert list(app_settings.refused(project)) == []


def test_the_settings_are_those_of_the_cloud(project):
    assert list(app_settings.misread(project)) == []


def test_every_connection_is_by_the_apps_identity_and_to_the_right_account(project):
    assert list(app_settings.unidentified(project)) == []


def test_the_site_acts_as_the_identity_that_it_has(project):
    assert list(app_settings.unattached(project)) == []


def test_the_site_takes_tokens_of_its_own_registration_and_tenant_only(project):
    assert list(app_settings.missigned(project)) == []


def test_a_secret_setting_is_a_reference_to_the_vault(project):
    assert list(app_settings.unkept_secrets(project)) == []


def test_the_local_settings_are_those_that_the_code_reads_locally(project):
    assert list(app_settings.unlike_locally(project)) == []


def test_the_settings_are_read_where_these_tests_look():
    """Besides: a command for people, and the few variables that a child process is left with."""
    assert environment_readers() == [
        "function_app.py",
        "shared/images/isolated.py",
        "shared/rebuild.py",
    ]
