"""The desk of the uploads: opens sessions, shows them, hears of files, ends what is over."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared import logs
from shared.application.failures import Reason
from shared.application.uploads.events import BadEvent, ForeignEvent, Seen, seen_in
from shared.application.uploads.file_name import safe
from shared.application.uploads.processing import Processing
from shared.application.uploads.register import ALL, Register
from shared.application.uploads.upload import Session, Upload, UploadStatus, thumbnail_of
from shared.blobs.port import Access, Blobs
from shared.eventstore.port import StoreUnavailable
from shared.names import PROCESSED, UPLOADS
from shared.projections.newest_first import Period
from shared.records import Listed

KIND = "uploads"
LOOK = timedelta(minutes=5)  # how long a link to look at a file is good
# Whoever worked on it is gone: a message is handed out for minutes (host.json) and, after the
# crash of a host, hidden for ten at most.
PATIENCE = timedelta(days=1)
SECOND = timedelta(seconds=1)  # an expiry is cut to whole ones
REMEMBERED = timedelta(days=7)  # how long `GET /uploads/{id}` still says `expired`


@dataclass(frozen=True, slots=True)
class Ended:
    """How many uploads came to an end, and how many could not be brought to theirs."""

    ended: int = 0
    stuck: int = 0

    def __add__(self, other: "Ended") -> "Ended":
        return Ended(self.ended + other.ended, self.stuck + other.stuck)

    @property
    def tried(self) -> int:
        """Each costs as much, however it went."""
        return self.ended + self.stuck


LEFT, ENDED, STUCK = Ended(), Ended(ended=1), Ended(stuck=1)


@dataclass(frozen=True, slots=True)
class Uploads:
    """`life`: how long a link to send a file with is good.

    `endpoint`: of the data account, for events from the cloud (events.py).
    """

    register: Register
    processing: Processing
    blobs: Blobs
    life: timedelta
    now: Callable[[], datetime]
    endpoint: str | None = None

    async def open(
        self, upload_id: str, file_name: str, session: Session, opened_at: datetime
    ) -> Upload:
        """Open a session; to open it again changes nothing.

        Raises:
            StoreUnavailable: perhaps opened.
        """
        blob = f"{upload_id}/{safe(file_name)}"
        return await self.register.add(
            Upload(upload_id, blob, file_name, opened_at, opened_at, session)
        )

    async def link_to_send(self, upload: Upload, until: datetime) -> str:
        """A URL to which one may send the file of a session: that blob, once, until then."""
        return await self.blobs.link(UPLOADS, upload.blob, Access.CREATE, until)

    async def link_to_look(self, upload: Upload, *, thumbnail: bool) -> str:
        """A URL at which one may see a file or its thumbnail for a few minutes."""
        until = self.now() + LOOK
        if thumbnail:
            name = thumbnail_of(upload.blob)
            return await self.blobs.link(PROCESSED, name, Access.READ, until)
        # Whoever sent the file may have called it text/html; it is served as what it is.
        return await self.blobs.link(UPLOADS, upload.blob, Access.READ, until, upload.kind)

    async def find(self, upload_id: str) -> Upload | None:
        """An upload as it stands; a session that is over shows `expired` unless a file came.

        Raises:
            StoreUnavailable: the storage did not answer.
        """
        upload = await self.register.find(upload_id)
        now = self.now()
        if upload is None or not upload.is_overdue(now):
            return upload
        came = await self.blobs.head(UPLOADS, upload.blob)
        return upload if came else upload.expired(now)

    async def page(
        self, status: UploadStatus | None, limit: int, cursor: str | None
    ) -> Sequence[Listed]:
        """At most `limit` uploads, the newest first, behind the place `cursor`.

        Raises:
            StoreUnavailable: the storage did not answer.
        """
        return await self.register.page(status or ALL, limit, cursor)

    async def hear(self, text: str) -> None:
        """Deal with every blob that a message tells of.

        Raises:
            BadEvent, ForeignEvent: no try will help.
            StoreUnavailable, DecoderFailed, BlobRestless: try again.
        """
        for seen in seen_in(text, self.endpoint):
            await self.processing.process(seen.blob, seen.etag)

    async def dead_lettered(self, text: str, reason: Reason) -> None:
        """A message failed for good (dead_letters.Owner)."""
        for seen in self._meant(text):
            now = self.now()
            found = await self.blobs.head(UPLOADS, seen.blob)
            if found and self.processing.refused_unread(found):
                # The local host hands out no blob of over 512 MiB, so nobody has looked at it yet.
                await self.processing.process(seen.blob, seen.etag)
                continue
            upload = await self.register.of_blob(
                seen.blob, found.modified_at if found else now, now
            )
            if found or upload.session:
                await self.register.change(upload, lambda it: it.dead_lettered(reason, self.now()))

    async def redriven(self, text: str) -> None:
        """A message is sent once more (dead_letters.Owner)."""
        for seen in self._meant(text):
            upload = await self.register.of_blob(seen.blob, self.now(), self.now())
            if upload.status is UploadStatus.DEAD_LETTERED:
                await self.register.change(upload, lambda it: it.redriven(self.now()))

    async def discarded(self, text: str, why: str) -> None:
        """A message is never sent again (dead_letters.Owner)."""
        # A re-drive that died half-way may have told it that it would be.
        await self.dead_lettered(text, Reason("discarded", why))

    async def expire_sessions(self, now: datetime, limit: int) -> Ended:
        """End sessions that are over, and bring to an end what was forgotten: at most `limit`.

        A file whose event never came, or whose worker died for good, is dealt with here; one that
        fails is left for a day, so that the next call tries others. Sessions that expired a week
        ago are removed.

        Returns:
            What came of it; nothing tried is none left.

        Raises:
            StoreUnavailable: some are left.
        """
        so_far = Ended()
        for status, age, end in (
            (UploadStatus.WAITING, self.life, self._end_waiting),
            (UploadStatus.PROCESSING, PATIENCE, self._end_processing),
            (UploadStatus.EXPIRED, REMEMBERED, self._end_expired),
        ):
            # None of the younger ones is over; without this every living session would be read.
            period = Period(before=now - age + SECOND)
            async for upload in self.register.each(status, period):
                if so_far.tried >= limit:
                    return so_far
                so_far += await end(upload, now)
        return so_far

    async def _end_waiting(self, upload: Upload, now: datetime) -> Ended:
        if not upload.is_overdue(now):
            return LEFT
        if await self.blobs.head(UPLOADS, upload.blob):
            return await self._caught_up(upload, now)
        await self.register.change(
            upload, lambda it: it.expired(self.now()) if it.is_overdue(now) else it
        )
        return ENDED

    async def _end_processing(self, upload: Upload, now: datetime) -> Ended:
        return await self._caught_up(upload, now) if upload.is_stuck(now, PATIENCE) else LEFT

    async def _end_expired(self, upload: Upload, now: datetime) -> Ended:
        if now < upload.changed_at + REMEMBERED:
            return LEFT
        gone = await self.register.remove(upload.upload_id, if_still=UploadStatus.EXPIRED)
        return ENDED if gone else LEFT

    async def _caught_up(self, upload: Upload, now: datetime) -> Ended:
        try:
            await self.processing.process(upload.blob)
        except StoreUnavailable:
            raise
        except Exception as error:  # noqa: BLE001 - one such file must not keep the others
            sentence = f"{UPLOADS}/{upload.blob} was left behind and fails again."
            logs.error(sentence, "upload_stuck", error, uploadId=upload.upload_id)
            await self.register.change(upload, lambda it: it.put_off(now))
            return STUCK
        sentence = f"{UPLOADS}/{upload.blob} had been left behind."
        logs.warning(sentence, "upload_caught_up", uploadId=upload.upload_id)
        return ENDED

    def _meant(self, text: str) -> list[Seen]:
        try:
            return seen_in(text, self.endpoint)
        except (BadEvent, ForeignEvent):
            return []  # not about an upload, so there is nothing to say of one
