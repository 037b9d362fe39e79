"""A command is decided on the present state, and again when others were first."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pytest

from shared.application.aggregates import (
    ATTEMPTS,
    ORDER,
    PRODUCT,
    STOCK,
    Aggregates,
    Cause,
    VersionPassed,
)
from shared.domain.errors import InsufficientStock
from shared.domain.product import DefineProduct, Product
from shared.domain.stock import AdjustStock, ReserveUnits
from shared.eventstore.memory import MemoryEventStore
from shared.eventstore.port import ConcurrencyConflict, Head, Recorded, Snapshot, StoreUnavailable
from tests.application.memory import Memory
from tests.domain import scenes as the

CAUSE = Cause("cid", "http/test", "tester")
DEFINE = DefineProduct("MUG", "Mug", the.MUG.price)


@dataclass
class CrowdedStore(MemoryEventStore):
    """A store where another process writes first, a few times over, or where answers get lost."""

    others_first: int = 0
    lost_answers: int = 0
    others: Aggregates = field(init=False)

    def __post_init__(self) -> None:
        MemoryEventStore.__init__(self)
        self.others = Memory(store=self, ids="other").wiring.aggregates

    async def append(self, head: Head, events: Sequence[Recorded], snapshot: Snapshot) -> Head:
        if self.others_first:
            waiting, self.others_first = self.others_first, 0
            command = AdjustStock(f"other-{waiting}", 1, "delivery")
            await self.others.handle(STOCK, "MUG", command, CAUSE)
            self.others_first = waiting - 1
        appended = await super().append(head, events, snapshot)
        if self.lost_answers:
            self.lost_answers -= 1
            raise StoreUnavailable("the answer was lost")
        return appended


async def test_the_envelope_says_what_when_why_and_who():
    memory = Memory()
    handled = await memory.wiring.aggregates.handle(PRODUCT, "MUG", DEFINE, CAUSE)
    (recorded,) = await memory.store.read("product-MUG")
    assert (handled.version, handled.decided) == (1, True)
    assert recorded == Recorded(
        event_id="id-1",
        type="ProductDefined",
        schema_version=1,
        stream="product-MUG",
        version=1,
        occurred_at=memory.clock.now,
        recorded_at=memory.clock.now,
        correlation_id="cid",
        causation_id="http/test",
        actor="tester",
        data={"sku": "MUG", "name": "Mug", "price": {"amount": 1200, "currency": "EUR"}},
    )


async def test_a_retried_command_writes_nothing():
    memory = Memory()
    for _ in range(2):
        handled = await memory.wiring.aggregates.handle(PRODUCT, "MUG", DEFINE, CAUSE)
    assert (handled.version, handled.decided) == (1, False)


async def test_a_refused_command_writes_nothing():
    memory = Memory()
    with pytest.raises(InsufficientStock):
        await memory.wiring.aggregates.handle(STOCK, "MUG", AdjustStock("a", -1, "broken"), CAUSE)
    assert await memory.store.read("stock-MUG") == ()


async def test_when_another_process_was_first_the_command_is_decided_again():
    store = CrowdedStore(others_first=2)
    aggregates = Memory(store=store).wiring.aggregates
    handled = await aggregates.handle(STOCK, "MUG", AdjustStock("mine", 5, "delivery"), CAUSE)
    assert (handled.state.on_hand, handled.version) == (7, 3)


async def test_a_stream_that_never_rests_is_a_conflict_in_the_end():
    store = CrowdedStore(others_first=ATTEMPTS)
    aggregates = Memory(store=store).wiring.aggregates
    with pytest.raises(ConcurrencyConflict):
        await aggregates.handle(STOCK, "MUG", AdjustStock("mine", 5, "delivery"), CAUSE)


async def test_a_command_whose_answer_was_lost_may_be_sent_again():
    store = CrowdedStore(lost_answers=1)
    aggregates = Memory(store=store).wiring.aggregates
    command = AdjustStock("mine", 5, "delivery")
    with pytest.raises(StoreUnavailable):
        await aggregates.handle(STOCK, "MUG", command, CAUSE)
    handled = await aggregates.handle(STOCK, "MUG", command, CAUSE)
    assert (handled.state.on_hand, handled.decided) == (5, False)


async def test_a_state_folded_by_an_older_program_is_folded_anew():
    memory = Memory()
    await memory.wiring.aggregates.handle(PRODUCT, "MUG", DEFINE, CAUSE)
    old = Snapshot({"title": "from last year"}, "another-shape")
    memory.store._snapshots["product-MUG"] = old
    loaded = await memory.wiring.aggregates.load(PRODUCT, "MUG")
    assert loaded.state == Product("MUG", "Mug", the.MUG.price)


async def test_a_command_for_one_version_is_refused_at_every_other():
    aggregates = Memory().wiring.aggregates
    await aggregates.handle(PRODUCT, "MUG", DEFINE, CAUSE)
    cheaper = replace(DEFINE, name="Cup")
    with pytest.raises(VersionPassed):
        await aggregates.handle(PRODUCT, "MUG", cheaper, CAUSE, only_at=2)
    handled = await aggregates.handle(PRODUCT, "MUG", cheaper, CAUSE, only_at=1)
    assert handled.version == 2


async def test_two_hundred_orders_for_fifty_units_reserve_exactly_fifty():
    memory = Memory()
    aggregates = memory.wiring.aggregates
    await aggregates.handle(STOCK, "MUG", AdjustStock("a", 50, "delivery"), CAUSE)
    wanted = [ReserveUnits(f"order-{number}", 1, the.EXPIRY) for number in range(200)]
    ends = await asyncio.gather(
        *(aggregates.handle(STOCK, "MUG", each, CAUSE) for each in wanted), return_exceptions=True
    )
    assert sum(isinstance(end, InsufficientStock) for end in ends) == 150
    assert (await aggregates.load(STOCK, "MUG")).state.available(memory.clock.now) == 0


async def test_folding_an_orders_events_gives_the_state_in_its_head():
    memory = Memory()
    for command in (the.PLACE, the.VALIDATE, the.RESERVE, the.PAY, the.SHIP, the.COMPLETE):
        handled = await memory.wiring.aggregates.handle(ORDER, "order-1", command, CAUSE)
    before = await memory.store.head("order-order-1")
    memory.store._snapshots["order-order-1"] = Snapshot(None, "another-shape")
    loaded = await memory.wiring.aggregates.load(ORDER, "order-1")
    assert loaded.state == handled.state
    assert before.version == loaded.version
