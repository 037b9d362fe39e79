"""The job `images.regenerate`: every thumbnail anew, as after a change of size or decoder."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from shared import logs
from shared.application.jobs.payload import Members
from shared.application.jobs.work import GoOn, Run
from shared.application.uploads.processing import Processing
from shared.application.uploads.upload import UploadStatus
from shared.blobs.port import BlobInfo, Blobs
from shared.eventstore.port import StoreUnavailable
from shared.names import UPLOADS
from shared.plain import Json, from_plain, to_plain

TYPE = "images.regenerate"
PAGE = 20  # blobs between two checkpoints: seconds of work that a kill costs
COUNTED = 5000  # blobs in one page when they are only counted (Blob Storage's limit)
PREFIX = r"[^\x00-\x1f\x7f]{0,1024}"


@dataclass(frozen=True, slots=True)
class Progress:
    """The counts are the result in the end.

    `marker`: behind what page to go on; `behind`: behind what blob of the next page, when a slice
    ended within it; `failed`: of those it is not known what they are.
    """

    total: int
    marker: str | None = None
    ready: int = 0
    rejected: int = 0
    gone: int = 0
    failed: int = 0
    behind: str | None = None

    @property
    def seen(self) -> int:
        """Blobs dealt with; uploads go on meanwhile, so it may pass the total."""
        return self.ready + self.rejected + self.gone + self.failed

    @property
    def is_over(self) -> bool:
        """Whether no page is left."""
        return self.seen > 0 and self.marker is None and self.behind is None

    @property
    def share(self) -> float:
        """0..1."""
        return min(self.seen / self.total, 1.0) if self.total else 1.0


@dataclass(frozen=True, slots=True)
class RegenerateImages:
    """A page at a time; a page that is done twice makes the same thumbnails twice.

    A file that fails does not keep the others from theirs: it is counted, and told in the log.
    """

    processing: Processing
    blobs: Blobs

    def read(self, payload: Json) -> Json:
        """`prefix`: of the blobs' names, such as a folder or an upload id; by default all.

        Raises:
            BadPayload: with all its faults.
        """
        members = Members(payload, ("prefix",))
        prefix = members.matching("prefix", PREFIX)
        members.require_faultless()
        return {"prefix": prefix or ""}

    async def run(self, payload: Json, run: Run) -> Json:
        """Do it, or go on with it; returns how many are ready, and how many are not.

        Raises:
            GoOn: the slice is over.
            StoreUnavailable: the job is tried again from here.
        """
        prefix: str = payload["prefix"]
        if run.checkpoint is None:
            progress = Progress(await self._count(prefix))
        else:
            progress = from_plain(Progress, run.checkpoint)
            if progress.is_over:
                return _result(progress)
        while True:
            progress = await self._page(prefix, progress, run)
            await run.report(progress.share, to_plain(progress))
            if progress.marker is None and progress.behind is None:
                return _result(progress)
            if run.is_over_time():
                raise GoOn

    async def _page(self, prefix: str, progress: Progress, run: Run) -> Progress:
        """A page, or as much of it as there is time for: one file may take a minute."""
        page = await self.blobs.page(UPLOADS, prefix, progress.marker, PAGE)
        left = _behind(page.blobs, progress.behind)
        for at, info in enumerate(left, start=1):
            progress = replace(await self._one(info.name, progress), behind=info.name)
            if at < len(left) and run.is_over_time():
                return progress
        return replace(progress, marker=page.marker, behind=None)

    async def _one(self, blob: str, progress: Progress) -> Progress:
        try:
            upload = await self.processing.process(blob, anew=True)
        except StoreUnavailable:
            raise
        except Exception as error:  # noqa: BLE001 - one such file must not keep the others
            sentence = f"The thumbnail of {UPLOADS}/{blob} could not be made anew."
            logs.error(sentence, "thumbnail_failed", error, blob=blob)
            return replace(progress, failed=progress.failed + 1)
        status = upload.status if upload else None
        if status is UploadStatus.READY:
            return replace(progress, ready=progress.ready + 1)
        if status is UploadStatus.REJECTED:
            return replace(progress, rejected=progress.rejected + 1)
        return replace(progress, gone=progress.gone + 1)

    async def _count(self, prefix: str) -> int:
        total, marker = 0, None
        while True:
            page = await self.blobs.page(UPLOADS, prefix, marker, COUNTED)
            total, marker = total + len(page.blobs), page.marker
            if marker is None:
                return total


def _behind(blobs: Sequence[BlobInfo], name: str | None) -> Sequence[BlobInfo]:
    """Those behind one; all of them where that was removed since, to miss none."""
    names = [info.name for info in blobs]
    return blobs[names.index(name) + 1 :] if name in names else blobs


def _result(progress: Progress) -> Json:
    return {
        "images": progress.seen,
        "ready": progress.ready,
        "rejected": progress.rejected,
        "gone": progress.gone,
        "failed": progress.failed,
    }
