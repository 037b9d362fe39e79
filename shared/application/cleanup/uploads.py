"""Which uploaded files, and which thumbnails of them, belong to nothing."""

from dataclasses import dataclass
from datetime import datetime

from shared.application.cleanup.suspects import Suspects
from shared.application.cleanup.sweep import Fate
from shared.application.uploads.register import Register
from shared.application.uploads.upload import UploadStatus, thumbnail_of
from shared.blobs.port import BlobInfo, Blobs
from shared.names import UPLOADS


@dataclass(frozen=True, slots=True)
class UploadedFiles:
    """Every file has a record: of its session, or of its own once somebody looked at it."""

    register: Register
    suspects: Suspects

    async def judge(self, blob: BlobInfo, at: datetime) -> Fate:
        """A file goes when its session ended without it, or when there never was any record.

        Of the second kind somebody may be about to make a record, so one look is not enough.

        Raises:
            StoreUnavailable: the storage did not answer.
        """
        upload = await self.register.of_blob(blob.name, blob.modified_at, at)
        kept = await self.register.find(upload.upload_id)
        if kept is not None:
            return Fate.USELESS if kept.status is UploadStatus.EXPIRED else Fate.NEEDED
        proven = await self.suspects.is_proven(UPLOADS, blob, at)
        return Fate.USELESS if proven else Fate.DOUBTFUL


@dataclass(frozen=True, slots=True)
class Thumbnails:
    """A thumbnail can be made again as long as there is the file; without that it shows nothing."""

    blobs: Blobs

    async def judge(self, blob: BlobInfo, _at: datetime) -> Fate:
        """Whether its file is there; what is called otherwise than ours is doubtful.

        Raises:
            StoreUnavailable: the storage did not answer.
        """
        source = blob.name.removeprefix(thumbnail_of(""))
        if not source or thumbnail_of(source) != blob.name:
            return Fate.DOUBTFUL
        return Fate.USELESS if await self.blobs.head(UPLOADS, source) is None else Fate.NEEDED
