"""A sweep: it takes away, page by page, what is of no use any more."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Swept:
    """What one page came to.

    `count`: how many things went; `cursor`: where the next page begins, None at the end;
    `doubtful`: how many stay because nobody could tell whether they are of use.
    """

    count: int
    cursor: str | None
    doubtful: int = 0


class Sweep(Protocol):
    """Any page may be swept again after a crash; what is gone by then is not counted twice."""

    async def page(self, at: datetime, cursor: str | None, limit: int) -> Swept:
        """Look at about `limit` things, and remove what is useless by that moment.

        `at`: one that no clock says is still to come (storage_clock.py), or what was written just
        now would seem old.

        Raises:
            StoreUnavailable: some may be removed; sweep the page again.
        """
        ...


class Fate(StrEnum):
    """What becomes of a thing that is old enough."""

    USELESS = "useless"  # it goes
    NEEDED = "needed"
    DOUBTFUL = "doubtful"  # it stays, and is told
