"""What crosses between the weekly report's process and its activities: plain JSON on the wire."""

from dataclasses import dataclass, field

from orchestrations.messages import PROCESS_VERSION

MAKE_WEEKLY_REPORT = "MakeWeeklyReport"
COUNT_DAY = "CountDay"
WRITE_REPORT = "WriteReport"


@dataclass(frozen=True, slots=True)
class SoFar:
    """What a process knows from its earlier generations, whose histories are gone.

    `run`: the count; `slices`: how many are counted, by day; `lost`: rounds that found papers
    gone.
    """

    run: str
    slices: dict[str, int] = field(default_factory=dict)
    lost: int = 0


@dataclass(frozen=True, slots=True)
class MakeWeeklyReport:
    """`week`: such as 2026-W47; `retry_delays`: seconds before each retry, and then longer."""

    week: str
    retry_delays: tuple[float, ...]
    process_version: int = PROCESS_VERSION
    so_far: SoFar | None = None


@dataclass(frozen=True, slots=True)
class CountDay:
    """Count on in a day, such as 2026-11-16, for the report of a week; `run`: the count it belongs
    to."""

    week: str
    day: str
    run: str


@dataclass(frozen=True, slots=True)
class DayCounted:
    """How a day's count stands; `slices`: so many are counted by now."""

    is_complete: bool
    slices: int


@dataclass(frozen=True, slots=True)
class WriteReport:
    """Write the report of a week from what this run has counted."""

    week: str
    run: str


@dataclass(frozen=True, slots=True)
class ReportWritten:
    """`left`: days to count first, then write again; `differing`: as the week's report stands,
    these of its files would be others now."""

    left: tuple[str, ...] = ()
    differing: tuple[str, ...] = ()


def instance_of(week: str) -> str:
    """The id of the process of a week's report: one a week, however often it is asked for."""
    return f"weekly-report-{week}"
