"""Messages are handled as the real host handles them (reference/host-triggers.md 3)."""

import asyncio
import logging
from datetime import UTC

import azure.functions as func
import pytest

from localhost.clock import ManualClock
from localhost.memory_queues import MemoryQueues
from localhost.memory_storage import MemoryStorage
from localhost.triggers.queue import poison_name
from localhost.wire import Unreachable
from tests.localhost.serving import app
from tests.localhost.triggers.scene import settled, staged
from tests.localhost.triggers.work import Work, configured, encoded


@pytest.fixture
def work():
    return Work()


async def test_a_message_is_handled_once_and_deleted(work, clock):
    async with staged(work.app(), clock) as stage:
        queues = stage.storage.queues()
        await queues.put("work", encoded("hello"))
        await stage.advance(2)
        await stage.advance(2)
        assert work.bodies == ["hello"]
        assert queues.texts("work") == []


async def test_a_thousand_messages_are_all_handled_no_more_at_once_than_allowed(work, clock):
    limited = configured(batchSize=8, newBatchThreshold=4)
    async with staged(work.app(), clock, configured=limited) as stage:
        queues = stage.storage.queues()
        for number in range(1000):
            await queues.put("work", encoded(str(number)))
        clock.advance(2)
        while queues.texts("work"):
            await settled()
        assert sorted(map(int, work.bodies)) == list(range(1000))
        assert work.most <= 12


async def test_strictly_one_at_a_time(work, clock):
    single = configured(batchSize=1, newBatchThreshold=0)
    async with staged(work.app(), clock, configured=single) as stage:
        for number in range(5):
            await stage.storage.queues().put("work", encoded(str(number)))
        await stage.advance(2)
        while len(work.seen) < 5:
            await settled()
    assert (work.bodies, work.most) == (["0", "1", "2", "3", "4"], 1)


async def test_a_failing_message_is_tried_five_times_and_its_body_kept_as_poison(
    work, clock, caplog
):
    work.failures = {"bad": 99}
    async with staged(work.app(), clock) as stage:
        queues = stage.storage.queues()
        await queues.put("work", encoded("bad"))
        await queues.put("work", encoded("good"))
        await stage.advance(2)
        assert work.bodies.count("bad") == 5
        assert [message.dequeue_count for message in work.seen if message.get_body() == b"bad"] == [
            1, 2, 3, 4, 5,
        ]  # fmt: skip
        assert queues.texts("work") == []
        assert queues.texts("work-poison") == [encoded("bad")]
    assert (
        "Message has reached MaxDequeueCount of 5. Moving message to queue 'work-poison'."
    ) in caplog.text


async def test_a_message_over_its_count_is_poison_without_a_run(work, clock):
    storage = MemoryStorage(clock)
    await storage.queues().put("work", encoded("x"))
    for _ in range(3):
        await storage.queues().receive("work", 1, 0)
    async with staged(work.app(), clock, storage, configured(maxDequeueCount=3)) as stage:
        await stage.advance(2)
    assert (work.seen, storage.queues().texts("work-poison")) == ([], [encoded("x")])


async def test_a_retry_waits_for_the_visibility_timeout(work, clock):
    work.failures = {"x": 1}
    async with staged(work.app(), clock, configured=configured(visibilityTimeout="00:00:30")) as s:
        await s.storage.queues().put("work", encoded("x"))
        await s.advance(2)
        assert len(work.seen) == 1
        for _ in range(120):
            await s.advance(1)
        assert len(work.seen) == 2


@pytest.mark.parametrize("queue", ["work-poison", "w" * 57])
async def test_where_no_queue_takes_poison_a_failed_message_stays_hidden(work, clock, queue):
    work.failures = {"x": 99}
    async with staged(work.app(queue), clock) as stage:
        queues = stage.storage.queues()
        await queues.put(queue, encoded("x"))
        for _ in range(7):
            await stage.advance(599)
            await stage.advance(2)
        assert len(work.seen) == 7  # no dequeue limit
        assert queues.texts(queue) == [encoded("x")]
        assert list(queues.queues) == [queue]


async def test_a_poison_move_wakes_the_function_that_listens_there(work, clock):
    work.failures = {"x": 99}
    made = work.app()
    buried = []

    async def bury(message: func.QueueMessage) -> None:
        buried.append((message.get_body(), message.dequeue_count))

    made.queue_trigger("message", queue_name="work-poison", connection="")(bury)
    async with staged(made, clock) as stage:
        await stage.storage.queues().put("work", encoded("x"))
        await stage.advance(0.2)
        assert buried == [(b"x", 1)]


