"""One shared client of Azure Tables a process, and tables that are made when first written to."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from azure.core.exceptions import AzureError, HttpResponseError, ResourceNotFoundError
from azure.data.tables import TableErrorCode
from azure.data.tables.aio import TableClient, TableServiceClient

from shared.storage_account import Service, StorageAccount

T = TypeVar("T")
# The SDK would try ten times, for minutes. A caller waits for seconds, and the workflow has a
# retry policy of its own, so the client only bridges what is over in a moment.
PATIENCE: dict[str, Any] = {
    "retry_total": 3,
    "retry_backoff_factor": 0.1,
    "retry_backoff_max": 1,
    "connection_timeout": 5,
    "read_timeout": 30,
}
NOT_FOUND = 404
THROTTLED = 429
SERVER_FAULT = 500


class Tables:
    """The tables of one storage account; connects when first used, inside the running loop."""

    def __init__(self, account: StorageAccount, prefix: str) -> None:
        """`prefix`: how every table name begins."""
        self._account = account
        self._prefix = prefix
        self._service: TableServiceClient | None = None
        self._clients: dict[str, TableClient] = {}

    def table(self, name: str) -> TableClient:
        """The client of one table; the same one for every call, so connections are shared."""
        if self._service is None:
            self._service = self._account.client(TableServiceClient, Service.TABLE, **PATIENCE)
        if name not in self._clients:
            self._clients[name] = self._service.get_table_client(self._prefix + name)
        return self._clients[name]

    async def write(self, name: str, write: Callable[[TableClient], Awaitable[T]]) -> T:
        """Run one write; a missing table is created first, at no cost when it is there."""
        client = self.table(name)
        try:
            return await write(client)
        except HttpResponseError as error:
            if not is_missing_table(error):
                raise
        await self._create(name)
        return await write(client)

    async def read(self, name: str, row: tuple[str, str]) -> Any:
        """One entity by partition and row key, or None when it, or the table, is missing."""
        try:
            return await self.table(name).get_entity(*row)
        except ResourceNotFoundError:
            return None

    async def close(self) -> None:
        """Close the connections; a later use opens them again."""
        service, self._service = self._service, None
        self._clients.clear()
        if service is not None:
            await service.close()

    async def _create(self, name: str) -> None:
        self.table(name)
        if self._service is not None:
            await self._service.create_table_if_not_exists(self._prefix + name)


def is_missing_table(error: HttpResponseError) -> bool:
    """Whether a request failed only because its table does not exist yet."""
    return error.status_code == NOT_FOUND and TableErrorCode.TABLE_NOT_FOUND in str(error)


def is_outage(error: AzureError) -> bool:
    """Whether the service, not the request, is at fault: no answer, throttled, or a 5xx."""
    if not isinstance(error, HttpResponseError):
        return True
    status = error.status_code
    return status is None or status == THROTTLED or status >= SERVER_FAULT


@asynccontextmanager
async def outages_as(failure: type[Exception]) -> AsyncIterator[None]:
    """Turn outages of the storage into a port's own error; everything else passes."""
    try:
        yield
    except AzureError as error:
        if not is_outage(error):
            raise
        raise failure(failure.__doc__) from error
