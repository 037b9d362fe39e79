"""How long a request waits for the first one with its key, whatever the clocks say."""

from datetime import timedelta

import pytest

from shared.cells.memory import MemoryCells
from shared.idempotency.keys import PATIENCE, IdempotencyKeys
from tests.application.memory import Clock, Memory
from tests.given import NOW


def keys(cells: MemoryCells, clock: Clock, ids: str) -> IdempotencyKeys:
    """The keys as one process sees them, by the clock of its machine."""
    return Memory(keys=cells, clock=clock, ids=ids).wiring.keys


@pytest.mark.parametrize("ahead", [timedelta(0), timedelta(hours=1), timedelta(days=400)])
async def test_who_died_with_a_clock_ahead_is_waited_for_as_briefly_as_any(ahead):
    cells, clock = MemoryCells(), Clock()
    dead = await keys(cells, Clock(NOW + ahead), "dead").claim("key", "print")
    claim = await keys(cells, clock, "live").claim("key", "print")
    assert not claim.is_first
    assert claim.attempt.subject == dead.attempt.subject
    assert PATIENCE <= clock.now - NOW < PATIENCE + timedelta(seconds=1)


async def test_who_died_with_a_clock_behind_is_not_waited_for_at_all():
    cells, clock = MemoryCells(), Clock()
    behind = Clock(NOW - timedelta(hours=1))
    dead = await keys(cells, behind, "dead").claim("key", "print")
    claim = await keys(cells, clock, "live").claim("key", "print")
    assert (claim.is_first, claim.attempt.subject) == (False, dead.attempt.subject)
    assert clock.now == NOW
