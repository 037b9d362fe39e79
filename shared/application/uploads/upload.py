"""One upload: what is known of a blob in `uploads`, from the session it waits in to its end."""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from shared.application.failures import Reason
from shared.images.kinds import Kind

LONGEST_NAME = 1024 - len("thumbnails/")  # Blob Storage takes 1,024 characters


class UploadStatus(StrEnum):
    """As clients see it (design/api.md, uploads)."""

    WAITING = "waiting"
    PROCESSING = "processing"
    READY = "ready"
    REJECTED = "rejected"
    EXPIRED = "expired"
    DEAD_LETTERED = "dead_lettered"


SETTLED = (UploadStatus.READY, UploadStatus.REJECTED)


@dataclass(frozen=True, slots=True)
class Session:
    """What was agreed when an upload was announced: until when, of what type, for what product."""

    owner_id: str
    content_type: str
    expires_at: datetime
    sku: str | None = None


@dataclass(frozen=True, slots=True)
class Upload:
    """`blob`: its name in the container; `etag`: the version of it that the status speaks of.

    `session` is None for a blob that somebody put there without asking us first; `kind`: what the
    file was found to be.
    """

    upload_id: str
    blob: str
    file_name: str
    opened_at: datetime
    changed_at: datetime
    session: Session | None = None
    status: UploadStatus = UploadStatus.WAITING
    etag: str | None = None
    error: Reason | None = None
    kind: Kind | None = None

    def is_overdue(self, now: datetime) -> bool:
        """Whether the link to send the file with is over, and no file is known."""
        return (
            self.session is not None
            and self.status is UploadStatus.WAITING
            and now >= self.session.expires_at
        )

    def is_stuck(self, now: datetime, patience: timedelta) -> bool:
        """Whether its work was begun and nobody can be at it any more."""
        return self.status is UploadStatus.PROCESSING and now >= self.changed_at + patience

    def is_about(self, etag: str) -> bool:
        """Whether this version of the blob was judged before."""
        return self.etag == etag and self.status in SETTLED

    def begun(self, etag: str, now: datetime) -> "Upload":
        """Somebody works on this version of the blob; one that was judged stays so meanwhile."""
        at_it = self.etag == etag and self.status in (*SETTLED, UploadStatus.PROCESSING)
        if at_it or self.status is UploadStatus.EXPIRED:
            return self
        return self._with(UploadStatus.PROCESSING, now, etag=etag)

    def settled(self, etag: str, judged: Kind | Reason, now: datetime) -> "Upload":
        """This version of the blob was judged; what came of another one meanwhile stands."""
        if self.etag != etag or self.status is UploadStatus.EXPIRED:
            return self
        if isinstance(judged, Reason):
            rejected = self._with(UploadStatus.REJECTED, now, judged)
            return self if self._says(rejected) else rejected
        ready = replace(self._with(UploadStatus.READY, now), kind=judged)
        return self if self._says(ready) else ready

    def put_off(self, now: datetime) -> "Upload":
        """A file is there, and the work on it failed: it rests as if somebody had just begun."""
        if self.status in (UploadStatus.WAITING, UploadStatus.PROCESSING):
            return self._with(UploadStatus.PROCESSING, now)
        return self

    def expired(self, now: datetime, error: Reason | None = None) -> "Upload":
        """Nothing came in time, or it came too late."""
        return self._with(UploadStatus.EXPIRED, now, error)

    def gone(self, now: datetime) -> "Upload":
        """The blob is no longer there; only one that was being worked on did not end well."""
        if self.status in (UploadStatus.PROCESSING, UploadStatus.DEAD_LETTERED):
            return self._with(UploadStatus.REJECTED, now, FILE_GONE)
        return self

    def withdrawn(self, etag: str | None, now: datetime) -> "Upload":
        """The file that was shown is no longer there, and its thumbnail goes with it."""
        if self.status is UploadStatus.READY and self.etag == etag:
            return self._with(UploadStatus.REJECTED, now, FILE_REMOVED)
        return self

    def dead_lettered(self, reason: Reason, now: datetime) -> "Upload":
        """Its message failed for good; one that ended by another message does not mind."""
        if self.status in (UploadStatus.WAITING, UploadStatus.PROCESSING):
            return self._with(UploadStatus.DEAD_LETTERED, now, reason)
        return self

    def redriven(self, now: datetime) -> "Upload":
        """Its message is sent once more."""
        if self.status is UploadStatus.DEAD_LETTERED:
            return self._with(UploadStatus.PROCESSING, now)
        return self

    def _says(self, other: "Upload") -> bool:
        """Whether it says the same, but for the time."""
        return replace(other, changed_at=self.changed_at) == self

    def _with(
        self,
        status: UploadStatus,
        now: datetime,
        error: Reason | None = None,
        etag: str | None = None,
    ) -> "Upload":
        return replace(self, status=status, changed_at=now, error=error, etag=etag or self.etag)


FILE_GONE = Reason("file_gone", "The file was removed before a thumbnail was made of it.")
FILE_REMOVED = Reason("file_gone", "The file was removed, and its thumbnail after it.")
TOO_LATE = Reason("uploaded_too_late", "The file came after its session had ended. Open another.")


def thumbnail_of(blob: str) -> str:
    """Where in `processed` its thumbnail stands: by all of its name, so that no two share one.

    The guide takes the last part of the path, by which two folders collide (features.md S2.5).
    """
    return f"thumbnails/{blob}"


def unannounced(blob: str, appeared_at: datetime, now: datetime) -> Upload:
    """The upload of a blob that came without a session: the same id for the same name."""
    digest = hashlib.sha256(blob.encode()).hexdigest()
    return Upload(f"blob-{digest[:40]}", blob, blob, appeared_at, now)
