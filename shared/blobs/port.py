"""Blobs as the application sees them: whole files, seen by others only when they are complete."""

import re
from collections.abc import AsyncIterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

PIECE = 1024 * 1024  # bytes in one request; aiohttp warns that more would hold up the event loop
LONGEST_NAME = 1024  # characters (Blob Storage's limit)
# A segment `.` or `..` is resolved on the way, by clients and perhaps by servers, for which `\` may
# be a `/`: such a name reaches another blob, or another container. No other character is forbidden
# to a name but those that no listing in XML can show.
UNFIT = re.compile(r"(?:\A|[/\\])\.{1,2}(?:[/\\]|\Z)|[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


class Access(StrEnum):
    """What the holder of a link may do, and nothing else, with one blob."""

    READ = "r"
    CREATE = "c"  # write it once: what was uploaded cannot be replaced afterwards


@dataclass(frozen=True, slots=True)
class BlobInfo:
    """A blob without its content; `size` in bytes.

    `encoding`: the Content-Encoding it was sent with; its bytes are what was sent all the same.
    """

    name: str
    size: int
    content_type: str
    etag: str
    modified_at: datetime
    encoding: str | None = None


@dataclass(frozen=True, slots=True)
class BlobPage:
    """Some blobs in the order of their names; with a marker there may be more."""

    blobs: Sequence[BlobInfo]
    marker: str | None


class BadName(ValueError):
    """No blob may be called so. A name has 1 to 1,024 characters and no segment `.` or `..`."""

    code = "bad_blob_name"


def is_fit(name: str) -> bool:
    """Whether a blob may be called so: it is a name, and leads nowhere else."""
    return 0 < len(name) <= LONGEST_NAME and UNFIT.search(name) is None


def fit(name: str) -> str:
    """The name of a blob, if it is fit to be one.

    Raises:
        BadName: it is not.
    """
    if not is_fit(name):
        raise BadName(f"{BadName.__doc__} ({name[:100]!r})")
    return name


class PiecesGone(Exception):
    """Not all of these pieces are there: they are too old, or others were made a blob of."""


class Blobs(Protocol):
    """A contract suite holds both twins to this; each raises StoreUnavailable for an outage, and
    BadName before it asks for a blob that could not be called so.
    """

    async def head(self, container: str, name: str) -> BlobInfo | None:
        """What a blob is, or None for one that is not there."""
        ...

    async def read(self, container: str, name: str, most: int | None = None) -> bytes | None:
        """A blob as it was sent, or its first `most` bytes; None for one that is not there."""
        ...

    async def write(
        self, container: str, name: str, content: bytes, content_type: str, *, new: bool = False
    ) -> bool:
        """Write a blob, in pieces of a MiB.

        `new`: only where there is none.

        Returns:
            Whether it was written; False only with `new`, where one stood there.
        """
        ...

    async def write_all(
        self, container: str, name: str, pieces: AsyncIterable[bytes], content_type: str
    ) -> None:
        """Write what comes, holding one piece in memory; nobody sees it before its end.

        A blob that stood there is replaced. At most 50,000 pieces, of any size up to 100 MiB.
        """
        ...

    async def stage(self, container: str, name: str, piece: str, content: bytes) -> None:
        """Keep one piece of a blob to come; nobody sees it, and it is gone a week later.

        `piece`: its id of ASCII letters, digits and hyphens, as long as those of the blob's other
        pieces. A piece that was staged before is replaced.

        Raises:
            ValueError: the piece is empty. (Azure answers 400, Azurite takes it.)
        """
        ...

    async def commit(
        self, container: str, name: str, pieces: Sequence[str], content_type: str
    ) -> None:
        """Make a blob of these pieces, in this order; to do so again with the same changes nothing.

        What was staged besides is gone. At most 50,000 pieces.

        Raises:
            PiecesGone: some of them are not there; nothing was changed.
        """
        ...

    async def remove(self, container: str, name: str, etag: str | None = None) -> bool:
        """Remove a blob, with `etag` only while it is that one; whether it is gone now."""
        ...

    async def page(self, container: str, prefix: str, marker: str | None, limit: int) -> BlobPage:
        """At most `limit` blobs whose names begin so, going on from the marker of a page."""
        ...

    async def link(
        self,
        container: str,
        name: str,
        access: Access,
        until: datetime,
        served_as: str | None = None,
    ) -> str:
        """A URL that lets anybody who holds it do that until then.

        `served_as`: the media type in place of the one it was written with.

        To create a blob, the container is made first where it is missing: who holds the link
        cannot.
        """
        ...
