"""The host's console: which lines are shown, and how they look.

See reference/host-triggers.md 6.4, 8.2.
"""

import logging
import sys
import threading
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TextIO

SYSTEM = ("azure_functions_worker", "azure.functions")
"""Loggers whose lines the worker counts as its own (reference/host-triggers.md 6.4)."""
FOREIGN = ("aiohttp", "asyncio")
"""Loggers of the server underneath; the real host has none of their lines."""

LEVELS: Mapping[str, int] = {
    "trace": logging.DEBUG,
    "debug": logging.DEBUG,
    "information": logging.INFO,
    "warning": logging.WARNING,
    "error": logging.ERROR,
    "critical": logging.CRITICAL,
    "none": logging.CRITICAL + 1,
}


@dataclass(frozen=True, slots=True)
class Invocation:
    """The function call that the running code belongs to."""

    function: str
    id: str


running: ContextVar[Invocation | None] = ContextVar("running", default=None)
"""The current invocation; tasks and the pool's threads inherit it."""

claimed = threading.local()
"""A thread that a function started sets ``invocation_id`` here, through its context.

See reference/host-triggers.md 6.2.
"""


def current() -> Invocation | None:
    """Return the invocation that the running code belongs to, if any."""
    own_thread = getattr(claimed, "invocation_id", None)
    return running.get() or (Invocation("(thread)", own_thread) if own_thread else None)


def category(record: logging.LogRecord) -> str:
    """Return the host's category of a log record, which the filters of host.json speak about."""
    named = getattr(record, "category", None)
    if named:
        return str(named)
    if record.name.startswith("localhost"):
        return f"Host.{record.name.partition('.')[2] or 'Startup'}"
    if record.name.startswith((*SYSTEM, *FOREIGN)):
        return f"Worker.{record.name}"
    invocation = current()
    return f"Function.{invocation.function}.User" if invocation else "Worker.Outside"


class Levels:
    """From which level on a category is shown: host.json's longest matching prefix, else ours.

    Ours are Core Tools': functions and the host from Information on, the worker's own lines from
    Warning on (reference/host-triggers.md 6.4). Lines of the app outside any invocation are lost on
    the real host; here their warnings are shown, because a host for developers should not hide
    them.
    """

    def __init__(self, configured: Mapping[str, object], *, verbose: bool = False) -> None:
        self._configured = {
            prefix.lower(): LEVELS[str(level).lower()]
            for prefix, level in configured.items()
            if str(level).lower() in LEVELS
        }
        self._verbose = verbose

    def of(self, name: str) -> int:
        """Return the lowest level that is shown for a category."""
        lowered = name.lower()
        prefixes = [p for p in self._configured if lowered == p or lowered.startswith(f"{p}.")]
        if prefixes:
            return self._configured[max(prefixes, key=len)]
        if lowered.startswith("worker."):
            return logging.INFO if self._verbose else logging.WARNING
        return self._configured.get("default", logging.INFO)


class Console(logging.Handler):
    """Writes ``[2026-11-23T09:00:00.000Z] message`` lines to a stream."""

    def __init__(self, levels: Levels, stream: TextIO, *, verbose: bool = False) -> None:
        super().__init__()
        self._levels, self._stream, self._verbose = levels, stream, verbose

    def filter(self, record: logging.LogRecord) -> bool:
        """Say whether the record is shown."""
        return record.levelno >= self._levels.of(category(record))

    def emit(self, record: logging.LogRecord) -> None:
        """Write one record; a console that has gone away is no reason to fail."""
        try:
            self._stream.write(self.line(record) + "\n")
            self._stream.flush()
        except OSError:
            self.handleError(record)

    def line(self, record: logging.LogRecord) -> str:
        """Return the record as it is shown, with its stack, and its invocation when verbose."""
        at = datetime.fromtimestamp(record.created, UTC)
        text = record.getMessage()
        if record.exc_info:
            text = f"{text}\n{logging.Formatter().formatException(record.exc_info)}"
        invocation = current()
        if self._verbose and invocation and not hasattr(record, "category"):
            text = f"[{invocation.function} {invocation.id}] {text}"
        return f"[{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z] {text}"


def start(configured: object = None, *, verbose: bool = False, debug: bool = False) -> None:
    """Send every log line of this process to the console (stdout) as the host would show it.

    ``configured`` is host.json's ``logging.logLevel``. ``debug`` lets the app make its debug lines;
    Core Tools always does, and then hides them, which costs time for nothing.
    """
    levels = Levels(configured if isinstance(configured, Mapping) else {}, verbose=verbose)
    root = logging.getLogger()
    root.handlers[:] = [Console(levels, sys.stdout, verbose=verbose)]
    root.setLevel(logging.DEBUG if debug or verbose else logging.INFO)


def stop() -> None:
    """Be silent from here on.

    While the interpreter ends, asyncio may complain of clients the app never closed; the real
    worker is killed before it could.
    """
    logging.getLogger().handlers[:] = [logging.NullHandler()]
