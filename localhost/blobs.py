"""What the host needs of a blob service; storage_blobs.py is the real one.

Its twin for tests is memory_blobs.py.

A container or blob that is not there is an ordinary answer; every other refusal is a wire.Refused,
and silence is a wire.Unreachable.
"""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

OCTETS = "application/octet-stream"
BLOCK_BLOB = "BlockBlob"


@dataclass(frozen=True, slots=True)
class Blob:
    """What the service tells about a blob besides its content."""

    name: str
    etag: str
    """With its quotes, as HTTP has it."""
    modified: datetime
    """In whole seconds, as HTTP has it."""
    created: datetime
    length: int
    content_type: str = OCTETS
    kind: str = BLOCK_BLOB
    metadata: Mapping[str, str] = field(default_factory=dict)


class Blobs(Protocol):
    """One account's blobs."""

    @property
    def endpoint(self) -> str:
        """The address that blob URIs begin with."""

    async def head(self, container: str, name: str) -> Blob | None:
        """Return a blob's facts; None when it is not there."""

    async def get(self, container: str, name: str) -> tuple[Blob, bytes] | None:
        """Return a blob's facts and its content; None when it is not there."""

    async def put(
        self, container: str, name: str, content: bytes, metadata: Mapping[str, str] | None = None
    ) -> None:
        """Write a block blob, whatever was there; make the container when it is missing."""

    async def delete(self, container: str, name: str) -> None:
        """Delete a blob; it may be gone."""

    def listed(self, container: str) -> AsyncIterator[Blob]:
        """Yield the container's blobs in order of their names; none when it is not there."""

    async def close(self) -> None:
        """Close the connections."""
