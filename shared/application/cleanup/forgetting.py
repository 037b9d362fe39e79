"""Sweeps of things whose owner forgets them by itself."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.application.cleanup.sweep import Swept

MORE = "more"  # an owner begins with what is left, so any place does


@dataclass(frozen=True, slots=True)
class Forgetting:
    """`forget` ends at most so many things of before a moment; it says 0 when none is left."""

    forget: Callable[[datetime, int], Awaitable[int]]
    age: timedelta = timedelta(0)

    async def page(self, at: datetime, _cursor: str | None, limit: int) -> Swept:
        """Let the owner forget what is older than `age`."""
        forgotten = await self.forget(at - self.age, limit)
        return Swept(forgotten, MORE if forgotten else None)
