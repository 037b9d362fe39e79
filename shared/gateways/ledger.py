"""What the sandbox gateways remember: the first entry under a key stays, also after a crash."""

from typing import Protocol

from shared.gateways.errors import KeyMissing
from shared.plain import Json


class Ledger(Protocol):
    """A book that is only written once a key; a contract suite holds both twins to this."""

    async def keep(self, key: str, entry: Json) -> Json:
        """Write the entry unless the key has one.

        Returns:
            The entry that is there now: this one, or the first.

        Raises:
            KeyMissing: the key is blank.
            GatewayUnavailable: the storage did not answer.
        """
        ...

    async def find(self, key: str) -> Json | None:
        """The entry under the key, if any."""
        ...

    async def count(self, key: str) -> int:
        """How many times this was called with this key, this call included."""
        ...


def require_key(key: str) -> str:
    """The key, unless it is blank.

    Raises:
        KeyMissing: it is blank.
    """
    if not key.strip():
        raise KeyMissing(KeyMissing.__doc__)
    return key


class MemoryLedger:
    """The twin in memory."""

    def __init__(self) -> None:
        self.entries: dict[str, Json] = {}
        self._counts: dict[str, int] = {}

    async def keep(self, key: str, entry: Json) -> Json:
        return self.entries.setdefault(require_key(key), entry)

    async def find(self, key: str) -> Json | None:
        return self.entries.get(require_key(key))

    async def count(self, key: str) -> int:
        self._counts[require_key(key)] = self._counts.get(key, 0) + 1
        return self._counts[key]
