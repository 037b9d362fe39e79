"""The query string of the management API, read as the real host reads it."""

from collections.abc import Mapping
from datetime import UTC, datetime

from localhost.durable.history import RuntimeStatus
from localhost.durable.taskhub import Query

LARGEST = 86_400.0
"""A day of waiting, or as many instances on a page; .NET refuses what is no number at all."""


class BadQuery(Exception):
    """A parameter or body that cannot be taken; the message is for the caller."""


class Parameters:
    """Query parameters: names ignore case; unreadable flags, times and numbers count as absent."""

    def __init__(self, query: "Mapping[str, str]") -> None:
        self._values: dict[str, list[str]] = {}
        for key, value in query.items():
            self._values.setdefault(key.lower(), []).append(value)

    def text(self, name: str) -> str:
        """Return a parameter, "" when absent; repeated ones are joined with commas, as in .NET."""
        return ",".join(self._values.get(name.lower(), ()))

    def reason(self) -> str | None:
        """Return the reason of a terminate, suspend or resume."""
        return self.text("reason") or None

    def flag(self, name: str, *, default: bool = False) -> bool:
        """Return a true/false parameter."""
        return {"true": True, "false": False}.get(self.text(name).strip().lower(), default)

    def wait(self) -> tuple[float, float] | None:
        """Return timeout and polling interval in seconds; None unless both are given (7.1).

        Raises:
            BadQuery: the interval is longer than the timeout.
        """
        timeout, interval = self._number("timeout"), self._number("pollingInterval")
        if timeout is None or interval is None:
            return None
        if interval > timeout:
            raise BadQuery(
                f"Total timeout {timeout} should be bigger than retry timeout {interval}"
            )
        return timeout, interval

    def query(self) -> Query:
        """Return the filter of a listing; unknown statuses are ignored (7.5)."""
        known = {status.name.lower(): status for status in RuntimeStatus}
        names = self.text("runtimeStatus").split(",")
        statuses = frozenset(known[name.lower()] for name in names if name.lower() in known)
        top = self._number("top")
        return Query(
            created_from=self._moment("createdTimeFrom"),
            created_to=self._moment("createdTimeTo"),
            statuses=statuses,
            prefix=self.text("instanceIdPrefix"),
            top=int(top) if top and top >= 1 else 100,
        )

    def _number(self, name: str) -> float | None:
        try:
            number = float(self.text(name))
        except ValueError:
            return None
        return number if 0 <= number <= LARGEST else None

    def _moment(self, name: str) -> datetime | None:
        # A "+" in a query is a blank by the time it is read; times with an offset carry one.
        text = self.text(name).replace(" ", "+")
        try:
            parsed = datetime.fromisoformat(text)
            # In UTC, because stores compare moments as texts.
            return (parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, OverflowError):
            return None
