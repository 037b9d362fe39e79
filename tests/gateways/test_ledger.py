"""One contract for the ledger, on memory and on Azure Tables."""

import asyncio
from collections.abc import AsyncIterator
from itertools import count

import pytest

from shared.azure_tables import Tables
from shared.gateways.azure_tables import AzureTablesLedger
from shared.gateways.errors import GatewayUnavailable, KeyMissing
from shared.gateways.ledger import Ledger, MemoryLedger
from shared.storage_account import StorageAccount
from tests.application.storage import NOBODY

_numbers = count(1)


class LedgerContract:
    @pytest.fixture
    def key(self) -> str:
        return f"order-{next(_numbers)}:payment"

    async def test_the_first_entry_under_a_key_stays(self, ledger: Ledger, key):
        assert await ledger.keep(key, {"first": True}) == {"first": True}
        assert await ledger.keep(key, {"first": False}) == {"first": True}
        assert await ledger.find(key) == {"first": True}

    async def test_of_many_entries_at_once_all_callers_get_the_same(self, ledger: Ledger, key):
        kept = await asyncio.gather(*(ledger.keep(key, {"n": number}) for number in range(8)))
        assert [entry == kept[0] for entry in kept] == [True] * 8

    async def test_a_key_nobody_used_has_no_entry(self, ledger: Ledger, key):
        assert await ledger.find(key) is None

    async def test_calls_are_counted_each_once(self, ledger: Ledger, key):
        counts = await asyncio.gather(*(ledger.count(key) for _ in range(4)))
        assert sorted(counts) == [1, 2, 3, 4]
        assert await ledger.find(key) is None

    @pytest.mark.parametrize("blank", ["", "  "])
    async def test_a_call_without_a_key_is_refused(self, ledger: Ledger, blank):
        with pytest.raises(KeyMissing):
            await ledger.keep(blank, {})
        with pytest.raises(KeyMissing):
            await ledger.find(blank)
        with pytest.raises(KeyMissing):
            await ledger.count(blank)


class TestMemoryLedger(LedgerContract):
    @pytest.fixture
    def ledger(self) -> MemoryLedger:
        return MemoryLedger()


class TestAzureTablesLedger(LedgerContract):
    @pytest.fixture
    async def ledger(self, azurite: str) -> AsyncIterator[AzureTablesLedger]:
        tables = Tables(StorageAccount(azurite), f"ledger{next(_numbers)}")
        yield AzureTablesLedger(tables)
        await tables.close()


async def test_a_ledger_whose_storage_is_down_is_a_gateway_that_does_not_answer():
    tables = Tables(StorageAccount(NOBODY), "x")
    try:
        with pytest.raises(GatewayUnavailable):
            await AzureTablesLedger(tables).keep("key", {})
    finally:
        await tables.close()
