"""Times the two layouts of the event store side by side on one Azurite: a tip, or a row an event.

Run `python -m bench.event_store_layout`; docs/decisions/001-event-store-layout.md quotes it.
"""

import argparse
import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any, TypeAlias
from uuid import uuid4

from azure.core import MatchConditions
from azure.data.tables import UpdateMode

from shared.azure_tables import Tables
from shared.eventstore.azure_tables import AzureTablesEventStore
from shared.eventstore.entity import event_entity, event_of, head_entity, head_of
from shared.eventstore.port import Head, Recorded, Snapshot
from shared.storage_account import StorageAccount
from workbench import azurite

ORDER_EVENTS = 7  # what a completed order consists of (docs/states.md)
STATE = Snapshot({"status": "accepted", "lines": [{"sku": "MUG", "quantity": 2}] * 3}, "shape")
Store: TypeAlias = "AzureTablesEventStore | RowsStore"


class RowsStore:
    """The other layout: every append is a transaction of event rows and the head row."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    async def head(self, stream: str) -> Head:
        entity = await self._tables.read("rows", (stream, "head"))
        return head_of(entity, entity.metadata["etag"]) if entity else Head(stream)

    async def append(self, head: Head, events: Sequence[Recorded], snapshot: Snapshot) -> Head:
        entity = head_entity(head.stream, events[-1].version, snapshot, [])
        matching = {"etag": head.etag, "match_condition": MatchConditions.IfNotModified}
        update = ("update", entity, {"mode": UpdateMode.REPLACE, **matching})
        last: Any = ("create", entity) if head.etag is None else update
        rows: list[Any] = [("create", event_entity(event)) for event in events]
        answers = await self._tables.write(
            "rows", lambda client: client.submit_transaction([*rows, last])
        )
        return Head(head.stream, events[-1].version, snapshot, str(answers[-1]["etag"]))

    async def read(self, stream: str) -> tuple[Recorded, ...]:
        found = self._tables.table("rows").query_entities(
            "PartitionKey eq @stream and RowKey lt 'head'", parameters={"stream": stream}
        )
        return tuple([event_of(entity) async for entity in found])


def an_event(head: Head) -> Recorded:
    """One event of an order's usual size."""
    now = datetime.now(UTC)
    return Recorded(
        event_id=uuid4().hex,
        type="OrderValidated",
        schema_version=1,
        stream=head.stream,
        version=head.version + 1,
        occurred_at=now,
        recorded_at=now,
        correlation_id=uuid4().hex,
        causation_id="FulfilOrder/ValidateOrder",
        actor="workflow",
        data={"lines": [{"sku": "MUG", "name": "Mug", "quantity": 2}] * 3},
    )


async def an_order(store: Store, stream: str) -> None:
    """The appends of one order, each after a read of its head, as the application does it."""
    for _ in range(ORDER_EVENTS):
        head = await store.head(stream)
        await store.append(head, [an_event(head)], STATE)


async def rate(
    work: Callable[[str], Awaitable[Any]], streams: Sequence[str], at_once: int
) -> float:
    """How many a second."""
    began = time.perf_counter()
    for start in range(0, len(streams), at_once):
        await asyncio.gather(*(work(stream) for stream in streams[start : start + at_once]))
    return len(streams) / (time.perf_counter() - began)


async def a_round(stores: dict[str, Store], number: int, at_once: int) -> dict[str, list[float]]:
    """Orders and then reads of their events, for each store in turn."""
    rates: dict[str, list[float]] = {}
    for name, store in stores.items():
        streams = [f"{name}-{at_once}-{number}-{each}" for each in range(40)]
        orders = await rate(partial(an_order, store), streams, at_once)
        reads = await rate(store.read, streams, at_once)
        rates[name] = [orders, reads]
    return rates


async def compare(connection: str, rounds: int) -> None:
    """Print the table, and how often faster the tip was in each round."""
    tables = Tables(StorageAccount(connection), "bench")
    stores: dict[str, Store] = {"tip": AzureTablesEventStore(tables), "rows": RowsStore(tables)}
    print("| at once | operation | tip/s | rows/s | tip : rows, median [min-max] |")
    print("|---|---|---|---|---|")
    try:
        await a_round(stores, 0, 1)  # makes the tables and warms the connections up
        for at_once in (1, 8):
            measured = [await a_round(stores, number, at_once) for number in range(1, rounds + 1)]
            for index, operation in enumerate((f"order of {ORDER_EVENTS} events", "read events")):
                print(line(at_once, operation, measured, index))
    finally:
        await tables.close()


def line(at_once: int, operation: str, measured: list[dict[str, list[float]]], index: int) -> str:
    """One row of the table."""
    tips = [each["tip"][index] for each in measured]
    rows = [each["rows"][index] for each in measured]
    ratios = [tip / row for tip, row in zip(tips, rows, strict=True)]
    spread = f"{statistics.median(ratios):.1f} [{min(ratios):.1f}-{max(ratios):.1f}]"
    middle = f"{statistics.median(tips):.0f} | {statistics.median(rows):.0f}"
    return f"| {at_once} | {operation} | {middle} | {spread} |"


def main() -> None:
    """Start an emulator of its own, in memory, and compare."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rounds", type=int, default=5)
    with azurite.in_memory() as connection:
        asyncio.run(compare(connection, arguments.parse_args().rounds))


if __name__ == "__main__":
    main()
