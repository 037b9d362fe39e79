"""What is noted of messages that fail."""

import asyncio
from datetime import timedelta

import pytest

from shared.application.failures import Failed, Failures, Reason, reason_of
from shared.eventstore.port import StoreUnavailable
from shared.projections.rows import MemoryRows
from tests.application.memory import Memory
from tests.dead_letters.scene import QUEUE, Broken, Scene
from tests.given import NOW


class DownRows(MemoryRows):
    """A storage that nobody answers for."""

    async def get(self, partition, key):
        raise StoreUnavailable("down")


async def failed_of(scene: Scene, text: str = "text") -> Failed:
    failed = (await scene.failures.of(QUEUE, text)).failed
    assert failed is not None
    return failed


async def test_what_succeeds_leaves_no_note():
    scene = Scene(Memory(records=DownRows()))
    async with scene.failures.noting(QUEUE, "text", 1):
        pass  # not a single request to the storage


async def test_a_failure_passes_and_is_noted_with_its_code_and_its_times():
    scene = Scene()
    with pytest.raises(Broken):
        async with scene.failures.noting(QUEUE, "text", 1):
            raise Broken(Broken.__doc__)
    scene.clock.forward(minutes=1)
    await scene.fail("text", 2)
    failed = await failed_of(scene)
    assert (failed.first_at, failed.last_at) == (NOW, NOW + timedelta(minutes=1))
    assert (failed.count, failed.reason) == (2, Reason("press_jammed", "The press is jammed."))


async def test_attempts_that_do_not_rise_begin_another_life():
    scene = Scene()
    for attempt in (1, 2, 3, 2):  # the first attempt of the second life was killed
        await scene.fail("text", attempt)
        scene.clock.forward(minutes=1)
    failed = await failed_of(scene)
    assert (failed.first_at, failed.count) == (NOW + timedelta(minutes=3), 2)


async def test_the_same_text_in_another_queue_is_another_message():
    scene = Scene()
    await scene.fail("text", 1)
    assert (await scene.failures.of("other", "text")).failed is None
    assert (await scene.failures.of(QUEUE, "text ")).failed is None


async def test_a_failure_that_cannot_be_noted_passes_all_the_same(caplog):
    scene = Scene(Memory(records=DownRows()))
    with pytest.raises(Broken):
        async with scene.failures.noting(QUEUE, "text", 1):
            raise Broken
    assert "failure_not_noted" in caplog.text


async def test_many_equal_texts_that_fail_at_once_are_noted(caplog):
    scene = Scene()
    await asyncio.gather(*(scene.fail("text", 1) for _ in range(20)))
    assert (await failed_of(scene)).count == 1
    assert "failure_not_noted" not in caplog.text


@pytest.mark.parametrize(
    ("error", "code", "detail"),
    [
        (ValueError("no\x00 good\nat all"), "internal", "ValueError: no good at all"),
        (ValueError("\ud800"), "internal", "ValueError:"),
        (Broken("because"), "press_jammed", "because"),
        (KeyError(), "internal", "KeyError:"),
    ],
)
def test_a_reason_can_be_shown_whatever_the_error_quotes(error, code, detail):
    assert reason_of(error) == Reason(code, detail)


def test_a_code_that_is_none_is_not_believed_and_a_long_sentence_is_cut():
    odd = Broken("x" * 10_000)
    odd.code = "Not A Code,status=waiting"
    assert reason_of(odd).code == "internal"
    assert len(reason_of(odd).detail) <= 500


async def test_old_notes_are_forgotten_some_at_a_time():
    scene = Scene()
    for number in range(3):
        await scene.fail(f"old {number}", 1)
    scene.clock.forward(days=15)
    await scene.fail("old 0", 2)
    failures: Failures = scene.failures
    before = scene.clock.now - timedelta(days=14)
    assert [await failures.forget(before, 1) for _ in range(3)] == [1, 1, 0]
    assert (await failures.of(QUEUE, "old 0")).failed is not None
    assert (await failures.of(QUEUE, "old 1")).failed is None
