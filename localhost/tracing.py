"""The W3C trace of a request, continued as ASP.NET does before a function runs."""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass

PARENT = re.compile(
    r"[0-9a-f]{2}-(?P<trace>(?!0{32})[0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-(?P<flags>[0-9a-f]{2})"
)


def continued(header: str | None) -> str:
    """Return the parent that a function sees: the caller's trace with a span of its own.

    Without a valid header a new trace begins, not sampled.
    """
    found = PARENT.fullmatch((header or "").strip())
    trace = found["trace"] if found else secrets.token_hex(16)
    return f"00-{trace}-{secrets.token_hex(8)}-{found['flags'] if found else '00'}"


@dataclass(frozen=True, slots=True)
class Trace:
    """A place in a trace: what is done next is done on behalf of it."""

    parent: str
    """A `traceparent`."""
    state: str = ""
    """The `tracestate` that came with it, word for word."""

    @classmethod
    def of(cls, headers: Mapping[str, str]) -> "Trace | None":
        """Return the place that a request gives to what it starts; None when it names no trace."""
        parent = headers.get("traceparent", "")
        if not PARENT.fullmatch(parent.strip()):
            return None
        return cls(continued(parent), headers.get("tracestate", ""))

    def below(self) -> "Trace":
        """Return a place one step further down in the same trace."""
        return Trace(continued(self.parent), self.state)

    def document(self) -> dict[str, str | None]:
        """Return it as an event's ``ParentTraceContext`` (reference/host-durable.md 2.2)."""
        return {"TraceParent": self.parent, "TraceState": self.state or None}
