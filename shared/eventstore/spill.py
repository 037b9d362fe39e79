"""Where events go that are too long for a row: the claim check's cloakroom."""

from typing import Protocol


class SpillBroken(Exception):
    """An event that lies outside the event store is missing or was altered. Restore its blob."""


class Spill(Protocol):
    """Bytes by name, written once; a contract suite holds both twins to this."""

    async def put(self, name: str, content: bytes) -> None:
        """Keep the content; what is there under this name already is the same and stays.

        Raises:
            StoreUnavailable: perhaps kept; putting it again is safe.
        """
        ...

    async def get(self, name: str) -> bytes | None:
        """What is kept under this name, or None.

        Raises:
            StoreUnavailable: the storage did not answer.
        """
        ...


class MemorySpill:
    """The twin in memory."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    async def put(self, name: str, content: bytes) -> None:
        self.kept.setdefault(name, content)

    async def get(self, name: str) -> bytes | None:
        return self.kept.get(name)
