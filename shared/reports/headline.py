"""What the list of reports shows of each."""

from dataclasses import dataclass

from shared.reports.facts import End, Step
from shared.reports.report import Figure, Report, Takings


@dataclass(frozen=True, slots=True)
class Headline:
    """The figures people look for first; all of them stand in the report, too.

    `revenue` is in minor units; `completed_within` is the 95th percentile, in milliseconds.
    """

    orders: Figure[int]
    completed_share: Figure[float | None]
    failed: Figure[int]
    revenue: tuple[Takings, ...]
    completed_within: Figure[int | None]
    dead_letters: Figure[int]


def headline(report: Report) -> Headline:
    """The headline of a report."""
    ends = {each.outcome: each for each in report.outcomes}
    steps = {each.step: each for each in report.steps}
    return Headline(
        orders=report.orders,
        completed_share=ends[End.COMPLETED].share,
        failed=ends[End.FAILED].orders,
        revenue=tuple(Takings(each.currency, each.revenue) for each in report.money),
        completed_within=steps[Step.WHOLE].p95,
        dead_letters=report.dead_letters,
    )
