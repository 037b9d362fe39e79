"""The real process is killed at random moments; no order that was accepted is lost or doubled."""

import asyncio
import json
import random
from collections import Counter
from typing import Any

import aiohttp
import pytest
from azure.data.tables.aio import TableServiceClient

from tests.e2e.conftest import host_on
from tests.e2e.shop import Shop, order

ORDERS, KILLS, UNITS = 20, 5, 18
METHODS = ("pm_card_ok", "pm_card_ok", "pm_flaky_2", "pm_card_declined")


@pytest.mark.timeout(180)
async def test_no_accepted_order_is_lost_or_doubled_by_kills(azurite, tmp_path, session):
    host = host_on(azurite, tmp_path / "log")
    host.start()
    await host.ready(session)
    shop, chance = Shop(host.url, session), random.Random(20261123)  # noqa: S311 - moments, not secrets
    await shop.stock("TEA", UNITS)
    await shop.stock("MUG", UNITS)

    accepted: list[str] = []
    buying = asyncio.create_task(_buy(shop, accepted, chance))
    for _ in range(KILLS):
        before = len(accepted)
        while len(accepted) < min(before + ORDERS // KILLS, ORDERS):
            await asyncio.wait({buying}, timeout=chance.uniform(0.0, 0.2))
        host.kill()
        host.start()
    await buying
    await host.ready(session)

    finals = [await shop.final(order_id) for order_id in accepted]
    for order_id in accepted:  # the last letter and mark are written before the instance ends
        await shop.instance(order_id)
    assert len(accepted) == ORDERS
    await _each_effect_once(shop, azurite, host.setting("TABLE_PREFIX"), finals)
    assert host.stop() == 0, host.output()


async def _buy(shop: Shop, accepted: list[str], chance: random.Random) -> None:
    """Place orders until enough were accepted; what met a dead host was promised nothing."""
    while len(accepted) < ORDERS:
        body = order("TEA", chance.randint(1, 2), chance.choice(METHODS))
        if chance.random() < 0.3:
            body["lines"].append({"sku": "MUG", "quantity": 1})
        if chance.random() < 0.15:
            body["shippingAddress"]["country"] = "ZZ"
        try:
            status, said = await shop.ask("POST", "/api/orders", body)
        except aiohttp.ClientError:
            continue
        if status == 202:
            accepted.append(said["orderId"])


async def _each_effect_once(
    shop: Shop, azurite: str, prefix: str, finals: list[dict[str, Any]]
) -> None:
    ledger = await _ledger(azurite, prefix)
    sold: Counter[str] = Counter()
    for final in finals:
        order_id, kinds = final["orderId"], Counter(await shop.event_types(final["orderId"]))
        assert all(times == 1 for times in kinds.values()), (order_id, kinds)
        captured = "captured" in ledger.get(f"{order_id}:payment:capture", {})
        refunded = f"{order_id}:payment:refund" in ledger
        if final["status"] == "completed":
            sold.update({line["sku"]: line["quantity"] for line in final["lines"]})
            assert (captured, refunded) == (True, False), final
            assert {"PaymentCaptured", "ShipmentCreated", "ConfirmationSent"} <= set(kinds)
        else:
            assert final["status"] == "failed", final
            assert captured == refunded, final
    # Orders whose answer was lost with the process count too: they were durable before it.
    for sku in ("TEA", "MUG"):
        shelf = await shop.shelf(sku)
        assert shelf["reserved"] == 0
        assert 0 <= shelf["onHand"] <= UNITS - sold[sku]


async def _ledger(azurite: str, prefix: str) -> dict[str, dict[str, Any]]:
    """What the sandboxes did: every entry by its key."""
    async with TableServiceClient.from_connection_string(azurite) as service:
        table = service.get_table_client(f"{prefix}sandbox")
        rows = table.query_entities("RowKey eq 'entry'")
        return {row["PartitionKey"]: json.loads(row["entry"]) async for row in rows}
