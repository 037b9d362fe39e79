"""Settings are read once, and a wrong one names itself and its cure."""

from datetime import UTC, datetime

import pytest

from shared.settings import AuthMode, BadSetting, Settings, UploadSource, read
from shared.storage_account import ByIdentity, Service

STORAGE = {"OrdersData": "UseDevelopmentStorage=true"}


def test_storage_alone_is_enough():
    assert read(STORAGE) == Settings("UseDevelopmentStorage=true")


def test_the_retry_policy_is_the_guides_unless_it_is_said_otherwise():
    assert read(STORAGE).retry_delays == (2, 4, 8)
    assert read({**STORAGE, "RETRY_DELAYS_SECONDS": "0.1, 1"}).retry_delays == (0.1, 1)


IDENTITY = {
    "OrdersData__blobServiceUri": "https://shop.blob.core.windows.net/",
    "OrdersData__queueServiceUri": "https://shop.queue.core.windows.net",
    "OrdersData__tableServiceUri": "https://shop.table.core.windows.net",
    "OrdersData__credential": "managedidentity",
    "OrdersData__clientId": "00000000-0000-0000-0000-000000000001",
}


def test_an_identity_needs_no_connection_string():
    address = read(IDENTITY).data_storage
    assert isinstance(address, ByIdentity)
    assert address.endpoints[Service.QUEUE] == "https://shop.queue.core.windows.net"
    assert address.client_id.endswith("1")


@pytest.mark.parametrize("name", IDENTITY)
def test_an_identity_that_is_told_of_by_halves_is_named(name):
    with pytest.raises(BadSetting, match=name):
        read({**IDENTITY, name: "http://elsewhere?x"})


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
        "UPLOAD_SOURCE": "events",
        "UPLOAD_MAX_BYTES": "1000",
        "UPLOAD_MINUTES": "5",
        "KEEP_WARM": "false",
        "LOG_LEVEL": "DEBUG",
        "AUTH_MODE": "easyauth",
        "WEBSITE_AUTH_ENABLED": "True",
    }
    settings = read(given)
    assert (settings.table_prefix, settings.reservation_minutes) == ("demo1", 5)
    assert (settings.log_level, settings.auth_mode) == ("DEBUG", AuthMode.EASYAUTH)
    assert settings.platform_auth
    assert (settings.upload_source, settings.keep_warm) == (UploadSource.EVENTS, False)
    assert (settings.upload_max_bytes, settings.upload_minutes) == (1000, 5)
    assert (settings.approval_threshold, settings.approval_hours) == (0, 0.5)
    assert (settings.gateway_patience_hours, settings.breaker_failures) == (2, 7)
    assert settings.sandbox_outages == {"mail": datetime(2026, 11, 23, 9, tzinfo=UTC)}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("OrdersData", ""),
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
        ("UPLOAD_SOURCE", "pigeon"),
        ("UPLOAD_MAX_BYTES", "0"),
        ("UPLOAD_MINUTES", "1.5"),
        ("KEEP_WARM", "no"),
        ("LOG_LEVEL", "loud"),
        ("AUTH_MODE", "trust"),
    ],
)
def test_a_wrong_setting_is_named(name, value):
    with pytest.raises(BadSetting, match=name):
        read({**STORAGE, name: value})
