"""The twin in memory keeps the contract."""

import pytest

from shared.eventstore.memory import MemoryEventStore
from tests.eventstore.contract import EventStoreContract


class TestMemoryEventStore(EventStoreContract):
    @pytest.fixture
    def store(self) -> MemoryEventStore:
        return MemoryEventStore()
