"""What a process remembers of a stream spares it reads and never deceives it."""

from dataclasses import dataclass, field

import pytest

from shared.application.aggregates import ORDER, PRODUCT, STOCK, Aggregates, VersionPassed
from shared.domain.errors import InsufficientStock
from shared.domain.order.evolve import evolve
from shared.domain.order.state import Order
from shared.domain.product import DefineProduct
from shared.domain.stock import AdjustStock, ReserveUnits
from shared.eventstore.memory import MemoryEventStore
from shared.eventstore.port import Head
from tests.application.memory import Memory
from tests.domain import scenes as the
from tests.orchestrations.shop import CAUSE


@dataclass
class CountedStore(MemoryEventStore):
    reads: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        MemoryEventStore.__init__(self)

    async def head(self, stream: str) -> Head:
        self.reads.append(stream)
        return await super().head(stream)


def two_processes() -> tuple[CountedStore, Aggregates, Aggregates]:
    store = CountedStore()
    ours, theirs = Memory(store=store, ids="our"), Memory(store=store, ids="their")
    return store, ours.wiring.aggregates, theirs.wiring.aggregates


async def deliver(aggregates: Aggregates, name: str, units: int) -> int:
    handled = await aggregates.handle(STOCK, "MUG", AdjustStock(name, units, "delivery"), CAUSE)
    return handled.state.on_hand


async def test_a_stream_this_process_wrote_is_not_read_again():
    store, ours, _ = two_processes()
    await deliver(ours, "a", 1)
    store.reads.clear()
    assert await deliver(ours, "b", 1) == 2
    assert store.reads == ["stock-MUG"]  # the twin's own look at what it has appended


async def test_what_another_process_wrote_meanwhile_is_not_lost():
    _, ours, theirs = two_processes()
    await deliver(ours, "a", 1)
    await deliver(theirs, "b", 10)
    assert await deliver(ours, "c", 100) == 111


async def test_a_no_on_an_old_head_is_not_believed():
    _, ours, theirs = two_processes()
    await deliver(ours, "a", 1)
    await deliver(theirs, "b", 10)
    handled = await ours.handle(STOCK, "MUG", ReserveUnits("o", 5, the.EXPIRY), CAUSE)
    assert handled.decided


async def test_a_no_that_is_true_is_a_no():
    _, ours, _ = two_processes()
    await deliver(ours, "a", 1)
    with pytest.raises(InsufficientStock):
        await ours.handle(STOCK, "MUG", ReserveUnits("o", 5, the.EXPIRY), CAUSE)


async def test_a_nothing_on_an_old_head_is_not_believed():
    _, ours, theirs = two_processes()
    mug, cup = (DefineProduct("MUG", name, the.MUG.price) for name in ("Mug", "Cup"))
    await ours.handle(PRODUCT, "MUG", mug, CAUSE)
    await theirs.handle(PRODUCT, "MUG", cup, CAUSE)
    handled = await ours.handle(PRODUCT, "MUG", mug, CAUSE)
    assert (handled.decided, handled.version) == (True, 3)


async def test_a_condition_on_a_version_is_judged_by_the_present_one():
    _, ours, theirs = two_processes()
    await deliver(ours, "a", 1)
    await deliver(theirs, "b", 1)
    command = AdjustStock("c", 1, "delivery")
    with pytest.raises(VersionPassed):
        await ours.handle(STOCK, "MUG", command, CAUSE, only_at=1)
    assert (await ours.handle(STOCK, "MUG", command, CAUSE, only_at=2)).version == 3


async def test_a_key_presumed_new_that_is_not_is_found_out():
    _, ours, theirs = two_processes()
    await theirs.handle(ORDER, "order-1", the.PLACE, CAUSE)
    ours.presume_new(ORDER, "order-1")
    handled = await ours.handle(ORDER, "order-1", the.PLACE, CAUSE)
    assert (handled.decided, handled.version) == (False, 1)


async def test_loading_always_reads():
    store, ours, theirs = two_processes()
    await deliver(ours, "a", 1)
    await deliver(theirs, "b", 1)
    store.reads.clear()
    assert (await ours.load(STOCK, "MUG")).state.on_hand == 2
    assert store.reads == ["stock-MUG"]


async def test_facts_that_never_change_are_recalled_without_a_read():
    store, ours, _ = two_processes()
    await ours.handle(ORDER, "order-1", the.PLACE, CAUSE)
    store.reads.clear()
    recalled = await ours.recall(ORDER, "order-1", lambda order: order is not None)
    assert (recalled.state, store.reads) == (Order(the.PLACED), [])


async def test_facts_that_are_not_there_yet_are_read():
    _, ours, theirs = two_processes()
    await ours.handle(ORDER, "order-1", the.PLACE, CAUSE)
    await theirs.handle(ORDER, "order-1", the.VALIDATE, CAUSE)
    recalled = await ours.recall(ORDER, "order-1", lambda order: bool(order and order.lines))
    assert recalled.state == evolve(Order(the.PLACED), the.VALIDATED)
