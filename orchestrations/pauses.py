"""When the next attempt of a call is made, if there is one: after a failure, or after a rest."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from orchestrations.messages import Failure, FailureCode
from shared.plain import rfc3339

LONGEST = 300.0  # seconds between two attempts of a call that goes on and on


@dataclass(frozen=True, slots=True)
class Pause:
    """A wait before the next attempt, and what people see of it."""

    until: datetime
    shown: Mapping[str, int | str]


def growing(delays: Iterable[float], longest: float = LONGEST) -> Iterator[float]:
    """The delays, then twice the longest of them and so on; seconds, without an end."""
    given = tuple(delays)
    yield from given
    delay = max((*given, 1.0))
    while True:  # never a power: it would outgrow a float before a patient step is through
        delay = min(delay * 2, longest)
        yield delay


class Pauses:
    """The guide's retries for failures; for a gateway that rests, patience that uses none up."""

    def __init__(self, delays: Iterable[float], patience: timedelta | None = None) -> None:
        """`delays`: seconds before each retry; without `patience` a rest is a failure as any."""
        self._retries = enumerate(delays, start=1)
        self._rests = growing([1.0])
        self._patience = patience
        self.deadline: datetime | None = None  # of the rests, from the first one on

    def after(self, failure: Failure | None, now: datetime) -> Pause | None:
        """The pause before the next attempt, None when there is to be none."""
        if failure is None or not failure.retryable:
            return None
        if self._patience is not None and failure.code is FailureCode.GATEWAY_RESTING:
            return self._rest(now, failure.retry_at or now, self._patience)
        for attempt, delay in self._retries:
            return Pause(now + timedelta(seconds=delay), {"attempt": attempt})
        return None

    def _rest(self, now: datetime, earliest: datetime, patience: timedelta) -> Pause | None:
        if self.deadline is None:
            self.deadline = now + patience
        if now >= self.deadline:
            return None
        until = max(earliest, now + timedelta(seconds=next(self._rests)))
        shown = {"waitingFor": "gateway", "deadline": rfc3339(self.deadline)}
        return Pause(min(until, self.deadline), shown)
