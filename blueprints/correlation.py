"""Correlation ids: taken from the caller when they are sane, made when they are not."""

import re
from collections.abc import Callable, Mapping

HEADER = "X-Correlation-Id"
SANE = re.compile(r"[A-Za-z0-9._-]{1,64}")  # fit for a log line and a header, whoever sent it


def correlation_id(headers: Mapping[str, str], new_id: Callable[[], str]) -> str:
    """The caller's correlation id, or a new one."""
    given = headers.get(HEADER.lower()) or headers.get(HEADER) or ""
    return given if SANE.fullmatch(given) else new_id()
