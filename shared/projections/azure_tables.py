"""The rows of read models on Azure Tables: a batch is one entity group transaction."""

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from azure.core import MatchConditions
from azure.core.exceptions import (
    HttpResponseError,
    ResourceExistsError,
    ResourceModifiedError,
    ResourceNotFoundError,
)
from azure.data.tables import TableTransactionError, UpdateMode

from shared.azure_tables import Tables, is_missing_table, outages_as
from shared.eventstore.entity import compact, gather, spread
from shared.eventstore.port import StoreUnavailable
from shared.names import READ_MODELS
from shared.plain import Json
from shared.projections.rows import Batch, Row, RowConflict

NOT_FOUND = 404
CONFLICTS = (NOT_FOUND, 409, 412)  # gone, there already, changed: the guard is not what it was


class AzureTablesRows:
    """One table; of the read models, its partitions are the generations."""

    def __init__(self, tables: Tables, table: str = READ_MODELS) -> None:
        self._tables, self._table = tables, table

    async def get(self, partition: str, key: str) -> Row | None:
        async with outages_as(StoreUnavailable):
            entity = await self._tables.read(self._table, (partition, key))
        return _row(entity) if entity else None

    async def page(self, partition: str, after: str, before: str, limit: int) -> Sequence[Row]:
        async with outages_as(StoreUnavailable):
            try:
                return await self._query(partition, after, before, limit)
            except HttpResponseError as error:
                if is_missing_table(error):
                    return []
                raise

    async def write(self, partition: str, batch: Batch) -> str:
        kept = [
            _guarded(partition, batch),
            *(_upsert(_entity(partition, row)) for row in batch.puts),
        ]
        drops = list(batch.drops)
        while True:
            operations = kept + [_deletion(partition, key) for key in drops]
            try:
                answers = await self._submit(operations)
            except (ResourceExistsError, ResourceModifiedError) as error:
                raise RowConflict(batch.guard.key) from error
            except TableTransactionError as error:
                if error.status_code not in CONFLICTS:
                    raise
                gone = error.index - len(kept)
                if error.status_code != NOT_FOUND or not 0 <= gone < len(drops):
                    raise RowConflict(batch.guard.key) from error
                # The service refuses to delete what is not there; the rest has to go all the same.
                del drops[gone]
            else:
                return "" if batch.ends else str(answers[0]["etag"])

    async def put(self, partition: str, row: Row) -> None:
        entity = _entity(partition, row)
        async with outages_as(StoreUnavailable):
            await self._tables.write(
                self._table, lambda client: client.upsert_entity(entity, mode=UpdateMode.REPLACE)
            )

    async def drop(self, partition: str, keys: Sequence[str]) -> None:
        table = self._tables.table(self._table)
        operations = [_deletion(partition, key) for key in keys]
        async with outages_as(StoreUnavailable):
            if len(keys) > 1:
                # One request for all; should one of them be gone, each is asked for by itself.
                with suppress(ResourceNotFoundError, TableTransactionError):
                    await table.submit_transaction(operations)
                    return
            for key in keys:
                # The SDK takes a missing row for a deleted one.
                await table.delete_entity(partition, key)

    async def _submit(self, operations: list[Any]) -> Sequence[Mapping[str, Any]]:
        async with outages_as(StoreUnavailable):
            return await self._tables.write(
                self._table, lambda client: client.submit_transaction(operations)
            )

    async def _query(self, partition: str, after: str, before: str, limit: int) -> Sequence[Row]:
        found = self._tables.table(self._table).query_entities(
            "PartitionKey eq @partition and RowKey gt @after and RowKey lt @before",
            parameters={"partition": partition, "after": after, "before": before},
            results_per_page=limit,
        )
        rows: list[Row] = []
        # A page of the service may be short, or empty, and still not be the last one.
        async for page in found.by_page():
            rows += [_row(entity) async for entity in page]
            if len(rows) >= limit:
                break
        return rows[:limit]


def _guarded(partition: str, batch: Batch) -> Any:
    guard = batch.guard
    if guard.etag is None:
        return ("create", _entity(partition, guard))
    unchanged = {"etag": guard.etag, "match_condition": MatchConditions.IfNotModified}
    if batch.ends:
        return ("delete", {"PartitionKey": partition, "RowKey": guard.key}, unchanged)
    return ("update", _entity(partition, guard), {"mode": UpdateMode.REPLACE, **unchanged})


def _deletion(partition: str, key: str) -> Any:
    return ("delete", {"PartitionKey": partition, "RowKey": key})


def _upsert(entity: Json) -> Any:
    return ("upsert", entity, {"mode": UpdateMode.REPLACE})


def _entity(partition: str, row: Row) -> Json:
    return {"PartitionKey": partition, "RowKey": row.key, **spread("row", compact(row.fields))}


def _row(entity: Mapping[str, Any]) -> Row:
    etag = entity.metadata["etag"]  # type: ignore[attr-defined]  # a TableEntity is a dict and more
    return Row(entity["RowKey"], json.loads(gather("row", entity)), etag)
