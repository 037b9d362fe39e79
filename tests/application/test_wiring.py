"""The real adapters together: they connect late, cost little, and let go."""

from collections.abc import AsyncIterator

import pytest

from shared.application.aggregates import PRODUCT, Cause
from shared.domain.product import DefineProduct
from shared.settings import Settings
from shared.wiring import Wiring, wire
from tests.application.storage import NOBODY, sent_requests
from tests.domain.scenes import MUG

CAUSE = Cause("cid", "test", "tester")


@pytest.fixture
async def wiring(azurite: str) -> AsyncIterator[Wiring]:
    made = wire(Settings(azurite, table_prefix="wired"))
    yield made
    await made.close()


@pytest.mark.parametrize("connection", [NOBODY, "UseDevelopmentStorage=true"])
async def test_wiring_connects_to_nothing(connection):
    await wire(Settings(connection)).close()


async def test_what_was_written_is_there_after_the_connections_were_closed(wiring):
    command = DefineProduct(MUG.sku, MUG.name, MUG.price)
    await wiring.aggregates.handle(PRODUCT, "MUG", command, CAUSE)
    await wiring.close()
    assert (await wiring.aggregates.load(PRODUCT, "MUG")).state == MUG


async def test_loading_is_one_request_and_so_is_handling_where_the_head_is_known(
    wiring, monkeypatch
):
    first = DefineProduct("TEE", MUG.name, MUG.price)
    await wiring.aggregates.handle(PRODUCT, "TEE", first, CAUSE)
    sent = sent_requests(monkeypatch)
    await wiring.aggregates.load(PRODUCT, "TEE")
    assert sent == ["GET"]
    await wiring.aggregates.handle(PRODUCT, "TEE", DefineProduct("TEE", "Tee", MUG.price), CAUSE)
    assert sent == ["GET", "PUT"]


async def test_ids_are_new_and_the_clock_ticks_in_milliseconds(wiring):
    assert wiring.new_id() != wiring.new_id()
    assert wiring.now().microsecond % 1000 == 0
    assert wiring.now().utcoffset().total_seconds() == 0
