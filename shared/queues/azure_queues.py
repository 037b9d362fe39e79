"""Queues on Azure Queue Storage, made when first sent to."""

from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING

from azure.core.exceptions import ResourceExistsError, ResourceNotFoundError

from shared.azure_tables import outages_as
from shared.eventstore.port import StoreUnavailable
from shared.queues.port import WEEK
from shared.storage_account import PATIENCE, Service, StorageAccount

if TYPE_CHECKING:  # loaded when the first message is sent, which most processes never do
    from azure.storage.queue.aio import QueueServiceClient


class AzureQueues:
    """Every queue of one account; connects when first used, inside the running loop."""

    def __init__(self, account: StorageAccount) -> None:
        self._account = account
        self._service: QueueServiceClient | None = None

    async def send(
        self, queue: str, text: str, life: timedelta = WEEK, delay: timedelta = timedelta(0)
    ) -> None:
        client = self._open().get_queue_client(queue)
        times = {
            "time_to_live": int(life.total_seconds()),
            "visibility_timeout": int(delay.total_seconds()),
        }
        async with outages_as(StoreUnavailable):
            try:
                await client.send_message(text, **times)
            except ResourceNotFoundError:
                with suppress(ResourceExistsError):
                    await client.create_queue()
                await client.send_message(text, **times)

    async def depth(self, queue: str) -> int:
        async with outages_as(StoreUnavailable):
            try:
                found = await self._open().get_queue_client(queue).get_queue_properties()
            except ResourceNotFoundError:
                return 0
        return int(found.approximate_message_count or 0)

    async def close(self) -> None:
        """Close the connections; a later use opens them again."""
        service, self._service = self._service, None
        if service is not None:
            await service.close()

    def _open(self) -> "QueueServiceClient":
        if self._service is None:
            from azure.storage.queue.aio import QueueServiceClient  # noqa: PLC0415 - see above

            self._service = self._account.client(
                QueueServiceClient,
                Service.QUEUE,
                **PATIENCE,
            )
        return self._service
