"""What one order costs in storage requests, by how it ends (docs/storage-requests.md)."""

from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from itertools import count
from types import SimpleNamespace
from typing import Any

import pytest

from shared.application.aggregates import ORDER
from shared.domain.order.commands import PlaceOrder
from shared.domain.order.values import RequestedLine
from shared.settings import Settings
from shared.wiring import wire
from tests.application.storage import requests_by_table
from tests.domain.scenes import ADDRESS, PLACE
from tests.orchestrations.shop import CAUSE, Shop, started
from workbench.places import ROOT

_prefixes = count(1)
LINE = (RequestedLine("MUG", 1),)
NOWHERE = replace(ADDRESS, country="ZZ")

# What the order asks for, and the requests to the event store (reads, inserts, updates), to the
# read models (a batch each) and to the sandboxes' ledger.
COSTS: dict[str, tuple[dict[str, Any], tuple[int, int, int], int, int]] = {
    "completed": ({}, (5, 1, 7), 2, 3),
    "validation_error": ({"lines": (RequestedLine("NIX", 1),)}, (3, 1, 1), 1, 0),
    "out_of_stock": ({"lines": (RequestedLine("MUG", 999),)}, (5, 1, 2), 2, 1),
    "payment_failed (declined)": ({"payment_method": "pm_card_declined"}, (5, 1, 6), 2, 2),
    "payment_failed (down)": ({"payment_method": "pm_down"}, (9, 1, 6), 3, 2),
    "shipment_failed": ({"shipping_address": NOWHERE}, (6, 1, 8), 2, 5),
}


@pytest.fixture
async def shop(azurite: str) -> AsyncIterator[Shop]:
    """One process, warm: its tables are there, and it has fulfilled an order before."""
    prefix = f"cost{next(_prefixes)}"
    wiring = wire(Settings(azurite, table_prefix=prefix))
    made = await Shop(SimpleNamespace(wiring=wiring, clock=SimpleNamespace(), prefix=prefix)).open()
    await made.fulfil(started(an_order(made)))
    yield made
    await wiring.close()


def an_order(shop: Shop, **wish) -> PlaceOrder:
    wiring = shop.memory.wiring
    return replace(
        PLACE, **{"order_id": wiring.new_id(), "lines": LINE, "placed_at": wiring.now(), **wish}
    )


def counted(sent: Counter[str]) -> tuple[tuple[int, int, int], int, int]:
    """In the form of COSTS; the generations are read once in ten seconds, so they do not count."""
    del sent["GET readmodels"]
    events = (sent.pop("GET events"), sent.pop("POST events"), sent.pop("PUT events"))
    batches = sent.pop("POST readmodels")
    sandbox = sum(sent.pop(name) for name in list(sent) if name.endswith(" sandbox"))
    assert not sent, "requests nobody argued for"
    return events, batches, sandbox


@pytest.mark.parametrize("end", COSTS)
async def test_an_order_costs_as_many_requests_as_documented(shop, monkeypatch, end):
    wish, *expected = COSTS[end]
    order = an_order(shop, **wish)
    sent = requests_by_table(monkeypatch, shop.memory.prefix)
    workflow = await shop.fulfil(started(order))
    assert end.split()[0] in str(workflow.output or workflow.error)
    assert counted(sent) == tuple(expected)


async def test_an_order_that_came_by_http_is_not_looked_for_first(shop, monkeypatch):
    aggregates, order = shop.memory.wiring.aggregates, an_order(shop)
    sent = requests_by_table(monkeypatch, shop.memory.prefix)
    aggregates.presume_new(ORDER, order.order_id)
    await aggregates.handle(ORDER, order.order_id, order, CAUSE)
    await shop.fulfil(started(order))
    assert counted(sent) == ((4, 1, 7), 2, 3)


@pytest.mark.parametrize("end", COSTS)
def test_the_page_says_the_same(end):
    _, events, batches, sandbox = COSTS[end]
    cells = (end, *events, batches, sum(events) + batches, sandbox)
    page = (ROOT / "docs" / "storage-requests.md").read_text("utf-8")
    assert f"| {' | '.join(map(str, cells))} |" in page