async def test_text_that_is_not_base64_goes_to_poison_as_it_is_and_never_runs(work, clock, caplog):
    async with staged(work.app(), clock) as stage:
        queues = stage.storage.queues()
        await queues.put("work", "not base64!")
        await stage.advance(2)
        assert (work.seen, queues.texts("work")) == ([], [])
        assert queues.texts("work-poison") == ["not base64!"]
    assert "Message decoding has failed! Check MessageEncoding settings." in caplog.text


async def test_base64_of_no_text_fails_and_becomes_poison(work, clock):
    async with staged(work.app(), clock) as stage:
        queues = stage.storage.queues()
        await queues.put("work", encoded(b"\xff"))
        await stage.advance(2)
        assert (work.seen, queues.texts("work-poison")) == ([], [encoded(b"\xff")])


async def test_a_binary_trigger_gets_the_bytes(clock):
    got, made = [], app()

    async def work(message: bytes) -> None:
        got.append(message)

    made.queue_trigger("message", "work", "", data_type=func.DataType.BINARY)(work)
    async with staged(made, clock) as stage:
        await stage.storage.queues().put("work", encoded(b'\xff{"id": 1}'))
        await stage.advance(2)
    assert got == [b'\xff{"id": 1}']


async def test_plain_texts_are_taken_as_they_are_when_host_json_says_so(work, clock):
    async with staged(work.app(), clock, configured=configured(messageEncoding="none")) as stage:
        await stage.storage.queues().put("work", "plain <text>")
        await stage.advance(2)
    assert work.bodies == ["plain <text>"]


async def test_a_message_tells_what_the_service_knows_of_it(work, clock, caplog):
    caplog.set_level(logging.INFO, "localhost")
    async with staged(work.app(), clock) as stage:
        await stage.storage.queues().put("work", encoded("x"))
        await stage.advance(2)
    (message,) = work.seen
    assert message.id == "m0"
    assert message.pop_receipt == "r2"
    assert message.insertion_time == ManualClock().now()
    assert message.expiration_time.tzinfo is UTC
    assert message.time_next_visible > message.insertion_time
    assert "(Reason='New queue message detected on 'work'.', Id=" in caplog.text
    assert "MessageId: m0, DequeueCount: 1, InsertedOn: 2026-01-01T00:00:00.000+00:00" in (
        caplog.text
    )


async def test_properties_of_a_json_body_hide_the_facts_of_the_message(work, clock):
    async with staged(work.app(), clock) as stage:
        await stage.storage.queues().put("work", encoded('{"ID": "mine", "dequeuecount": 7}'))
        await stage.advance(2)
    assert [(message.id, message.dequeue_count) for message in work.seen] == [("mine", 7)]


async def test_a_property_that_hides_a_date_and_is_none_fails_the_call(work, clock):
    body = encoded('{"expirationTime": "soon"}')
    async with staged(work.app(), clock) as stage:
        queues = stage.storage.queues()
        await queues.put("work", body)
        await stage.advance(2)
        assert (work.seen, queues.texts("work-poison")) == ([], [body])


async def test_a_long_run_keeps_its_message(work, clock):
    work.gate.clear()
    async with staged(work.app(), clock) as stage:
        queues = stage.storage.queues()
        await queues.put("work", encoded("long"))
        await stage.advance(2)
        await stage.advance(30)  # taken for a minute at first, then renewed for ten
        for _ in range(30):
            await stage.advance(120)
        assert len(work.seen) == 1
        work.gate.set()
        await settled()
        assert queues.texts("work") == []


async def test_a_renewal_that_storage_did_not_hear_is_repeated_sooner(work, clock):
    class Flaky(MemoryQueues):
        silent = False
        renewals = 0

        async def hide(self, queue, message, visibility):
            self.renewals += 1
            if self.silent:
                raise Unreachable("gone")
            return await super().hide(queue, message, visibility)

    storage, flaky = MemoryStorage(clock), Flaky(clock)
    storage._queues = flaky
    work.gate.clear()
    async with staged(work.app(), clock, storage) as stage:
        await flaky.put("work", encoded("long"))
        await stage.advance(0.2)
        flaky.silent = True
        await stage.advance(30)
        flaky.silent = False
        await stage.advance(15)
        assert flaky.renewals == 2
        await stage.advance(299)
        assert (flaky.renewals, len(work.seen)) == (2, 1)
        work.gate.set()
        await settled()
        assert flaky.texts("work") == []


