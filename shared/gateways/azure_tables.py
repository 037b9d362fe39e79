"""The sandbox ledger on Azure Tables: one insert an entry, partition = key."""

import json

from azure.core import MatchConditions
from azure.core.exceptions import ResourceExistsError, ResourceModifiedError

from shared.azure_tables import Tables, outages_as
from shared.gateways.errors import GatewayUnavailable
from shared.gateways.ledger import require_key
from shared.names import SANDBOX
from shared.plain import Json

ENTRY, COUNT = "entry", "count"


class AzureTablesLedger:
    """What the sandboxes did, safe from a crash of the process."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    async def keep(self, key: str, entry: Json) -> Json:
        row = {"PartitionKey": require_key(key), "RowKey": ENTRY, "entry": json.dumps(entry)}
        async with outages_as(GatewayUnavailable):
            try:
                await self._tables.write(SANDBOX, lambda client: client.create_entity(row))
            except ResourceExistsError:
                return await self.find(key) or entry
        return entry

    async def find(self, key: str) -> Json | None:
        async with outages_as(GatewayUnavailable):
            row = await self._tables.read(SANDBOX, (require_key(key), ENTRY))
        entry: Json | None = json.loads(row["entry"]) if row else None
        return entry

    async def count(self, key: str) -> int:
        require_key(key)
        async with outages_as(GatewayUnavailable):
            while True:
                try:
                    return await self._increment(key)
                except (ResourceExistsError, ResourceModifiedError):
                    continue  # another call counted first: this one comes after it

    async def _increment(self, key: str) -> int:
        row = await self._tables.read(SANDBOX, (key, COUNT))
        if row is None:
            first = {"PartitionKey": key, "RowKey": COUNT, "count": 1}
            await self._tables.write(SANDBOX, lambda client: client.create_entity(first))
            return 1
        count = int(row["count"]) + 1
        await self._tables.table(SANDBOX).update_entity(
            {"PartitionKey": key, "RowKey": COUNT, "count": count},
            etag=row.metadata["etag"],
            match_condition=MatchConditions.IfNotModified,
        )
        return count
