"""One contract for the list of products, on memory and on Azure Tables."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from itertools import count

import pytest

from shared.azure_tables import Tables
from shared.projections.azure_tables import AzureTablesProductList
from shared.projections.product_list import MemoryProductList, row_of
from tests.domain.scenes import MUG, TEE

_numbers = count(1)


class ProductListContract:
    async def test_nobody_sees_a_product_before_there_is_one(self, products):
        assert list(await products.page("", 10)) == []

    async def test_products_are_listed_by_sku_page_by_page(self, products):
        for number in (3, 1, 2):
            await products.put(row_of(replace(MUG, sku=f"MUG-{number}"), 1))
        assert [row.sku for row in await products.page("", 2)] == ["MUG-1", "MUG-2"]
        assert [row.sku for row in await products.page("MUG-2", 2)] == ["MUG-3"]
        assert list(await products.page("MUG-3", 2)) == []

    async def test_a_newer_version_replaces_and_an_older_one_does_not(self, products):
        for name, version in (("first", 1), ("third", 3), ("second", 2), ("again", 3)):
            await products.put(row_of(replace(TEE, name=name), version))
        assert [row.name for row in await products.page("", 10)] == ["third"]

    async def test_of_many_writers_at_once_the_newest_version_stays(self, products):
        rows = [row_of(replace(TEE, name=f"v{version}"), version) for version in range(1, 9)]
        await asyncio.gather(*(products.put(row) for row in rows))
        assert [row.name for row in await products.page("", 10)] == ["v8"]


class TestMemoryProductList(ProductListContract):
    @pytest.fixture
    def products(self) -> MemoryProductList:
        return MemoryProductList()


class TestAzureTablesProductList(ProductListContract):
    @pytest.fixture
    async def products(self, azurite: str) -> AsyncIterator[AzureTablesProductList]:
        tables = Tables(azurite, f"list{next(_numbers)}")
        yield AzureTablesProductList(tables)
        await tables.close()
