"""Bounds how many bytes of blobs are in memory at a time."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class TooLarge(Exception):
    """A blob has more bytes than there is room for, even alone."""


class Room:
    """So many bytes; whoever finds none free waits, in the order of coming."""

    def __init__(self, total: int) -> None:
        self.total = total
        self._free = total
        self._turn = asyncio.Lock()
        self._left = asyncio.Event()

    @asynccontextmanager
    async def held(self, size: int) -> AsyncIterator[None]:
        """Keep so many bytes while the block runs. Raises TooLarge for more than there ever are."""
        if size > self.total:
            raise TooLarge(f"it has {size:,} bytes; the limit of this host is {self.total:,}")
        async with self._turn:
            while self._free < size:
                self._left.clear()
                await self._left.wait()
            self._free -= size
        try:
            yield
        finally:
            self._free += size
            self._left.set()
