"""Spilled events on blobs: one each, in one container."""

from dataclasses import dataclass

from shared.blobs.port import Blobs
from shared.names import CLAIM_CHECKS


@dataclass(frozen=True, slots=True)
class BlobSpill:
    """Names hold the event's id, so one that is there already holds the same."""

    blobs: Blobs

    async def put(self, name: str, content: bytes) -> None:
        await self.blobs.write(CLAIM_CHECKS, name, content, "application/json", new=True)

    async def get(self, name: str) -> bytes | None:
        return await self.blobs.read(CLAIM_CHECKS, name)
