"""Remembers which versions of which blobs a function was told of (reference/host-triggers.md 4.2).

A receipt says "queued", not "processed". The real host leases it while it writes; one process needs
no lease.
"""

from localhost.blobs import Blob
from localhost.host_id import HOST_CONTAINER
from localhost.storage import Storage
from localhost.triggers.blob_message import FUNCTION_ID, BlobMessage

PENDING = {"Incomplete": "Incomplete"}


class Receipts:
    """The receipts of one app's blob functions, in blobs of the host's own account."""

    def __init__(self, storage: Storage, host_id: str) -> None:
        self._storage, self._host_id = storage, host_id

    async def is_complete(self, message: BlobMessage) -> bool:
        """Say whether the function was told of this version of the blob."""
        found: Blob | None = await self._storage.blobs("").head(HOST_CONTAINER, self._path(message))
        return found is not None and not found.metadata

    async def begin(self, message: BlobMessage) -> None:
        """Note that it is being told; killed now, the host tells it once more."""
        await self._storage.blobs("").put(HOST_CONTAINER, self._path(message), b"", PENDING)

    async def complete(self, message: BlobMessage) -> None:
        """Note that it was told."""
        await self._storage.blobs("").put(HOST_CONTAINER, self._path(message), b"")

    def _path(self, message: BlobMessage) -> str:
        return (
            f"blobreceipts/{self._host_id}/{FUNCTION_ID}{message.function}/{message.etag}/"
            f"{message.container}/{message.name}"
        )
