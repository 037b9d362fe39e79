"""The register of uploads: one record each, found by its id or by its blob."""

import re
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime

from shared.application.uploads.upload import Upload, UploadStatus, unannounced
from shared.eventstore.port import StoreUnavailable
from shared.plain import Json, from_plain, rfc3339, to_plain
from shared.projections.newest_first import ALWAYS, Period
from shared.records import Listed, Record, RecordMoved, Records

ALL = "all"
PAGE = 100
ROUNDS = 20  # of writers in each other's way: an upload has two or three of them in all its life
UPLOAD_ID = re.compile("[A-Za-z0-9-]{1,64}")


class Register:
    """Who writes first wins, and the others decide again over what stands there then."""

    def __init__(self, records: Records) -> None:
        """`records`: those of kind `uploads`."""
        self._records = records

    async def add(self, upload: Upload) -> Upload:
        """Add an upload, unless one with its id is there; return the one that is.

        Raises:
            StoreUnavailable: perhaps added.
        """
        try:
            await self._records.write(_record(upload), None)
        except RecordMoved:
            return await self.find(upload.upload_id) or upload
        return upload

    async def find(self, upload_id: str) -> Upload | None:
        """An upload, or None.

        Raises:
            StoreUnavailable: the storage did not answer.
        """
        record = await self._read(upload_id)
        return _upload(record) if record else None

    async def of_blob(self, blob: str, appeared_at: datetime, now: datetime) -> Upload:
        """The upload of a blob; for one that nobody announced a new one, which is not kept yet.

        Raises:
            StoreUnavailable: the storage did not answer.
        """
        announced = await self.find(blob.partition("/")[0]) if "/" in blob else None
        if announced and announced.blob == blob:
            return announced
        fresh = unannounced(blob, appeared_at, now)
        return await self.find(fresh.upload_id) or fresh

    async def change(self, upload: Upload, change: Callable[[Upload], Upload]) -> Upload:
        """Change an upload over what it is now, or over this one if it was never kept.

        Raises:
            StoreUnavailable: perhaps changed.
        """
        for _ in range(ROUNDS):
            record = await self._read(upload.upload_id)
            present = _upload(record) if record else upload
            changed = change(present)
            if record and changed == present:
                return present
            try:
                await self._records.write(_record(changed), record)
            except RecordMoved:
                continue
            return changed
        raise StoreUnavailable(f"upload {upload.upload_id} never rested")

    async def remove(self, upload_id: str, *, if_still: UploadStatus) -> bool:
        """Remove an upload that has this status; whether that was so.

        Raises:
            StoreUnavailable: perhaps removed.
        """
        record = await self._read(upload_id)
        if record is None or _upload(record).status is not if_still:
            return False
        try:
            await self._records.remove(record)
        except RecordMoved:
            return False
        return True

    async def page(
        self, listed: str, limit: int, cursor: str | None = None, period: Period = ALWAYS
    ) -> Sequence[Listed]:
        """At most `limit` of the list ALL, of a status, or of `of_product`, the newest first.

        Raises:
            StoreUnavailable: the storage did not answer.
        """
        return await self._records.page(listed, limit, cursor, period)

    async def each(self, status: UploadStatus, period: Period = ALWAYS) -> AsyncIterator[Upload]:
        """Every upload of a status that was opened in a period; they may change meanwhile.

        Raises:
            StoreUnavailable: the storage did not answer.
        """
        cursor: str | None = None
        while rows := await self.page(status, PAGE, cursor, period):
            for row in rows:
                upload = await self.find(row.shown["uploadId"])
                if upload is not None and upload.status is status:
                    yield upload
            cursor = rows[-1].place

    async def _read(self, upload_id: str) -> Record | None:
        return await self._records.read(upload_id) if UPLOAD_ID.fullmatch(upload_id) else None


def of_product(sku: str) -> str:
    """The list of a product's images: those that are ready."""
    return f"sku-{sku}"


def _record(upload: Upload) -> Record:
    lists = [ALL, upload.status.value]
    if upload.session and upload.session.sku and upload.status is UploadStatus.READY:
        lists.append(of_product(upload.session.sku))
    return Record(
        upload.upload_id, upload.opened_at, to_plain(upload), tuple(lists), _shown(upload)
    )


def _upload(record: Record) -> Upload:
    return from_plain(Upload, record.document)


def _shown(upload: Upload) -> Json:
    return {
        "uploadId": upload.upload_id,
        "status": upload.status.value,
        "fileName": upload.file_name,
        "openedAt": rfc3339(upload.opened_at),
        "error": to_plain(upload.error),
    }
