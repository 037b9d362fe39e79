"""A finished order whose process is started again keeps its end, and the second process ends."""

from random import Random

import pytest

from shared.application.aggregates import ORDER
from tests.invariants.world import World


@pytest.mark.parametrize(
    ("method", "country", "quantities"),
    [
        ("pm_card_ok", "GB", (1, 0)),
        ("pm_card_declined", "GB", (1, 0)),
        ("pm_card_ok", "ZZ", (1, 0)),
        ("pm_card_ok", "GB", (99, 0)),
        ("pm_card_ok", "GB", (0, 0)),
    ],
    ids=["completed", "declined", "refused", "out of stock", "invalid"],
)
async def test_a_second_process_changes_nothing_and_ends(method, country, quantities):
    world = World(Random(1))  # noqa: S311 - chance, not secrets
    try:
        await world.open()
        await world.place(method, country, quantities)
        await world.run_out()
        stream = ORDER.stream(world.placed[0])
        before, effects = await world.streams.read(stream), effects_of(world)
        await world.start_again(0)
        await world.run_out()
        assert await world.streams.read(stream) == before
        assert effects_of(world) == effects
    finally:
        await world.close()


def effects_of(world):
    """Money that moved and parcels that went; a door shut by an undo is none."""
    entries = world.ledger.entries.items()
    return {key: entry for key, entry in entries if "captured" in entry or "shipped" in entry}
