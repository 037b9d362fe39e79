"""Asks, before anything else starts, whether the storage account is there at all."""

import asyncio
from urllib.parse import urlsplit

from localhost.errors import StorageError
from localhost.settings import HostSettings, setting_name
from localhost.tables import Account

PATIENCE = 3.0
"""Seconds; an emulator on this machine answers at once, a cloud account within one."""


async def require_tables(settings: HostSettings, connection: str = "") -> None:
    """Return when the table service behind a connection accepts a connection.

    Raises StorageError, naming the setting and the cure, when it does not; SettingsError when the
    setting is missing.
    """
    try:
        account = Account.parse(settings.connection(connection))
    except ValueError as wrong:
        raise StorageError(
            f"The setting '{setting_name(connection)}' is not a storage connection string: {wrong}."
        ) from wrong
    address = urlsplit(account.endpoint)
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
