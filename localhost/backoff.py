"""How long the host waits after the n-th failure or empty look in a row."""

import random

JITTER = (0.8, 1.2)
STEEPEST = 62
"""More doublings change nothing: every wait has a maximum, and numbers have one, too."""


def backoff(number: int, minimum: float, maximum: float) -> float:
    """Return the ``number``-th wait in seconds, counted from 1: the minimum, then about doubling.

    One rule serves retries and polling in the real host, too (reference/host-triggers.md 3.2, 7).
    """
    if number <= 1:
        return min(minimum, maximum)
    spread = random.uniform(*JITTER)  # noqa: S311 - it spreads load, it guards nothing
    return min(minimum + spread * 2.0 ** min(number - 2, STEEPEST) * minimum, maximum)
