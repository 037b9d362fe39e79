"""The event store on Azure Tables: one conditional request an append (docs/decisions/001)."""

from collections.abc import Sequence
from typing import Any

from azure.core import MatchConditions
from azure.core.exceptions import (
    HttpResponseError,
    ResourceExistsError,
    ResourceModifiedError,
)
from azure.data.tables import TableTransactionError, UpdateMode
from azure.data.tables.aio import TableClient

from shared.azure_tables import Tables, is_missing_table, outages_as
from shared.eventstore.entity import (
    HEAD,
    check_sizes,
    event_entity,
    event_of,
    head_entity,
    head_of,
    row_key,
    split_tip,
)
from shared.eventstore.port import (
    ConcurrencyConflict,
    EventTooLarge,
    Head,
    Recorded,
    Snapshot,
    StoreUnavailable,
)
from shared.names import EVENTS
from shared.plain import Json

MAX_MOVED = 99  # an entity group transaction holds 100 operations; the head is one of them


class AzureTablesEventStore:
    """Partition = stream; row `head` = version, state and the newest events; older rows behind."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    async def head(self, stream: str) -> Head:
        async with outages_as(StoreUnavailable):
            entity = await self._tables.read(EVENTS, (stream, HEAD))
        return head_of(entity, entity.metadata["etag"]) if entity else Head(stream)

    async def append(self, head: Head, events: Sequence[Recorded], snapshot: Snapshot) -> Head:
        check_sizes(events, snapshot)
        moved, tip = split_tip((*head.tip, *events))
        if len(moved) > MAX_MOVED:
            raise EventTooLarge(f"{EventTooLarge.__doc__} ({len(events)} events in one append)")
        version = events[-1].version
        entity = head_entity(head.stream, version, snapshot, tip)
        try:
            async with outages_as(StoreUnavailable):
                etag = await self._write(head, entity, [event_entity(event) for event in moved])
        except (ResourceExistsError, ResourceModifiedError):
            return await self._after_conflict(head, events)
        except TableTransactionError as error:
            if error.status_code not in (409, 412):
                raise
            return await self._after_conflict(head, events)
        return Head(head.stream, version, snapshot, etag, tuple(tip))

    async def read(
        self, stream: str, after: int = 0, limit: int | None = None
    ) -> tuple[Recorded, ...]:
        head = await self.head(stream)
        first = head.tip[0].version if head.tip else head.version + 1
        older: list[Recorded] = []
        if after + 1 < first:
            async with outages_as(StoreUnavailable):
                older = await self._rows(stream, after, min(first, _end(after, limit)))
        newer = [event for event in head.tip if event.version > after]
        return tuple([*older, *newer][:limit])

    async def streams(self, category: str, after: str, limit: int) -> Sequence[str]:
        found = self._tables.table(EVENTS).query_entities(
            "PartitionKey gt @after and PartitionKey lt @end and RowKey eq @head",
            # "." sorts just behind "-", so the range holds this category and no other.
            parameters={"after": max(after, f"{category}-"), "end": f"{category}.", "head": HEAD},
            select=["PartitionKey"],
            results_per_page=limit,
        )
        streams: list[str] = []
        async with outages_as(StoreUnavailable):
            try:
                async for page in found.by_page():
                    streams += [str(entity["PartitionKey"]) async for entity in page]
                    if len(streams) >= limit:
                        break
            except HttpResponseError as error:
                if not is_missing_table(error):
                    raise
        return streams[:limit]

    async def _rows(self, stream: str, after: int, before: int) -> list[Recorded]:
        rows = self._tables.table(EVENTS).query_entities(
            "PartitionKey eq @stream and RowKey gt @after and RowKey lt @before",
            parameters={"stream": stream, "after": row_key(after), "before": row_key(before)},
        )
        return [event_of(entity) async for entity in rows]

    async def _write(self, head: Head, entity: Json, rows: list[Json]) -> str:
        async def write(client: TableClient) -> str:
            if rows:
                return await _write_with_rows(client, head, entity, rows)
            if head.etag is None:
                return str((await client.create_entity(entity))["etag"])
            answer = await client.update_entity(
                entity,
                mode=UpdateMode.REPLACE,
                etag=head.etag,
                match_condition=MatchConditions.IfNotModified,
            )
            return str(answer["etag"])

        return await self._tables.write(EVENTS, write)

    async def _after_conflict(self, head: Head, events: Sequence[Recorded]) -> Head:
        """Someone wrote first; perhaps it was us, and only the answer was lost."""
        missed = await self.read(head.stream, after=head.version)
        if missed and missed[0].event_id == events[0].event_id:
            return await self.head(head.stream)
        raise ConcurrencyConflict(head.stream, missed)


async def _write_with_rows(client: TableClient, head: Head, entity: Json, rows: list[Json]) -> str:
    operations: list[Any] = [("create", row) for row in rows]
    if head.etag is None:
        operations.append(("create", entity))
    else:
        condition = {
            "mode": UpdateMode.REPLACE,
            "etag": head.etag,
            "match_condition": MatchConditions.IfNotModified,
        }
        operations.append(("update", entity, condition))
    answers = await client.submit_transaction(operations)
    return str(answers[-1]["etag"])


def _end(after: int, limit: int | None) -> int:
    """The first version a read with this limit does not need; ten digits hold every version."""
    return after + limit + 1 if limit is not None else 10**10 - 1
