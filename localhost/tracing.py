"""The W3C `traceparent` of a request, continued as ASP.NET does before a function runs."""

import re
import secrets

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
