"""What is known of one gateway's health, and what one more failure makes of it; only rules."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

WINDOW = timedelta(minutes=1)  # failures further apart are no outage
FIRST_REST, LONGEST_REST = timedelta(seconds=15), timedelta(minutes=5)
PROBE = timedelta(seconds=60)  # a probe that died without a word; then another may try


@dataclass(frozen=True, slots=True)
class Circuit:
    """Closed while it does not rest; open until `rests_until`, and half-open after that."""

    failures: int = 0
    failed_at: datetime | None = None
    rests_until: datetime | None = None
    openings: int = 0
    is_probed: bool = False

    def after_failure(self, now: datetime, threshold: int) -> "Circuit":
        """One more failure: `threshold` in a row open the circuit, and so does a failed probe."""
        if self.rests_until is not None and not self.is_probed:
            return self  # a call that began before the circuit opened: nothing new
        recent = self.failed_at is not None and now - self.failed_at <= WINDOW
        failures = self.failures + 1 if recent else 1
        counted = replace(self, failures=failures, failed_at=now)
        if not self.is_probed and failures < threshold:
            return counted
        rest = min(LONGEST_REST, FIRST_REST * 2**self.openings)
        openings = self.openings + 1
        return replace(counted, rests_until=now + rest, openings=openings, is_probed=False)

    def while_probed(self, now: datetime) -> "Circuit":
        """One caller tries; to all others the circuit is open."""
        return replace(self, rests_until=now + PROBE, is_probed=True)
