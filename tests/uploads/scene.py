"""The uploads over memory, with a decoder in this process, and hands that put blobs there."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from shared.application.uploads.processing import Processing
from shared.application.uploads.register import Register
from shared.application.uploads.upload import Session, Upload, thumbnail_of
from shared.application.uploads.uploads import Uploads
from shared.images.thumbnail import Thumbnail, thumbnail
from shared.names import PROCESSED, UPLOADS
from tests.application.memory import Memory
from tests.images.samples import jpeg

LIFE = timedelta(minutes=15)
GOOD, BROKEN = jpeg(300, 200), jpeg(300, 200)[:700]
Meanwhile = Callable[[], Awaitable[object]]


@dataclass
class Decoder:
    """Makes real thumbnails; `meanwhile` happens while it makes the next one, or goes wrong."""

    made: list[bytes] = field(default_factory=list)
    meanwhile: list[Meanwhile] = field(default_factory=list)

    async def __call__(self, content: bytes, declared: str | None = None) -> Thumbnail:
        small = thumbnail(content, declared)
        self.made.append(content)
        if self.meanwhile:
            await self.meanwhile.pop(0)()
        return small


@dataclass
class Scene:
    """One app over one memory; `blobs` and `rows` may be replaced by ones that die."""

    memory: Memory = field(default_factory=Memory)
    decoder: Decoder = field(default_factory=Decoder)
    most_bytes: int = 100_000
    blobs: Any = None

    @property
    def register(self) -> Register:
        return Register(self.memory.wiring.records("uploads"))

    @property
    def processing(self) -> Processing:
        blobs = self.blobs or self.memory.blobs
        return Processing(self.register, blobs, self.decoder, self.most_bytes, self.memory.clock)

    @property
    def uploads(self) -> Uploads:
        blobs = self.blobs or self.memory.blobs
        return Uploads(self.register, self.processing, blobs, LIFE, self.memory.clock)

    async def opened(
        self, upload_id: str = "u1", sku: str | None = None, kind: str = "image/jpeg"
    ) -> Upload:
        now = self.memory.clock()
        session = Session("ada", kind, now + LIFE, sku)
        return await self.uploads.open(upload_id, "mug.jpg", session, now)

    async def put(self, blob: str, content: bytes = GOOD) -> str:
        """Put a file there; return its version."""
        await self.memory.blobs.write(UPLOADS, blob, content, "application/octet-stream")
        info = await self.memory.blobs.head(UPLOADS, blob)
        assert info is not None
        return info.etag

    async def sent(self, content: bytes = GOOD, upload_id: str = "u1", **session: Any) -> str:
        """Open a session and send its file; return the blob's name."""
        upload = await self.opened(upload_id, **session)
        await self.put(upload.blob, content)
        return upload.blob

    async def thumbnail(self, blob: str) -> bytes | None:
        return await self.memory.blobs.read(PROCESSED, thumbnail_of(blob))

    async def upload(self, upload_id: str = "u1") -> Upload:
        found = await self.uploads.find(upload_id)
        assert found is not None
        return found
