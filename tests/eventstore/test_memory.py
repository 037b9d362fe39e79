"""The twin in memory keeps the contract."""

import pytest

from shared.eventstore.memory import MemoryEventStore
from tests.eventstore.contract import BoundedStoreContract


class TestMemoryEventStore(BoundedStoreContract):
    @pytest.fixture
    def store(self) -> MemoryEventStore:
        return MemoryEventStore()
