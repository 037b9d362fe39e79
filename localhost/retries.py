"""Retry policies: how often and when a failed function is called again.

See reference/host-triggers.md 7. The retries run in this process, inside one call of the trigger.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from localhost.backoff import backoff
from localhost.settings import HostSettings
from localhost.timespan import seconds

UNLIMITED = -1
FIXED = ("fixeddelay", "fixed_delay")
EXPONENTIAL = ("exponentialbackoff", "exponential_backoff")
LONGEST = 2_147_483_647.0
"""Seconds: what the worker sends for a maximum that is not given."""


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """So many retries; the waits grow from ``minimum`` to ``maximum``, equal for a fixed delay."""

    max_count: int
    """-1 is without end."""
    minimum: float
    maximum: float

    def allows(self, retry: int) -> bool:
        """Say whether there is a ``retry``-th retry, counted from 1."""
        return self.max_count == UNLIMITED or retry <= self.max_count

    def delay(self, retry: int) -> float:
        """Return how many seconds to wait before the ``retry``-th retry."""
        return backoff(retry, self.minimum, self.maximum)


def of_function(setting: Any) -> RetryPolicy:
    """Return the policy of an ``@app.retry``, as the worker reads it: all texts, hours below 24.

    Raises ValueError, naming the field, for what it would refuse.
    """
    lengths = {
        name: None if text is None else _clock_time(name, str(text))
        for name in ("delay_interval", "minimum_interval", "maximum_interval")
        for text in [getattr(setting, name)]
    }
    minimum, maximum = lengths["minimum_interval"], lengths["maximum_interval"]
    return _policy(
        str(setting.strategy),
        setting.max_retry_count,
        lengths["delay_interval"],
        (0.0 if minimum is None else minimum, LONGEST if maximum is None else maximum),
    )


def of_host(settings: HostSettings) -> RetryPolicy | None:
    """Return host.json's policy for every function without one of its own; None when it has none.

    Raises ValueError, naming the field, for what cannot be read.
    """
    section = settings.section("retry")
    if not isinstance(section, Mapping) or not section:
        return None
    given = {key.lower(): value for key, value in section.items()}
    lengths = {
        name: seconds(str(given[name.lower()])) if name.lower() in given else None
        for name in ("delayInterval", "minimumInterval", "maximumInterval")
    }
    minimum, maximum = lengths["minimumInterval"], lengths["maximumInterval"]
    bounds = None if minimum is None or maximum is None else (minimum, maximum)
    return _policy(
        str(given.get("strategy", "")), given.get("maxretrycount"), lengths["delayInterval"], bounds
    )


def _policy(
    strategy: str, count: Any, delay: float | None, bounds: tuple[float, float] | None
) -> RetryPolicy:
    if not re.fullmatch(r"-1|\d+", str(count)):
        raise ValueError(f"the maximum retry count must be -1 or a whole number, not {count!r}")
    if strategy.lower() in FIXED:
        if delay is None or delay < 0:
            raise ValueError("a fixed delay needs a delay interval that is not negative")
        return RetryPolicy(int(count), delay, delay)
    if strategy.lower() in EXPONENTIAL:
        if bounds is None or not 0 <= bounds[0] <= bounds[1]:
            raise ValueError(
                "an exponential back-off needs a minimum and a maximum interval, the first not "
                "above the second"
            )
        return RetryPolicy(int(count), *bounds)
    raise ValueError(
        f"'{strategy}' is no retry strategy; there are 'fixed_delay' and 'exponential_backoff' "
        "(in host.json 'fixedDelay' and 'exponentialBackoff')"
    )


def _clock_time(name: str, text: str) -> float:
    found = re.fullmatch(r"([01]?\d|2[0-3]):([0-5]?\d):([0-5]?\d)", text)
    if found is None:
        raise ValueError(f"'{name}' must be hours, minutes and seconds below a day, not '{text}'")
    return int(found[1]) * 3600.0 + int(found[2]) * 60 + int(found[3])
