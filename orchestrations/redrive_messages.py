"""What crosses between a bulk re-drive and its activities."""

from dataclasses import dataclass
from datetime import datetime

REDRIVE_DEAD_LETTERS = "RedriveDeadLetters"
REDRIVE_PAGE = "RedrivePage"
COUNT_REDRIVEN = "CountRedriven"


@dataclass(frozen=True, slots=True)
class RedriveDeadLetters:
    """Which letters, and where the process stands when it begins anew.

    `before`: those that were filed by then; `queue`, `reason`: None is any; `by`: who asked.
    """

    before: datetime
    by: str
    queue: str | None = None
    reason: str | None = None
    cursor: str | None = None
    redriven: int = 0
    left: int = 0
    failed: int = 0


@dataclass(frozen=True, slots=True)
class RedrivePage:
    """`task`: the process, so that it knows its own claims when it comes again."""

    task: str
    selected: RedriveDeadLetters
    limit: int


@dataclass(frozen=True, slots=True)
class PageRedriven:
    """`cursor`: where the next page begins; None when this was the last."""

    redriven: int
    left: int
    failed: int
    cursor: str | None
