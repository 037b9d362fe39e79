"""Whatever the storage does in between: every message is handled, and none stays or is lost."""

import random
from collections import Counter

import pytest

from localhost.memory_queues import MemoryQueues
from localhost.memory_storage import MemoryStorage
from localhost.triggers.lease import TAKEN
from localhost.wire import Refused, Unreachable
from tests.localhost.triggers.scene import settled, staged
from tests.localhost.triggers.work import Work, configured, encoded

MESSAGES = 60
HOURS = 200


class Faulty(MemoryQueues):
    """A service that refuses, is silent before it did something, or after."""

    share = 0.0

    def plagued(self, seed: int, share: float) -> None:
        self.chance, self.share = random.Random(seed), share  # noqa: S311 - it guards nothing

    async def _faulty(self, call, *args):
        fate = self.chance.random() if self.share else 1
        if fate < self.share / 3:
            raise Unreachable("before")
        if fate < 2 * self.share / 3:
            await call(*args)
            raise Unreachable("after")
        if fate < self.share:
            raise Refused(403, "AuthenticationFailed")
        return await call(*args)

    async def receive(self, *args):
        return await self._faulty(super().receive, *args)

    async def put(self, *args):
        return await self._faulty(super().put, *args)

    async def hide(self, *args):
        return await self._faulty(super().hide, *args)

    async def delete(self, *args):
        return await self._faulty(super().delete, *args)


@pytest.mark.parametrize("share", [0.1, 0.5])
@pytest.mark.parametrize("seed", range(5))
async def test_every_message_is_handled_and_every_failure_ends_as_poison(clock, seed, share):
    storage, queues, work = MemoryStorage(clock), Faulty(clock), Work()
    storage._queues = queues
    bodies = [str(number) for number in range(MESSAGES)]
    for body in bodies:
        await queues.put("work", encoded(body))
    work.failures = dict.fromkeys(bodies[::3], 999)
    queues.plagued(seed, share)
    small = configured(batchSize=7, newBatchThreshold=3, maxDequeueCount=4)
    async with staged(work.app(), clock, storage, small) as stage:
        for _ in range(HOURS * 12):
            await settled()
            clock.advance(300)
            if not queues.texts("work"):
                break
        assert queues.texts("work") == []
        assert stage
    poison = set(queues.texts("work-poison"))
    assert {encoded(body) for body in bodies[::3]} <= poison
    handled = Counter(work.bodies)
    # Only one whose every look or answer was lost may be poison without a run (3.3).
    assert all(handled[body] or encoded(body) in poison for body in bodies)
    if share < 0.5:
        assert set(handled) == set(bodies)
    assert work.most <= 10


async def test_storage_in_peace_deletes_each_message_once(clock):
    deleted = Counter[str]()

    class Counting(MemoryQueues):
        async def delete(self, queue, message):
            deleted[message.id] += 1
            await super().delete(queue, message)

    storage, queues, work = MemoryStorage(clock), Counting(clock), Work()
    storage._queues = queues
    for number in range(500):
        await queues.put("work", encoded(str(number)))
    async with staged(work.app(), clock, storage):
        while queues.texts("work"):
            await settled()
    assert set(deleted.values()) == {1}
    assert len(deleted) == len(work.seen) == 500


async def test_what_a_killed_host_was_just_receiving_comes_after_a_minute(clock):
    work, storage = Work(), MemoryStorage(clock)
    await storage.queues().put("work", encoded("lost on the way"))
    await storage.queues().receive("work", 1, TAKEN)  # the answer reached nobody
    async with staged(work.app(), clock, storage) as stage:
        await stage.advance(55)
        assert work.bodies == []
        await stage.advance(8)
        assert work.bodies == ["lost on the way"]
