"""The job `images.regenerate`: every thumbnail anew, as after a change of size or decoder."""

from dataclasses import dataclass

from shared.application.jobs.payload import Members
from shared.application.jobs.work import GoOn, Run
from shared.application.uploads.processing import Processing
from shared.application.uploads.upload import UploadStatus
from shared.blobs.port import Blobs
from shared.names import UPLOADS
from shared.plain import Json, from_plain, to_plain

TYPE = "images.regenerate"
PAGE = 20  # blobs between two checkpoints: seconds of work that a kill costs
COUNTED = 5000  # blobs in one page when they are only counted (Blob Storage's limit)
PREFIX = r"[^\x00-\x1f\x7f]{0,1024}"


@dataclass(frozen=True, slots=True)
class Progress:
    """`marker`: behind what page to go on; the counts are the result in the end."""

    total: int
    marker: str | None = None
    ready: int = 0
    rejected: int = 0
    gone: int = 0

    @property
    def seen(self) -> int:
        """Blobs dealt with; uploads go on meanwhile, so it may pass the total."""
        return self.ready + self.rejected + self.gone

    @property
    def share(self) -> float:
        """0..1."""
        return min(self.seen / self.total, 1.0) if self.total else 1.0


@dataclass(frozen=True, slots=True)
class RegenerateImages:
    """A page at a time; a page that is done twice makes the same thumbnails twice."""

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
        """Do it, or go on with it; returns how many are ready and how many are not, and why.

        Raises:
            GoOn: the slice is over.
            StoreUnavailable, DecoderFailed, BlobRestless: the job is tried again from here.
        """
        prefix: str = payload["prefix"]
        if run.checkpoint is None:
            progress = Progress(await self._count(prefix))
        else:
            progress = from_plain(Progress, run.checkpoint)
            if progress.seen and progress.marker is None:
                return _result(progress)
        while True:
            progress = await self._page(prefix, progress)
            await run.report(progress.share, to_plain(progress))
            if progress.marker is None:
                return _result(progress)
            if run.is_over_time():
                raise GoOn

    async def _page(self, prefix: str, progress: Progress) -> Progress:
        page = await self.blobs.page(UPLOADS, prefix, progress.marker, PAGE)
        ready, rejected, gone = progress.ready, progress.rejected, progress.gone
        for info in page.blobs:
            upload = await self.processing.process(info.name, anew=True)
            status = upload.status if upload else None
            ready += status is UploadStatus.READY
            rejected += status is UploadStatus.REJECTED
            gone += status not in (UploadStatus.READY, UploadStatus.REJECTED)
        return Progress(progress.total, page.marker, ready, rejected, gone)

    async def _count(self, prefix: str) -> int:
        total, marker = 0, None
        while True:
            page = await self.blobs.page(UPLOADS, prefix, marker, COUNTED)
            total, marker = total + len(page.blobs), page.marker
            if marker is None:
                return total


def _result(progress: Progress) -> Json:
    return {
        "images": progress.seen,
        "ready": progress.ready,
        "rejected": progress.rejected,
        "gone": progress.gone,
    }
