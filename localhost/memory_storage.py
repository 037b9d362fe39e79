"""The twin of the storage accounts: every connection name leads to one account in this process."""

from localhost.clock import Clock
from localhost.memory_blobs import MemoryBlobs
from localhost.memory_queues import MemoryQueues


class MemoryStorage:
    """Blobs and queues in this process."""

    def __init__(self, clock: Clock) -> None:
        self._blobs, self._queues = MemoryBlobs(clock), MemoryQueues(clock)

    def blobs(self, connection: str = "") -> MemoryBlobs:  # noqa: ARG002 - one account for all
        return self._blobs

    def queues(self, connection: str = "") -> MemoryQueues:  # noqa: ARG002 - one account for all
        return self._queues

    async def close(self) -> None:
        """Nothing to close."""
