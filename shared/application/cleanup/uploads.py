"""Which sessions, uploaded files and thumbnails of them are over, or belong to nothing."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.application.cleanup.forgetting import MORE
from shared.application.cleanup.suspects import Suspects
from shared.application.cleanup.sweep import Fate, Swept
from shared.application.uploads.register import Register
from shared.application.uploads.upload import Upload, UploadStatus, thumbnail_of
from shared.application.uploads.uploads import Uploads
from shared.blobs.port import BlobInfo, Blobs, is_fit
from shared.names import UPLOADS

AT_ONCE = 3  # uploads that are ended in one page: a file left behind may take a minute
REFUSED = timedelta(days=30)  # how long a refused file may still be looked at


@dataclass(frozen=True, slots=True)
class Sessions:
    """Sessions that are over, and files that were left behind; what fails again is doubtful."""

    uploads: Uploads

    async def page(self, at: datetime, _cursor: str | None, limit: int) -> Swept:
        """End a few; the next page goes on with others."""
        tried = await self.uploads.expire_sessions(at, min(limit, AT_ONCE))
        return Swept(tried.ended, MORE if tried.tried else None, tried.stuck)


@dataclass(frozen=True, slots=True)
class UploadedFiles:
    """Every file has a record: of its session, or of its own once somebody looked at it."""

    register: Register
    suspects: Suspects

    async def judge(self, blob: BlobInfo, at: datetime) -> Fate:
        """A file goes when its session ended without it, or when it was refused a month ago.

        One without any record was never looked at: its event was lost. Somebody may be about to
        look, so it is noted first; when it is found so again, it is given a record as if work on
        it had been begun and forgotten, and `Sessions` sees to it.

        Raises:
            StoreUnavailable: the storage did not answer.
        """
        if not is_fit(blob.name):
            return Fate.DOUBTFUL  # nobody here can ask for it
        upload = await self.register.of_blob(blob.name, blob.modified_at, at)
        kept = await self.register.find(upload.upload_id)
        if kept is not None:
            return Fate.USELESS if _is_over(kept, blob, at) else Fate.NEEDED
        if not await self.suspects.is_proven(UPLOADS, blob, at):
            return Fate.DOUBTFUL
        await self.register.add(upload.begun(blob.etag, blob.modified_at))
        return Fate.NEEDED


@dataclass(frozen=True, slots=True)
class Thumbnails:
    """A thumbnail can be made again as long as there is the file; without that it shows nothing."""

    register: Register
    blobs: Blobs

    async def judge(self, blob: BlobInfo, at: datetime) -> Fate:
        """Whether its file is there; what is called otherwise than ours is doubtful.

        Before a thumbnail goes, its upload says so: no product shows an image that is not there.

        Raises:
            StoreUnavailable: the storage did not answer.
        """
        source = blob.name.removeprefix(thumbnail_of(""))
        if not is_fit(source) or thumbnail_of(source) != blob.name:
            return Fate.DOUBTFUL
        upload = await self.register.of_blob(source, at, at)
        if await self.blobs.head(UPLOADS, source) is not None:
            return Fate.NEEDED
        if upload.status is UploadStatus.READY:
            await self.register.change(upload, lambda it: it.withdrawn(upload.etag, at))
        return Fate.USELESS


def _is_over(upload: Upload, blob: BlobInfo, at: datetime) -> bool:
    """Whether nobody will want this version of a file again; the record keeps the reason."""
    if upload.status is UploadStatus.EXPIRED:
        return True
    is_refused = upload.status is UploadStatus.REJECTED and upload.etag == blob.etag
    return is_refused and upload.changed_at <= at - REFUSED
