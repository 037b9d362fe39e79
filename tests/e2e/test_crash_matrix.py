"""The process is killed before and after every write of an order: each effect happens once.

The writes are all there is: the task hub's checkpoints, the events, the read models, and the
sandboxes' ledger. So the matrix has a row for every side effect, whatever the process looks like.
"""

import asyncio
import json
import uuid
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from azure.data.tables.aio import TableServiceClient

from tests.e2e.conftest import host_on
from tests.e2e.running_host import RunningHost
from tests.e2e.shop import Shop, order
from tests.e2e.storage_proxy import StorageProxy

UNITS = 1000
QUIET = 2


@dataclass
class Victim:
    """A host that is killed and started again, and the shop it serves."""

    host: RunningHost
    proxy: StorageProxy
    shop: Shop
    session: aiohttp.ClientSession

    async def restart(self) -> None:
        """Start the host again; it must have been killed."""
        self.proxy.disarm()
        self.host.start()
        await self.host.ready(self.session)

    async def place(self, body: dict[str, Any]) -> str:
        """Ask until it is accepted, under one key: a client that lost the answer asks again."""
        headers = {"Idempotency-Key": uuid.uuid4().hex}
        while True:
            try:
                async with self.session.post(
                    f"{self.shop.url}/api/orders", json=body, headers=headers
                ) as answer:
                    said = await answer.json()
                    if answer.status == 202:
                        return str(said["orderId"])
            except aiohttp.ClientError:
                pass
            if not self.host.is_running:
                await self.restart()

    async def follow(self, order_id: str) -> dict[str, Any]:
        """Wait for the end, starting the host again if it dies on the way."""
        ended = asyncio.create_task(self._ended(order_id))
        died = asyncio.create_task(self.proxy.died.wait())
        await asyncio.wait({ended, died}, return_when=asyncio.FIRST_COMPLETED)
        died.cancel()
        if not self.proxy.died.is_set():
            return ended.result()
        ended.cancel()
        await asyncio.gather(ended, return_exceptions=True)
        if not self.host.is_running:
            await self.restart()
        return await self._ended(order_id)

    async def quiet_life(self, body: dict[str, Any]) -> list[str]:
        """Live through an order undisturbed and return its writes."""
        self.proxy.arm(None, self.host.kill)
        await self.follow(await self.place(body))
        for _ in range(100):  # the hub's last write comes after the end that clients see
            if self.proxy.writes[-1].startswith("DELETE"):
                break
            await asyncio.wait({asyncio.create_task(self.shop.shelf("CUP"))})
        return list(self.proxy.writes)

    async def die_at(
        self, number: int, body: dict[str, Any], *, does_it_first: bool
    ) -> dict[str, Any]:
        """Live through an order whose n-th write is the process's last."""
        self.proxy.arm(number, self.host.kill, does_it_first=does_it_first)
        final = await self.follow(await self.place(body))
        async with asyncio.timeout(20):
            await self.proxy.died.wait()
        if not self.host.is_running:
            await self.restart()
        return final

    async def _ended(self, order_id: str) -> dict[str, Any]:
        await self.shop.instance(order_id)
        return await self.shop.final(order_id)


def body_of(kind: str, sku: str) -> dict[str, Any]:
    return order(sku, country="ZZ") if kind == "refused" else order(sku)


EXPECTED = {
    "completed": {"PaymentCaptured": 1, "ShipmentCreated": 1, "ConfirmationSent": 1},
    "refused": {"PaymentCaptured": 1, "PaymentRefunded": 1, "StockReleased": 1, "OrderFailed": 1},
}


@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    ("kind", "does_it_first"),
    [("completed", False), ("completed", True), ("refused", True)],
    ids=["completed, before", "completed, after", "refused, after"],
)
async def test_a_kill_at_any_write_charges_ships_and_tells_once(
    azurite: str, tmp_path: Path, kind: str, does_it_first: bool
) -> None:
    async with aiohttp.ClientSession() as session, StorageProxy(azurite) as proxy:
        host = host_on(proxy.connection_string, tmp_path / "log")
        host.start()
        await host.ready(session)
        victim = Victim(host, proxy, Shop(host.url, session), session)
        await victim.shop.stock("CUP", UNITS)

        body = body_of(kind, "CUP")
        await victim.quiet_life(body)  # the first order also creates the tables
        rows = await victim.quiet_life(body)
        assert len(rows) > 10, rows

        finals = []
        for number, row in enumerate(rows, start=1):
            final = await victim.die_at(number, body, does_it_first=does_it_first)
            finals.append(final)
            kinds = Counter(await victim.shop.event_types(final["orderId"]))
            where = f"killed {'after' if does_it_first else 'before'} {number}: {row}"
            assert EXPECTED[kind].items() <= kinds.items(), (where, kinds)
            assert set(kinds.values()) == {1}, (where, kinds)
        await _nothing_doubled(victim.shop, azurite, host, finals)
        assert host.stop() == 0, host.output()


async def _nothing_doubled(
    shop: Shop, azurite: str, host: RunningHost, finals: list[dict[str, Any]]
) -> None:
    prefix = host.setting("TABLE_PREFIX")
    async with TableServiceClient.from_connection_string(azurite) as service:
        rows = service.get_table_client(f"{prefix}sandbox").query_entities("RowKey eq 'entry'")
        ledger = {row["PartitionKey"]: json.loads(row["entry"]) async for row in rows}
    captured = [key for key, entry in ledger.items() if "captured" in entry]
    orders = len(finals) + QUIET
    assert len(captured) == orders, "an order was charged that nobody was promised"
    completed = orders if finals[0]["status"] == "completed" else 0
    assert await shop.shelf("CUP") == {
        "onHand": UNITS - completed,
        "reserved": 0,
        "available": UNITS - completed,
    }
