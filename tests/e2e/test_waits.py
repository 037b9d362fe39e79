"""Orders that wait at a running host: for an approval, an operator, or gateways that are down."""

import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from tests.e2e.conftest import host_on
from tests.e2e.shop import PATIENCE_SECONDS, Shop, order

EXPENSIVE = 100  # units of 10.00 each reach the default threshold of 1,000.00


@pytest.fixture
async def unlucky_shop(azurite, tmp_path, session) -> AsyncIterator[Shop]:
    """A shop without mail, whose payment gateway is down for some seconds more."""
    now = datetime.now(UTC)
    down = {
        "SANDBOX_PAYMENT_DOWN_UNTIL": (now + timedelta(seconds=15)).isoformat(),
        "SANDBOX_MAIL_DOWN_UNTIL": (now + timedelta(hours=1)).isoformat(),
    }
    host = host_on(azurite, tmp_path / "log", **down)
    host.start()
    await host.ready(session)
    yield Shop(host.url, session)
    assert host.stop() == 0, host.output()


@pytest.mark.parametrize(
    ("approved", "status", "code"),
    [(True, "completed", "completed"), (False, "failed", "approval_declined")],
)
async def test_an_expensive_order_waits_for_somebodys_word(shop, sku, approved, status, code):
    await shop.stock(sku, EXPENSIVE)
    order_id = await shop.place(order(sku, EXPENSIVE))
    await shop.until(order_id, {"awaiting_approval"})
    decision = {"approved": approved, "reason": "seen"}
    answered, said = await shop.ask("POST", f"/api/orders/{order_id}/approval", decision)
    assert answered == 202, said
    done = await shop.final(order_id)
    assert (done["status"], done["outcome"]["code"]) == (status, code)
    assert done["approval"]["decision"]["approved"] is approved
    answered, said = await shop.ask("POST", f"/api/orders/{order_id}/approval", decision)
    assert (answered, said["code"]) == (409, "approval_not_pending")


async def test_an_operator_has_the_missing_refund_made(shop, sku):
    await shop.stock(sku, 5)
    order_id = await shop.place(order(sku, method="pm_refund_down_4", country="ZZ"))
    assert (await shop.final(order_id))["status"] == "compensation_failed"
    path = f"/api/orders/{order_id}/compensation"
    assert (await shop.ask("POST", path))[0] == 202
    failed = await shop.until(order_id, {"failed"})
    assert (failed["outcome"]["code"], failed["atStake"]) == ("shipment_failed", [])
    answered, said = await shop.ask("POST", path)
    assert (answered, said["code"]) == (409, "nothing_at_stake")


async def test_an_order_outlives_a_payment_outage_and_a_dead_mailbox(unlucky_shop, sku):
    shop = unlucky_shop
    await shop.stock(sku, 5)
    order_id = await shop.place(order(sku))
    await until_it_waits(shop, order_id)
    assert (await shop.final(order_id))["status"] == "completed"
    assert (await shop.instance(order_id))["runtimeStatus"] == "Completed"
    assert "ConfirmationParked" in await shop.event_types(order_id)
    path = f"/runtime/webhooks/durabletask/instances/{order_id}:confirmation"
    answered, later = await shop.ask("GET", path)
    assert (answered, later["runtimeStatus"]) == (202, "Running")


async def until_it_waits(shop: Shop, order_id: str) -> None:
    """Until its workflow says that it waits for a gateway."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    waiting = None
    while waiting != "gateway":
        assert time.monotonic() < deadline
        waiting = (await shop.ask("GET", f"/api/orders/{order_id}/workflow"))[1]["waitingFor"]