async def test_a_message_that_is_no_longer_ours_is_left_alone(work, clock, caplog):
    work.gate.clear()
    async with staged(work.app(), clock) as stage:
        queues = stage.storage.queues()
        await queues.put("work", encoded("x"))
        await stage.advance(2)
        queues.queues["work"].clear()
        await stage.advance(300)  # its renewal is refused
        work.gate.set()
        await settled()
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING
                and record.name.startswith("localhost")]  # fmt: skip


async def test_a_queue_that_is_missing_is_looked_for_again_and_never_made(work, clock):
    async with staged(work.app(), clock) as stage:
        queues = stage.storage.queues()
        await stage.advance(60)
        assert queues.queues == {}
        await queues.put("work", encoded("late"))
        await stage.advance(60)
    assert work.bodies == ["late"]


async def test_an_empty_queue_is_looked_at_less_and_less(work, clock):
    class Counting(MemoryQueues):
        looks = 0

        async def receive(self, queue, count, visibility):
            self.looks += 1
            return await super().receive(queue, count, visibility)

    storage, counting = MemoryStorage(clock), Counting(clock)
    storage._queues = counting
    async with staged(work.app(), clock, storage) as stage:
        for _ in range(600):
            await settled()
            clock.advance(1)
    assert 14 <= counting.looks <= 25
    assert stage


async def test_storage_that_is_down_is_told_once_and_tried_again(work, clock, caplog):
    class Down(MemoryQueues):
        down = True

        async def receive(self, queue, count, visibility):
            if self.down:
                raise Unreachable("nobody there")
            return await super().receive(queue, count, visibility)

    storage, queues = MemoryStorage(clock), Down(clock)
    storage._queues = queues
    await queues.put("work", encoded("x"))
    async with staged(work.app(), clock, storage) as stage:
        for _ in range(5):
            await stage.advance(60)
        queues.down = False
        await stage.advance(60)
    assert work.bodies == ["x"]
    assert caplog.text.count("cannot be read for now") == 1


async def test_the_end_lets_running_work_finish_and_gives_back_the_rest(clock):
    made, storage = app(), MemoryStorage(clock)
    quick, never = asyncio.Event(), asyncio.Event()
    left = []

    async def work(message: func.QueueMessage) -> None:
        body = message.get_body().decode()
        try:
            await (quick if body == "quick" else never).wait()
        except asyncio.CancelledError:
            left.append(body)
            raise

    made.queue_trigger("message", queue_name="work", connection="")(work)
    async with staged(made, clock, storage, grace=0.05) as stage:
        queues = stage.storage.queues()
        for body in ("quick", "slow"):
            await queues.put("work", encoded(body))
        await stage.advance(2)
        asyncio.get_running_loop().call_soon(quick.set)
    assert left == ["slow"]
    (again,) = await queues.receive("work", 32, 60)  # visible at once, no ten minutes later
    assert (again.text, again.dequeue_count) == (encoded("slow"), 2)


async def test_what_the_last_look_found_is_given_back(work, clock):
    class Slow(MemoryQueues):
        gate = asyncio.Event()

        async def receive(self, queue, count, visibility):
            found = await super().receive(queue, count, visibility)
            await self.gate.wait()
            return found

    storage, queues = MemoryStorage(clock), Slow(clock)
    storage._queues = queues
    await queues.put("work", encoded("x"))
    async with staged(work.app(), clock, storage, grace=1):
        asyncio.get_running_loop().call_soon(queues.gate.set)
    assert work.seen == []
    assert len(await queues.receive("work", 1, 0)) == 1


async def test_a_run_by_hand_has_the_text_for_a_body_and_no_facts(work, clock):
    async with staged(work.app(), clock) as stage:
        await stage.by_hand("work", "by hand")
        (message,) = work.seen
        assert message.get_body() == b"by hand"
        assert (message.id, message.pop_receipt, message.dequeue_count) == (None, None, 0)
        assert stage.storage.queues().queues == {}


def test_poison_queues_have_none_of_their_own():
    assert poison_name("work") == "work-poison"
    assert poison_name("work-poison") is None
    assert poison_name("w" * 57) is None
    assert poison_name("w" * 56) == "w" * 56 + "-poison"
