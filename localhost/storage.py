"""Opens the storage accounts that settings name, each service of each connection once."""

import asyncio
from typing import Protocol
from urllib.parse import urlsplit

from localhost.account import Account
from localhost.blobs import Blobs
from localhost.errors import StorageError
from localhost.queues import Queues
from localhost.settings import HostSettings, setting_name
from localhost.storage_blobs import StorageBlobs
from localhost.storage_queues import StorageQueues

PATIENCE = 3.0
"""Seconds; an emulator on this machine answers at once, a cloud account within one."""


class Storage(Protocol):
    """The accounts behind connection names; memory_storage.py is a twin."""

    def blobs(self, connection: str) -> Blobs:
        """Return the blob service of a connection; "" is AzureWebJobsStorage."""

    def queues(self, connection: str) -> Queues:
        """Return the queue service of a connection; "" is AzureWebJobsStorage."""

    async def close(self) -> None:
        """Close every connection."""


class AccountStorage:
    """The real accounts."""

    def __init__(self, settings: HostSettings) -> None:
        self._settings = settings
        self._blobs: dict[str, Blobs] = {}
        self._queues: dict[str, Queues] = {}

    def blobs(self, connection: str) -> Blobs:
        """As the protocol says. Raises SettingsError and StorageError for what cannot be read."""
        if connection not in self._blobs:
            account = account_of(self._settings, connection, "blob")
            self._blobs[connection] = StorageBlobs(account)
        return self._blobs[connection]

    def queues(self, connection: str) -> Queues:
        """As the protocol says. Raises SettingsError and StorageError for what cannot be read."""
        if connection not in self._queues:
            account = account_of(self._settings, connection, "queue")
            self._queues[connection] = StorageQueues(account)
        return self._queues[connection]

    async def close(self) -> None:
        for blobs in self._blobs.values():
            await blobs.close()
        for queues in self._queues.values():
            await queues.close()


def account_of(settings: HostSettings, connection: str, service: str) -> Account:
    """Return the account that a connection names.

    Raises SettingsError when the setting is missing, StorageError when it is no connection string.
    """
    try:
        return Account.parse(settings.connection(connection), service)
    except ValueError as wrong:
        raise StorageError(
            f"The setting '{setting_name(connection)}' is not a storage connection string: {wrong}."
        ) from wrong


async def require(settings: HostSettings, connection: str, service: str) -> None:
    """Return when the service behind a connection accepts a connection.

    ``service`` is ``table``, ``queue`` or ``blob``. Raises StorageError, naming the setting and
    the cure, when it does not; SettingsError when the setting is missing.
    """
    address = urlsplit(account_of(settings, connection, service).endpoint)
    port = address.port or (443 if address.scheme == "https" else 80)
    try:
        async with asyncio.timeout(PATIENCE):
            _, writer = await asyncio.open_connection(address.hostname, port)
    except OSError as unreachable:  # TimeoutError is one, too
        raise StorageError(
            f"The storage account of '{setting_name(connection)}' does not answer at "
            f"{address.hostname}:{port}. Start Azurite (npx azurite), or correct the setting in "
            "local.settings.json."
        ) from unreachable
    writer.close()
    await writer.wait_closed()
