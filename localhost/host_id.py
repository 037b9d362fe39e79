"""The name under which this app's host keeps its own state in a storage account."""

import platform
import re

from localhost.settings import HostSettings

HOST_CONTAINER = "azure-webjobs-hosts"
"""Where hosts keep timer statuses and blob receipts (reference/host-triggers.md 9)."""
LONGEST = 32


def host_id(settings: HostSettings, machine: str | None = None) -> str:
    """Return the host id: the one that is configured, else machine and a hash of the app's path.

    See reference/host-triggers.md 1.11.
    """
    configured = settings.get("AzureFunctionsWebHost__hostid")
    if configured:
        return configured.lower()
    name = re.sub(r"[^A-Za-z0-9]", "", platform.node() if machine is None else machine)
    return f"{name}-{abs(_hash(str(settings.root)))}"[:LONGEST].lower().rstrip("-")


def _hash(text: str) -> int:
    """The host's stable string hash, a signed 32-bit number."""
    value = 23
    for unit in text:
        value = (value * 31 + ord(unit)) & 0xFFFF_FFFF
    return value - 2**32 if value >= 2**31 else value
