"""What is done with a blob that was uploaded, however it became known and however often."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from shared import logs
from shared.application.failures import Reason
from shared.application.uploads.register import Register
from shared.application.uploads.upload import (
    LONGEST_NAME,
    TOO_LATE,
    Upload,
    UploadStatus,
    thumbnail_of,
)
from shared.blobs.port import BlobInfo, Blobs
from shared.images.kinds import Kind
from shared.images.refusal import Code, Refused
from shared.images.thumbnail import Thumbnail
from shared.names import PROCESSED, UPLOADS

JPEG = "image/jpeg"
ROUNDS = 5
NAME_TOO_LONG = Reason("name_too_long", f"The name of the file exceeds {LONGEST_NAME} characters.")


class BlobRestless(Exception):
    """The file is replaced faster than thumbnails are made of it. Try again."""

    code = "blob_restless"


class Thumbnails(Protocol):
    """Makes thumbnails: shared/images/isolated.py."""

    async def __call__(self, content: bytes, declared: str | None = None) -> Thumbnail:
        """The thumbnail of a file of a declared media type.

        Raises:
            Refused: the file gets none, however often it is tried.
            DecoderFailed: nothing is known of the file.
        """
        ...


@dataclass(frozen=True, slots=True)
class Processing:
    """`most_bytes`: the largest file that is read at all."""

    register: Register
    blobs: Blobs
    thumbnails: Thumbnails
    most_bytes: int
    now: Callable[[], datetime]

    async def process(
        self, blob: str, told: str | None = None, *, anew: bool = False
    ) -> Upload | None:
        """Make the thumbnail of a blob, or refuse it, unless that was done for what it is now.

        `told`: the version somebody saw, if they said; `anew`: even if it was done.

        The thumbnail is written first, then the blob is looked at again: had it been replaced
        meanwhile, it is done once more. So whoever writes last wrote of the last version. A worker
        that dies between the two has a message that names a version that has passed, which is
        reason enough to make the thumbnail anew.

        Returns:
            The upload as it stands then, None for a blob that is not there and was never known.

        Raises:
            StoreUnavailable, DecoderFailed, BlobRestless: try again.
        """
        for _ in range(ROUNDS):
            info = await self.blobs.head(UPLOADS, blob)
            if info is None:
                return await self._gone(blob)
            upload = await self.register.of_blob(blob, info.modified_at, self.now())
            if upload.status is UploadStatus.EXPIRED:
                if (late := await self._late(upload, info)) is not None:
                    return late
                continue
            anew = anew or told not in (None, info.etag)
            if upload.is_about(info.etag) and not anew:
                return upload
            if (settled := await self._worked(upload, info)) is not None:
                return settled
            told, anew = None, True
        raise BlobRestless(f"{BlobRestless.__doc__} ({blob})")

    async def _worked(self, upload: Upload, info: BlobInfo) -> Upload | None:
        """The upload once it is settled, None when its blob was changed or removed meanwhile."""
        etag = info.etag
        upload = await self.register.change(upload, lambda it: it.begun(etag, self.now()))
        if upload.status is UploadStatus.EXPIRED:
            return await self._late(upload, info)
        judged = await self._judged(upload, info)
        if isinstance(judged, Reason) and len(upload.blob) <= LONGEST_NAME:
            # An earlier version of the file may have had one.
            await self.blobs.remove(PROCESSED, thumbnail_of(upload.blob))
        present = await self.blobs.head(UPLOADS, upload.blob)
        if present is None or present.etag != etag or judged is None:
            return None
        settled = await self.register.change(
            upload, lambda it: it.settled(etag, judged, self.now())
        )
        _log(settled)
        return settled

    async def _judged(self, upload: Upload, info: BlobInfo) -> Kind | Reason | None:
        """What the file is, once its thumbnail is there, or why it gets none.

        None: it vanished, or was replaced, before it was read.
        """
        if len(upload.blob) > LONGEST_NAME:
            return NAME_TOO_LONG
        try:
            made = await self._made(upload, info)
        except Refused as refused:
            return Reason(refused.code, str(refused))
        if made is None:
            return None
        await self.blobs.write(PROCESSED, thumbnail_of(upload.blob), made.content, JPEG)
        return made.kind

    def refused_unread(self, info: BlobInfo) -> Refused | None:
        """Why a file is not even read: it is too large, or its bytes are not those of an image."""
        if info.size > self.most_bytes:
            return Refused(Code.TOO_LARGE, f"{info.size:,} bytes, at most {self.most_bytes:,}")
        if info.encoding:
            # Even if the image stands there as it is: a browser would decode what is not encoded.
            return Refused(Code.ENCODED, info.encoding[:50])
        return None

    async def _made(self, upload: Upload, info: BlobInfo) -> Thumbnail | None:
        """The thumbnail; None when the blob vanished, which the next look at it settles."""
        if (refused := self.refused_unread(info)) is not None:
            raise refused
        # One byte more than is taken, so that a blob that was replaced meanwhile is found out.
        content = await self.blobs.read(UPLOADS, upload.blob, self.most_bytes + 1)
        if content is None:
            return None
        if len(content) > self.most_bytes:
            raise Refused(Code.TOO_LARGE, f"at most {self.most_bytes:,} bytes")
        declared = upload.session.content_type if upload.session else None
        return await self.thumbnails(content, declared)

    async def _gone(self, blob: str) -> Upload | None:
        now = self.now()
        upload = await self.register.of_blob(blob, now, now)
        logs.info(f"{UPLOADS}/{blob} is not there.", "upload_gone", uploadId=upload.upload_id)
        if upload.session is None and upload.status is UploadStatus.WAITING:
            return None  # nobody has ever heard of it
        return await self.register.change(upload, lambda it: it.gone(self.now()))

    async def _late(self, upload: Upload, info: BlobInfo) -> Upload | None:
        """A file that was under way when its session was ended: nobody waits for it any more.

        None: it was replaced meanwhile, so another one is there.
        """
        if not await self.blobs.remove(UPLOADS, upload.blob, info.etag):
            return None
        sentence = f"{UPLOADS}/{upload.blob} came after its session had ended and was removed."
        logs.info(sentence, "upload_too_late", uploadId=upload.upload_id)
        return await self.register.change(upload, lambda it: it.expired(it.changed_at, TOO_LATE))


def _log(upload: Upload) -> None:
    ids = {"uploadId": upload.upload_id, "blob": upload.blob, "etag": upload.etag}
    if upload.error is None:
        logs.info(f"{UPLOADS}/{upload.blob} has a thumbnail.", "thumbnail_made", **ids)
    else:
        sentence = f"{UPLOADS}/{upload.blob} was refused: {upload.error.detail}"
        logs.warning(sentence, "upload_rejected", code=upload.error.code, **ids)
