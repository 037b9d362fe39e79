"""Settings are read once, and a wrong one names itself and its cure."""

from datetime import UTC, datetime

import pytest

from shared.settings import AuthMode, BadSetting, Settings, read

STORAGE = {"AzureWebJobsStorage": "UseDevelopmentStorage=true"}


def test_storage_alone_is_enough():
    assert read(STORAGE) == Settings("UseDevelopmentStorage=true")


def test_the_retry_policy_is_the_guides_unless_it_is_said_otherwise():
    assert read(STORAGE).retry_delays == (2, 4, 8)
    assert read({**STORAGE, "RETRY_DELAYS_SECONDS": "0.1, 1"}).retry_delays == (0.1, 1)


def test_data_may_lie_in_a_storage_of_its_own():
    assert read({**STORAGE, "DATA_STORAGE": "another"}).data_storage == "another"


def test_every_setting_is_read():
    given = {
        **STORAGE,
        "TABLE_PREFIX": "demo1",
        "RESERVATION_MINUTES": "5",
        "APPROVAL_THRESHOLD": "0",
        "APPROVAL_HOURS": "0.5",
        "GATEWAY_PATIENCE_HOURS": "2",
        "BREAKER_FAILURES": "7",
        "SANDBOX_MAIL_DOWN_UNTIL": "2026-11-23T09:00:00Z",
        "LOG_LEVEL": "DEBUG",
        "AUTH_MODE": "easyauth",
        "WEBSITE_AUTH_ENABLED": "True",
    }
    settings = read(given)
    assert (settings.table_prefix, settings.reservation_minutes) == ("demo1", 5)
    assert (settings.log_level, settings.auth_mode) == ("DEBUG", AuthMode.EASYAUTH)
    assert settings.platform_auth
    assert (settings.approval_threshold, settings.approval_hours) == (0, 0.5)
    assert (settings.gateway_patience_hours, settings.breaker_failures) == (2, 7)
    assert settings.sandbox_outages == {"mail": datetime(2026, 11, 23, 9, tzinfo=UTC)}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("AzureWebJobsStorage", ""),
        ("TABLE_PREFIX", "my-orders"),
        ("TABLE_PREFIX", ""),
        ("RETRY_DELAYS_SECONDS", "2;4"),
        ("RETRY_DELAYS_SECONDS", ""),
        ("RETRY_DELAYS_SECONDS", "-1"),
        ("RESERVATION_MINUTES", "0"),
        ("APPROVAL_THRESHOLD", "-1"),
        ("APPROVAL_HOURS", "three"),
        ("GATEWAY_PATIENCE_HOURS", ""),
        ("BREAKER_FAILURES", "0"),
        ("SANDBOX_PAYMENT_DOWN_UNTIL", "tomorrow"),
        ("SANDBOX_CARRIER_DOWN_UNTIL", "2026-11-23T09:00:00"),
        ("LOG_LEVEL", "loud"),
        ("AUTH_MODE", "trust"),
    ],
)
def test_a_wrong_setting_is_named(name, value):
    with pytest.raises(BadSetting, match=name):
        read({**STORAGE, name: value})
