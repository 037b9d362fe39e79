"""The list of products on Azure Tables: one partition, a row a sku."""

from collections.abc import Mapping, Sequence
from typing import Any

from azure.core import MatchConditions
from azure.core.exceptions import HttpResponseError, ResourceExistsError, ResourceModifiedError
from azure.data.tables import UpdateMode

from shared.azure_tables import Tables, is_missing_table, outages_as
from shared.domain.money import Money
from shared.projections.product_list import ListUnavailable, ProductRow

TABLE = "products"
PARTITION = "products"


class AzureTablesProductList:
    """Rows sort by sku, so a page is one query and the cursor is the last sku."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    async def put(self, row: ProductRow) -> None:
        async with outages_as(ListUnavailable):
            while not await self._tried(row):
                continue  # another writer was first: look again which of the two is newer

    async def page(self, after: str, limit: int) -> Sequence[ProductRow]:
        async with outages_as(ListUnavailable):
            try:
                return await self._query(after, limit)
            except HttpResponseError as error:
                if is_missing_table(error):
                    return []
                raise

    async def _query(self, after: str, limit: int) -> Sequence[ProductRow]:
        found = self._tables.table(TABLE).query_entities(
            "PartitionKey eq @partition and RowKey gt @after",
            parameters={"partition": PARTITION, "after": after},
            results_per_page=limit,
        )
        async for page in found.by_page():
            return [_row(entity) async for entity in page]
        return []

    async def _tried(self, row: ProductRow) -> bool:
        present = await self._tables.read(TABLE, (PARTITION, row.sku))
        if present is not None and present["version"] >= row.version:
            return True
        entity = _entity(row)
        try:
            if present is None:
                await self._tables.write(TABLE, lambda client: client.create_entity(entity))
            else:
                await self._tables.table(TABLE).update_entity(
                    entity,
                    mode=UpdateMode.REPLACE,
                    etag=present.metadata["etag"],
                    match_condition=MatchConditions.IfNotModified,
                )
        except (ResourceExistsError, ResourceModifiedError):
            return False
        return True


def _entity(row: ProductRow) -> dict[str, Any]:
    return {
        "PartitionKey": PARTITION,
        "RowKey": row.sku,
        "name": row.name,
        "amount": str(row.price.amount),  # a plain int would be cut to 32 bits by the service
        "currency": row.price.currency,
        "version": row.version,
    }


def _row(entity: Mapping[str, Any]) -> ProductRow:
    price = Money(int(entity["amount"]), entity["currency"])
    return ProductRow(entity["RowKey"], entity["name"], price, entity["version"])
