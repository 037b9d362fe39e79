"""Spilled events on Azure Blob Storage: a block blob each, in one container."""

from typing import TYPE_CHECKING

from azure.core.exceptions import ResourceExistsError, ResourceNotFoundError
from azure.core.pipeline.transport import AioHttpTransport

from shared.azure_tables import PATIENCE, outages_as, spelled_out
from shared.eventstore.port import StoreUnavailable

if TYPE_CHECKING:  # 150 ms of every cold start, for what few programs ever need
    from azure.storage.blob.aio import BlobServiceClient

CONTAINER = "claim-checks"
PIECE = 1024 * 1024  # aiohttp warns that a longer body would hold up the event loop


class AzureBlobSpill:
    """Connects when first used, inside the running loop."""

    def __init__(self, connection: str) -> None:
        self._connection = spelled_out(connection)
        self._service: BlobServiceClient | None = None

    async def put(self, name: str, content: bytes) -> None:
        async with outages_as(StoreUnavailable):
            try:
                await self._upload(name, content)
            except ResourceNotFoundError:
                await self._create_container()
                await self._upload(name, content)

    async def get(self, name: str) -> bytes | None:
        async with outages_as(StoreUnavailable):
            try:
                found = await self._open().get_blob_client(CONTAINER, name).download_blob()
                return await found.readall()
            except ResourceNotFoundError:
                return None

    async def close(self) -> None:
        """Close the connections; a later use opens them again."""
        service, self._service = self._service, None
        if service is not None:
            await service.close()

    async def _upload(self, name: str, content: bytes) -> None:
        try:
            await self._open().get_blob_client(CONTAINER, name).upload_blob(content)
        except ResourceExistsError:
            return  # the name holds the event's id, so an earlier try put the same there

    async def _create_container(self) -> None:
        try:
            await self._open().create_container(CONTAINER)
        except ResourceExistsError:
            return

    def _open(self) -> "BlobServiceClient":
        if self._service is None:
            from azure.storage.blob.aio import BlobServiceClient  # noqa: PLC0415 - see above

            self._service = BlobServiceClient.from_connection_string(
                self._connection,
                transport=AioHttpTransport(use_env_settings=False),
                max_single_put_size=PIECE,
                max_block_size=PIECE,
                initial_backoff=0.2,
                increment_base=0,
                random_jitter_range=0.1,
                retry_total=PATIENCE["retry_total"],
                connection_timeout=PATIENCE["connection_timeout"],
                read_timeout=PATIENCE["read_timeout"],
            )
        return self._service
