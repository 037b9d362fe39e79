"""Cells on Azure Tables: a partition each, guarded by the ETag of its one row."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from azure.core import MatchConditions
from azure.core.exceptions import (
    HttpResponseError,
    ResourceExistsError,
    ResourceModifiedError,
    ResourceNotFoundError,
)
from azure.data.tables import UpdateMode
from azure.data.tables.aio import TableClient

from shared.azure_tables import Tables, is_missing_table, outages_as
from shared.cells.port import Cell, CellMoved
from shared.eventstore.entity import compact, gather, spread
from shared.eventstore.port import StoreUnavailable
from shared.plain import Json

ROW = "cell"


class AzureTablesCells:
    """One table of cells; a document is spread over properties, so it may be some 900 KB long."""

    def __init__(self, tables: Tables, table: str) -> None:
        self._tables, self._table = tables, table

    async def read(self, key: str) -> Cell | None:
        async with outages_as(StoreUnavailable):
            entity = await self._tables.read(self._table, (key, ROW))
        if entity is None:
            return None
        return _cell(entity)

    async def write(self, key: str, document: Json, over: Cell | None) -> Cell:
        entity = {"PartitionKey": key, "RowKey": ROW, **spread("document", compact(document))}

        async def write(client: TableClient) -> Any:
            if over is None:
                return await client.create_entity(entity)
            return await client.update_entity(
                entity,
                mode=UpdateMode.REPLACE,
                etag=over.tag,
                match_condition=MatchConditions.IfNotModified,
            )

        try:
            async with outages_as(StoreUnavailable):
                answer = await self._tables.write(self._table, write)
        except (ResourceExistsError, ResourceModifiedError, ResourceNotFoundError) as error:
            raise CellMoved(f"{CellMoved.__doc__} ({key})") from error
        return Cell(key, document, str(answer["etag"]))

    async def remove(self, cell: Cell) -> None:
        present = {"PartitionKey": cell.key, "RowKey": ROW}
        try:
            async with outages_as(StoreUnavailable):
                await self._tables.table(self._table).delete_entity(
                    present, etag=cell.tag, match_condition=MatchConditions.IfNotModified
                )
        except ResourceModifiedError as error:
            raise CellMoved(f"{CellMoved.__doc__} ({cell.key})") from error

    async def page(self, after: str, limit: int) -> Sequence[Cell]:
        found = self._tables.table(self._table).query_entities(
            "PartitionKey gt @after and RowKey eq @row",
            parameters={"after": after, "row": ROW},
            results_per_page=limit,
        )
        cells: list[Cell] = []
        async with outages_as(StoreUnavailable):
            try:
                # A page of the service may be short, or empty, and still not be the last one.
                async for page in found.by_page():
                    cells += [_cell(entity) async for entity in page]
                    if len(cells) >= limit:
                        break
            except HttpResponseError as error:
                if not is_missing_table(error):
                    raise
        return cells[:limit]


def _cell(entity: Mapping[str, Any]) -> Cell:
    etag = entity.metadata["etag"]  # type: ignore[attr-defined]  # a TableEntity is a dict and more
    return Cell(entity["PartitionKey"], json.loads(gather("document", entity)), etag)
