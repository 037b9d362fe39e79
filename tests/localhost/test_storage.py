"""Connection strings become accounts, accounts become services, and the host has a name there."""

from pathlib import Path

import pytest

from localhost.account import Account
from localhost.errors import SettingsError, StorageError
from localhost.host_id import host_id
from localhost.settings import HostSettings
from localhost.storage import AccountStorage
from localhost.storage_blobs import StorageBlobs
from tests.localhost.serving import settings

CLOUD = "DefaultEndpointsProtocol=https;AccountName=shop;AccountKey=a2V5;"


@pytest.mark.parametrize("service", ["blob", "queue", "table"])
def test_a_cloud_account_has_an_address_for_each_service(service):
    account = Account.parse(CLOUD, service)
    assert account.endpoint == f"https://shop.{service}.core.windows.net"
    assert account.base_path == "/"
    emulator = Account.parse(f"{CLOUD}QueueEndpoint=http://127.0.0.1:1/shop/", "queue")
    assert (emulator.endpoint, emulator.base_path) == ("http://127.0.0.1:1/shop", "/shop")


@pytest.mark.parametrize("text", ["AccountName=a", "AccountKey=a2V5", "nonsense"])
def test_a_connection_string_without_name_or_key_is_refused(text):
    with pytest.raises(ValueError, match="has no Account"):
        Account.parse(text)


async def test_names_that_begin_alike_are_signed_in_the_services_order(azurite):
    blobs = StorageBlobs(Account.parse(azurite, "blob"))
    await blobs.put("signing", "x", b"1", {"a": "1", "a0": "2", "ab": "3", "a_b": "4"})
    found = await blobs.head("signing", "x")
    assert found is not None
    assert found.metadata == {"a": "1", "a0": "2", "ab": "3", "a_b": "4"}
    await blobs.close()


async def test_each_connection_is_opened_once(azurite):
    storage = AccountStorage(settings(AzureWebJobsStorage=azurite, Other=azurite))
    assert storage.queues("") is storage.queues("")
    assert storage.blobs("Other") is storage.blobs("Other")
    assert storage.blobs("Other").endpoint == storage.blobs("").endpoint
    await storage.close()


def test_a_connection_that_is_missing_or_no_connection_string_names_its_setting():
    storage = AccountStorage(settings(Broken="x=y"))
    with pytest.raises(SettingsError, match="AzureWebJobsStorage"):
        storage.queues("")
    with pytest.raises(StorageError, match="AzureWebJobsBroken"):
        storage.blobs("Broken")


def test_the_host_id_is_configured_or_follows_from_machine_and_path():
    assert host_id(settings(AzureFunctionsWebHost__hostid="My-Host")) == "my-host"
    one = host_id(HostSettings(Path("/app")), "Build-Box_7")
    assert one == host_id(HostSettings(Path("/app")), "Build-Box_7")
    assert one.startswith("buildbox7-")
    assert one != host_id(HostSettings(Path("/app2")), "Build-Box_7")
    assert len(host_id(HostSettings(Path("/app")), "m" * 60)) == 32
    assert host_id(HostSettings(Path("/app")), "m" * 31) == "m" * 31
