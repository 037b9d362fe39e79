"""Blobs on Azure Blob Storage: block blobs in containers that are made when first written to."""

import base64
from collections.abc import AsyncIterable, AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from azure.core import MatchConditions
from azure.core.exceptions import (
    HttpResponseError,
    ResourceExistsError,
    ResourceModifiedError,
    ResourceNotFoundError,
)

from shared.azure_tables import outages_as
from shared.blobs.port import PIECE, Access, BlobInfo, BlobPage, PiecesGone, fit
from shared.eventstore.port import StoreUnavailable
from shared.storage_account import PATIENCE, Service, StorageAccount

if TYPE_CHECKING:  # 150 ms of every cold start, for what few requests ever need
    from azure.storage.blob import BlobProperties, UserDelegationKey
    from azure.storage.blob.aio import BlobClient, BlobServiceClient

NO_SUCH_RANGE = 416
SKEW = timedelta(minutes=5)  # how far the clocks of two machines may be apart
KEY_LIFE = timedelta(days=6)  # a delegation key lives for 7 days at most (Blob Storage's limit)


class AzureBlobs:
    """Every container of one account; connects when first used, inside the running loop."""

    def __init__(self, account: StorageAccount) -> None:
        self._account = account
        self._service: BlobServiceClient | None = None
        self._key: tuple[datetime, UserDelegationKey] | None = None
        self._there = set[str]()  # containers that were seen

    async def head(self, container: str, name: str) -> BlobInfo | None:
        async with outages_as(StoreUnavailable):
            try:
                return _info(await self._blob(container, name).get_blob_properties())
            except ResourceNotFoundError:
                return None

    async def read(self, container: str, name: str, most: int | None = None) -> bytes | None:
        blob = self._blob(container, name)
        async with outages_as(StoreUnavailable):
            try:
                # Else an encoded blob, which has no bound, is decoded here and as a whole.
                found = await blob.download_blob(0 if most else None, most, decompress=False)
                return await found.readall()
            except ResourceNotFoundError:
                return None
            except HttpResponseError as error:
                if error.status_code == NO_SUCH_RANGE:  # an empty blob has no first byte
                    return b""
                raise

    async def write(
        self, container: str, name: str, content: bytes, content_type: str, *, new: bool = False
    ) -> bool:
        options = {"overwrite": not new, "content_settings": _settings(content_type)}

        async def upload() -> Any:
            return await self._blob(container, name).upload_blob(content, **options)

        try:
            async with self._made(container) as attempt:
                await attempt(upload)
        except ResourceExistsError:
            return False
        return True

    async def write_all(
        self, container: str, name: str, pieces: AsyncIterable[bytes], content_type: str
    ) -> None:
        staged: list[str] = []
        async for piece in _cut(pieces):
            staged.append(f"{len(staged):05d}")
            await self.stage(container, name, staged[-1], piece)
        await self.commit(container, name, staged, content_type)

    async def stage(self, container: str, name: str, piece: str, content: bytes) -> None:
        if not content:
            raise ValueError("a piece must not be empty")
        blob = self._blob(container, name)
        async with self._made(container) as attempt:
            await attempt(lambda: blob.stage_block(_block_id(piece), content, len(content)))

    async def commit(
        self, container: str, name: str, pieces: Sequence[str], content_type: str
    ) -> None:
        from azure.storage.blob import BlobBlock  # noqa: PLC0415 - see above

        blob, settings = self._blob(container, name), _settings(content_type)
        blocks = [BlobBlock(block_id=_block_id(piece)) for piece in pieces]
        try:
            async with self._made(container) as attempt:
                await attempt(lambda: blob.commit_block_list(blocks, content_settings=settings))
        except HttpResponseError as error:
            if "InvalidBlockList" in str(error):
                raise PiecesGone(PiecesGone.__doc__) from error
            raise

    async def remove(self, container: str, name: str, etag: str | None = None) -> bool:
        unchanged: dict[str, Any] = {}
        if etag:
            unchanged = {"etag": etag, "match_condition": MatchConditions.IfNotModified}
        async with outages_as(StoreUnavailable):
            try:
                await self._blob(container, name).delete_blob(**unchanged)
            except ResourceNotFoundError:
                return True
            except ResourceModifiedError:
                # Azurite says so of a blob that is gone, too.
                return await self.head(container, name) is None
        return True

    async def page(self, container: str, prefix: str, marker: str | None, limit: int) -> BlobPage:
        found = self._open().get_container_client(container)
        async with outages_as(StoreUnavailable):
            try:
                pages: Any = found.list_blobs(prefix, results_per_page=limit).by_page(marker)
                async for page in pages:
                    blobs = [_info(blob) async for blob in page]
                    return BlobPage(blobs, pages.continuation_token or None)
            except ResourceNotFoundError:
                pass
        return BlobPage([], None)

    async def link(
        self,
        container: str,
        name: str,
        access: Access,
        until: datetime,
        served_as: str | None = None,
    ) -> str:
        from azure.storage.blob import BlobSasPermissions, generate_blob_sas  # noqa: PLC0415

        blob = self._blob(container, name)
        if access is Access.CREATE and container not in self._there:
            found = self._open().get_container_client(container)
            async with self._made(container) as attempt:
                await attempt(found.get_container_properties)
            self._there.add(container)
        async with outages_as(StoreUnavailable):
            signer = await self._signer(until)
        token = generate_blob_sas(
            str(blob.account_name),
            container,
            name,
            permission=BlobSasPermissions.from_string(access),
            expiry=until,
            content_type=served_as,
            protocol="https" if blob.url.startswith("https") else "https,http",
            **signer,
        )
        return f"{blob.url}?{token}"

    async def close(self) -> None:
        """Close the connections; a later use opens them again."""
        service, self._service, self._key = self._service, None, None
        if service is not None:
            await service.close()

    @asynccontextmanager
    async def _made(self, container: str) -> AsyncIterator[Any]:
        """Attempts that make a missing container first, at no cost when it is there."""

        async def attempt(work: Any) -> None:
            try:
                await work()
            except ResourceNotFoundError:
                with suppress(ResourceExistsError):
                    await self._open().create_container(container)
                await work()

        async with outages_as(StoreUnavailable):
            yield attempt

    async def _signer(self, until: datetime) -> dict[str, Any]:
        """What signs a link: the account's key, or one that the identity is given for days."""
        service = self._open()
        if not self._account.is_by_identity:
            return {"account_key": service.credential.account_key}
        now = datetime.now(UTC)
        if self._key is None or self._key[0] < max(until, now + timedelta(days=1)):
            end = max(until, now + KEY_LIFE)
            self._key = end, await service.get_user_delegation_key(now - SKEW, end)
        return {"user_delegation_key": self._key[1]}

    def _blob(self, container: str, name: str) -> "BlobClient":
        return self._open().get_blob_client(container, fit(name))

    def _open(self) -> "BlobServiceClient":
        if self._service is None:
            from azure.storage.blob.aio import BlobServiceClient  # noqa: PLC0415 - see above

            self._service = self._account.client(
                BlobServiceClient,
                Service.BLOB,
                max_single_put_size=PIECE,
                max_block_size=PIECE,
                **PATIENCE,
            )
        return self._service


async def _cut(pieces: AsyncIterable[bytes]) -> AsyncIterator[bytes]:
    """The same bytes in pieces that one request carries, the last one shorter."""
    waiting = bytearray()
    async for piece in pieces:
        waiting += piece
        while len(waiting) >= PIECE:
            yield bytes(waiting[:PIECE])
            del waiting[:PIECE]
    if waiting:
        yield bytes(waiting)


def _block_id(piece: str) -> str:
    return base64.b64encode(piece.encode()).decode()


def _settings(content_type: str) -> Any:
    from azure.storage.blob import ContentSettings  # noqa: PLC0415 - see above

    return ContentSettings(content_type=content_type)


def _info(found: "BlobProperties") -> BlobInfo:
    told = found.content_settings
    return BlobInfo(
        found.name,
        found.size,
        told.content_type or "application/octet-stream",
        found.etag.strip('"'),
        found.last_modified,
        told.content_encoding or None,
    )
