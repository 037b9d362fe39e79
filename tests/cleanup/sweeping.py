"""Sweeps a thing to its end, and looks at what is left."""

from datetime import datetime
from typing import Any

from shared.application.cleanup.sweep import Sweep
from tests.application.memory import Memory


async def swept(sweep: Sweep, at: datetime, limit: int = 2) -> tuple[int, int]:
    """How many went and how many were in doubt, page by page."""
    count, doubtful, cursor = 0, 0, None
    for _ in range(100):
        page = await sweep.page(at, cursor, limit)
        count, doubtful, cursor = count + page.count, doubtful + page.doubtful, page.cursor
        if cursor is None:
            return count, doubtful
    raise AssertionError("this sweep has no end")


async def names_in(memory: Memory, container: str) -> list[str]:
    page = await memory.blobs.page(container, "", None, 1_000)
    return [blob.name for blob in page.blobs]


async def put(memory: Memory, container: str, *names: str) -> None:
    for name in names:
        await memory.blobs.write(container, name, b"content", "text/plain")


class Elsewhere:
    """Something with one method that does something else just before the nth call."""

    def __init__(self, inner: Any, method: str, first: Any) -> None:
        self._inner, self._method, self._first = inner, method, first

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._inner, name)
        if name != self._method or self._first is None:
            return found

        async def call(*args: Any, **more: Any) -> Any:
            first, self._first = self._first, None
            if first is not None:
                await first()
            return await found(*args, **more)

        return call
