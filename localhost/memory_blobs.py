"""The twin of a blob service, for tests and for apps that need none."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field

from localhost.blobs import Blob
from localhost.clock import Clock


@dataclass
class MemoryBlobs:
    """Containers and blobs in this process; its clock stamps them."""

    clock: Clock
    endpoint: str = "http://memory/account"
    containers: dict[str, dict[str, tuple[Blob, bytes]]] = field(default_factory=dict)
    """What there is, by container and name."""
    writes: int = 0

    async def head(self, container: str, name: str) -> Blob | None:
        found = await self.get(container, name)
        return found[0] if found else None

    async def get(self, container: str, name: str) -> tuple[Blob, bytes] | None:
        return self.containers.get(container, {}).get(name)

    async def put(
        self, container: str, name: str, content: bytes, metadata: Mapping[str, str] | None = None
    ) -> None:
        self.writes += 1
        modified, known = self.clock.now().replace(microsecond=0), await self.head(container, name)
        blob = Blob(
            name=name,
            etag=f'"0x{self.writes:X}"',
            modified=modified,
            created=known.created if known else modified,
            length=len(content),
            metadata=dict(metadata or {}),
        )
        self.containers.setdefault(container, {})[name] = blob, content

    async def delete(self, container: str, name: str) -> None:
        self.containers.get(container, {}).pop(name, None)

    async def listed(self, container: str) -> AsyncIterator[Blob]:
        for _, (blob, _content) in sorted(self.containers.get(container, {}).items()):
            yield blob

    async def close(self) -> None:
        """Nothing to close."""
