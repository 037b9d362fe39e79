"""The invariants of design/workflow.md, whatever is placed, cancelled, broken or killed."""

import asyncio
import json
import logging
from collections import Counter
from random import Random
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from localhost.durable.history import EventType
from localhost.durable.replay import replay
from localhost.durable.trigger import Transcript
from shared.application.aggregates import ORDER, PRODUCT, STOCK
from shared.application.read_models import READ_MODELS
from shared.application.rebuild import Rebuild
from shared.domain.order.state import OrderStatus
from shared.eventstore.codec import CODEC
from shared.plain import to_plain
from tests.invariants.world import SKUS, UNITS, World

METHODS = ("pm_card_ok", "pm_card_ok", "pm_card_declined", "pm_flaky_2", "pm_flaky_4", "pm_down")
STEPS = st.one_of(
    st.tuples(
        st.just("place"),
        st.sampled_from(METHODS),
        st.sampled_from(["GB", "GB", "ZZ"]),
        st.tuples(st.integers(0, 3), st.integers(0, 3)),
    ),
    st.tuples(st.just("cancel"), st.integers(0, 9)),
    st.tuples(st.just("start_again"), st.integers(0, 9)),
    st.tuples(st.just("approve"), st.integers(0, 9), st.booleans()),
    st.tuples(st.just("wait"), st.sampled_from([0, 1, 2, 5, 9, 4000])),
    st.tuples(st.just("kill")),
    st.tuples(st.just("worsen"), st.sampled_from([0.0, 0.05, 0.3])),
)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(STEPS, min_size=1, max_size=25), st.integers(0, 2**32))
def test_the_invariants_hold_whatever_happens(steps, seed):
    logging.disable(logging.CRITICAL)
    try:
        asyncio.run(_story(steps, seed))
    finally:
        logging.disable(logging.NOTSET)


@settings(
    max_examples=8,
    deadline=None,
    phases=[Phase.generate],  # a world on the emulator is too slow to shrink
    suppress_health_check=list(HealthCheck),
)
@given(st.lists(STEPS, min_size=8, max_size=16), st.integers(0, 2**32))
def test_the_invariants_hold_on_real_storage(azurite, steps, seed):
    logging.disable(logging.CRITICAL)
    try:
        asyncio.run(_story(steps, seed, azurite))
    finally:
        logging.disable(logging.NOTSET)


async def _story(steps, seed, azurite=None):
    world = World(Random(seed), azurite)  # noqa: S311 - chance, not secrets
    try:
        await world.open()
        for name, *given in steps:
            await getattr(world, name)(*given)
        await world.run_out()
        for order_id in world.placed:
            await _each_order(world, order_id)
        await _stock(world)
        for kind in (ORDER, PRODUCT, STOCK):
            for stream in await world.streams.streams(kind.category, "", 1000):
                await _fold_is_state(world, kind, stream)
        for order_id in world.placed:
            await _replays_to_itself(world, order_id)
        await _lists_are_their_rebuild(world)
    finally:
        await world.close()


async def _each_order(world: World, order_id: str) -> None:
    """Invariants 1, 3 and 4: it ended; money and parcels agree with how."""
    order: Any = (await world.wiring.aggregates.load(ORDER, order_id)).state
    assert order is not None
    assert order.is_final, order.status
    kinds = Counter(event.type for event in await world.streams.read(ORDER.stream(order_id)))
    assert all(times == 1 for times in kinds.values()), kinds
    captured = "captured" in (await world.entry(f"{order_id}:payment:capture") or {})
    refunded = await world.entry(f"{order_id}:payment:refund") is not None
    assert captured == bool(kinds["PaymentCaptured"])
    assert refunded == bool(kinds["PaymentRefunded"])
    if order.status is OrderStatus.COMPENSATION_FAILED:
        assert order.at_stake
        return
    completed = order.status is OrderStatus.COMPLETED
    assert (captured and not refunded) == completed
    if completed:
        assert order.payment.amount == order.total
        assert kinds["ShipmentCreated"] == 1
        assert kinds["ConfirmationSent"] + kinds["ConfirmationParked"] == 1


async def _stock(world: World) -> None:
    """Invariant 2: nothing negative, nothing held by an order that is over."""
    sold: Counter[str] = Counter()
    parked = False
    for order_id in world.placed:
        order: Any = (await world.wiring.aggregates.load(ORDER, order_id)).state
        parked |= order.status is OrderStatus.COMPENSATION_FAILED
        if order.status is OrderStatus.COMPLETED:
            sold.update({line.sku: line.quantity for line in order.lines})
    for sku in SKUS:
        shelf: Any = (await world.wiring.aggregates.load(STOCK, sku)).state
        assert shelf.on_hand >= 0
        if not parked:
            assert shelf.on_hand == UNITS - sold[sku]
            assert shelf.reservations == {}


async def _fold_is_state(world: World, kind: Any, stream: str) -> None:
    """Invariant 5: folding the events from zero gives the head's state."""
    state = kind.initial
    for recorded in await world.streams.read(stream):
        event = CODEC.decode(recorded.type, recorded.schema_version, recorded.data)
        state = kind.evolve(state, event)
    head = await world.streams.head(stream)
    assert head.snapshot is not None
    assert json.dumps(to_plain(state)) == json.dumps(head.snapshot.state)


async def _lists_are_their_rebuild(world: World) -> None:
    """Invariant 5, the other half: what the lists show is what the events say."""

    async def no_pause(_seconds: float) -> None:
        return None

    rebuild = Rebuild(world.wiring.aggregates, world.wiring.read_models.views, no_pause)
    for model in READ_MODELS:
        difference = await rebuild.run(model)
        # Products were defined without the edge, so nothing has shown them yet.
        assert difference.is_none or model.kind is PRODUCT, difference


async def _replays_to_itself(world: World, order_id: str) -> None:
    """Invariant 6: every prefix of the recorded history asks for what was recorded."""
    stored = await world.hub.load(order_id)
    assert stored is not None
    past: list[Any] = []
    episode: list[Any] = []
    for event in stored.history:
        kind = EventType(event["EventType"])
        if kind is EventType.OrchestratorStarted:
            episode = []
        if event["EventId"] < 0 and kind is not EventType.OrchestratorCompleted:
            episode.append(event)
        elif kind is EventType.OrchestratorCompleted:
            trigger = Transcript(past).trigger(stored.instance, episode)
            reply = await world.functions.orchestrate(stored.instance.name, trigger)
            decision = replay(past, episode, reply, world.functions.names, world.clock.now())
            assert "Non-Deterministic" not in str(decision.output)
            past += [*episode, *decision.rows, event]
    assert [_asked(event) for event in past] == [_asked(event) for event in stored.history]


def _asked(event: Any) -> tuple[Any, ...]:
    return event["EventType"], event["EventId"], event.get("Name"), event.get("FireAt")
