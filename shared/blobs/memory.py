"""Blobs in memory: the twin that tests use."""

from collections import defaultdict
from collections.abc import AsyncIterable, Callable, Sequence
from datetime import datetime
from itertools import count

from shared.blobs.port import Access, BlobInfo, BlobPage, PiecesGone, fit
from shared.plain import rfc3339


class MemoryBlobs:
    """A contract suite holds it to what the real adapter does."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._blobs: dict[tuple[str, str], tuple[BlobInfo, bytes]] = {}
        self._pieces: defaultdict[tuple[str, str], dict[str, bytes]] = defaultdict(dict)
        self._etags = count(1)

    async def head(self, container: str, name: str) -> BlobInfo | None:
        found = self._blobs.get((container, fit(name)))
        return found[0] if found else None

    async def read(self, container: str, name: str, most: int | None = None) -> bytes | None:
        found = self._blobs.get((container, fit(name)))
        return found[1][: most or None] if found else None

    async def write(
        self, container: str, name: str, content: bytes, content_type: str, *, new: bool = False
    ) -> bool:
        if new and (container, fit(name)) in self._blobs:
            return False
        etag = f"b{next(self._etags)}"
        info = BlobInfo(name, len(content), content_type, etag, self._now())
        self._blobs[container, fit(name)] = info, content
        self._pieces.pop((container, name), None)
        return True

    async def write_all(
        self, container: str, name: str, pieces: AsyncIterable[bytes], content_type: str
    ) -> None:
        content = b"".join([piece async for piece in pieces])
        await self.write(container, name, content, content_type)

    async def stage(self, container: str, name: str, piece: str, content: bytes) -> None:
        if not content:
            raise ValueError("a piece must not be empty")
        self._pieces[container, fit(name)][piece] = content

    async def commit(
        self, container: str, name: str, pieces: Sequence[str], content_type: str
    ) -> None:
        there = self._pieces[container, fit(name)]
        if not set(pieces) <= set(there):
            raise PiecesGone(PiecesGone.__doc__)
        kept = {piece: there[piece] for piece in pieces}
        await self.write(container, name, b"".join(kept[piece] for piece in pieces), content_type)
        self._pieces[container, name] = kept

    async def remove(self, container: str, name: str, etag: str | None = None) -> bool:
        found = self._blobs.get((container, fit(name)))
        if found and etag and found[0].etag != etag:
            return False
        self._blobs.pop((container, name), None)
        self._pieces.pop((container, name), None)
        return True

    async def page(self, container: str, prefix: str, marker: str | None, limit: int) -> BlobPage:
        names = sorted(
            name
            for there, name in self._blobs
            if there == container and name.startswith(prefix) and name > (marker or "")
        )
        blobs = [self._blobs[container, name][0] for name in names[:limit]]
        return BlobPage(blobs, names[limit - 1] if len(names) > limit else None)

    async def link(
        self,
        container: str,
        name: str,
        access: Access,
        until: datetime,
        served_as: str | None = None,
    ) -> str:
        served = f"&rsct={served_as}" if served_as else ""
        return f"memory://{container}/{fit(name)}?sp={access}&se={rfc3339(until)}{served}"
