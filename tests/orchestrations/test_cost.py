"""What one order costs in storage requests: the budget of the whole application (perf.md 9)."""

from collections import Counter
from dataclasses import replace
from types import SimpleNamespace

from shared.domain.order.values import RequestedLine
from shared.settings import Settings
from shared.wiring import wire
from tests.application.storage import sent_requests
from tests.domain.scenes import PLACE
from tests.orchestrations.shop import Shop, started


async def test_an_order_of_one_line_costs_so_many_requests(azurite, monkeypatch):
    wiring = wire(Settings(azurite, table_prefix="cost"))
    shop = await Shop(SimpleNamespace(wiring=wiring)).open()
    try:
        first, second = (
            replace(PLACE, order_id=name, lines=(RequestedLine("MUG", 1),), placed_at=wiring.now())
            for name in ("order-first", "order-second")
        )
        await shop.fulfil(started(first))  # makes the tables
        sent = sent_requests(monkeypatch)
        workflow = await shop.fulfil(started(second))
    finally:
        await wiring.close()
    assert workflow.output == {"status": "completed"}
    # Reads: a head before each of 8 appends (6 to the order, 2 to the stock), one that finds the
    # order missing, one product, and the order before each of 5 effects. Writes: the 8 appends,
    # the first of them an insert, and one insert for each of 3 sandbox effects.
    assert Counter(sent) == {"GET": 15, "PUT": 7, "POST": 4}
