"""How a queue is listened to: host.json's `extensions.queues` (reference/host-triggers.md 3.1)."""

import os
from dataclasses import dataclass

from localhost.errors import SettingsError
from localhost.settings import HostSettings
from localhost.timespan import seconds

SECTION = "extensions.queues"
MAX_BATCH = 32
"""Messages in one request (a limit of the service)."""
SHORTEST_REST = 0.1
"""Seconds; the wait after the first empty look, and the least that maxPollingInterval may be."""
MINUTE = 60.0
DEVELOPMENT_REST = 2.0
"""Seconds that replace a maximum of one minute when the environment is Development."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The figures of one polling loop."""

    batch: int
    """Messages taken at once."""
    threshold: int
    """The next batch is taken when no more than so many are being worked on."""
    longest_rest: float
    """Seconds between two looks at an empty queue, at most."""
    retry_after: float
    """Seconds until a message that failed is seen again."""
    attempts: int
    """How often a message is tried before it counts as poison."""


@dataclass(frozen=True, slots=True)
class QueueOptions:
    """Everything host.json says about queues."""

    limits: Limits
    base64: bool
    """Whether message texts are base64; else they are the text itself."""

    @classmethod
    def of(cls, settings: HostSettings) -> "QueueOptions":
        """Read host.json. Raises SettingsError for what the real host would not start with."""
        batch = _whole(settings, "batchSize", 16, 1, MAX_BATCH)
        # The public documentation says 8; the code has a factor for the processors.
        threshold = _whole(settings, "newBatchThreshold", batch // 2 * (os.cpu_count() or 1), 0)
        encoding = settings.value(f"{SECTION}.messageEncoding", "base64").lower()
        if encoding not in ("base64", "none"):
            raise SettingsError(
                f"host.json: '{SECTION}.messageEncoding' is '{encoding}'; it is base64 or none."
            )
        limits = Limits(
            batch,
            threshold,
            longest_rest(settings),
            _length(settings, "visibilityTimeout", "00:00:00", 0),
            _whole(settings, "maxDequeueCount", 5, 1),
        )
        return cls(limits, encoding == "base64")


def longest_rest(settings: HostSettings) -> float:
    """Return ``maxPollingInterval`` in seconds, as it holds in this environment."""
    longest = _length(settings, "maxPollingInterval", "00:01:00", SHORTEST_REST)
    environment = (settings.get("AZURE_FUNCTIONS_ENVIRONMENT") or "").lower()
    return DEVELOPMENT_REST if environment == "development" and longest == MINUTE else longest


def _whole(
    settings: HostSettings, name: str, default: int, least: int, most: int | None = None
) -> int:
    value = settings.value(f"{SECTION}.{name}", default)
    if value < least or (most is not None and value > most):
        upto = f" to {most}" if most is not None else " or more"
        raise SettingsError(f"host.json: '{SECTION}.{name}' is {value}; it must be {least}{upto}.")
    return value


def _length(settings: HostSettings, name: str, default: str, least: float) -> float:
    text = settings.value(f"{SECTION}.{name}", default)
    try:
        length = seconds(text)
    except ValueError as wrong:
        raise SettingsError(f"host.json: '{SECTION}.{name}': {wrong}.") from wrong
    if length < least:
        raise SettingsError(
            f"host.json: '{SECTION}.{name}' must not be less than {least:g} s, but it is {text}."
        )
    return length
