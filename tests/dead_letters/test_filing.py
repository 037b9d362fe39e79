"""Messages that failed for good become dead letters, once each."""

from datetime import timedelta

import pytest

from shared.application.aggregates import VersionPassed
from shared.application.dead_letters import (
    DeadLetterClaimed,
    DeadLetterResolved,
    Resolution,
    Status,
)
from shared.application.dead_letters_filing import UNKNOWN, Poison
from shared.application.failures import Reason
from shared.eventstore.port import StoreUnavailable
from tests.dead_letters.scene import QUEUE, Diary, Scene
from tests.given import NOW

HOUR = timedelta(hours=1)


class DeafDiary(Diary):
    """An owner whose storage is down the first time."""

    async def dead_lettered(self, text, reason):
        await super().dead_lettered(text, reason)
        if len(self.told) == 1:
            raise StoreUnavailable("down")


class BrokenDiary(Diary):
    """An owner that breaks over whatever it is told, such as over a request that is refused."""

    async def dead_lettered(self, text, reason):
        raise ValueError("400 InvalidUri")

    async def discarded(self, text, why):
        raise ValueError("400 InvalidUri")


async def test_a_letter_says_what_failed_why_and_how_often(caplog):
    scene = Scene()
    text = ' {"correlationId": "cid-1", "jobId": "j"}\r\n'
    for attempt in (1, 2, 3):
        await scene.fail(text, attempt)
        scene.clock.forward(hours=1)
    letter = await scene.file(text)
    assert (letter.queue, letter.text, letter.dead_letter_id) == (QUEUE, text, "m-1")
    assert letter.reason == Reason("press_jammed", "The press is jammed.")
    assert (letter.first_failure_at, letter.last_failure_at) == (NOW, NOW + 2 * HOUR)
    assert (letter.filed_at, letter.dequeue_count) == (NOW + 3 * HOUR, 3)
    assert (letter.correlation_id, letter.earlier_id) == ("cid-1", None)
    assert scene.diary.told == [("dead_lettered", text)]
    assert caplog.text.count('"action": "poison_filed"') == 1


async def test_a_letter_that_nobody_noted_anything_of_is_sane():
    scene = Scene()
    letter = await scene.file("text", inserted_at=NOW - HOUR)
    assert (letter.reason, letter.dequeue_count) == (UNKNOWN, None)
    assert letter.first_failure_at == letter.last_failure_at == NOW - HOUR


@pytest.mark.parametrize(
    "text", ["", "not base64 =", "\t\r\n", "𝄞\u2028\ufffd", '{"correlationId": 7}', "[" * 9999]
)
async def test_any_text_is_filed_as_it_is(text):
    scene = Scene()
    await scene.file(text)
    assert (await scene.letters.get("m-1")).text == text


async def test_a_message_that_is_delivered_again_is_the_same_letter():
    scene = Scene()
    first = await scene.file()
    scene.clock.forward(minutes=10)
    assert await scene.file() == first
    assert await scene.listed() == ["m-1"]


async def test_an_owner_that_could_not_hear_is_told_at_the_next_delivery():
    scene = Scene(diary=DeafDiary())
    with pytest.raises(StoreUnavailable):
        await scene.file()
    assert await scene.listed(status=Status.WAITING) == ["m-1"]
    await scene.file()
    assert scene.diary.told == [("dead_lettered", "text")] * 2


async def test_an_owner_that_can_never_hear_is_told_in_the_log_and_keeps_no_letter_from_filing(
    caplog,
):
    """Else the host would deliver the message for ever, and every discard would be a fault."""
    scene = Scene(diary=BrokenDiary())
    await scene.file()
    assert (await scene.filing.discard("m-1", "ops", "junk")).status is Status.DISCARDED
    assert caplog.text.count('"action": "owner_not_told"') == 2


async def test_a_late_delivery_of_a_letter_that_was_sent_again_changes_nothing():
    scene = Scene()
    await scene.file()
    await scene.redrives.one("m-1", "task", "ops")
    await scene.file()
    assert scene.diary.told == [("dead_lettered", "text"), ("redriven", "text")]
    assert (await scene.letters.get("m-1")).status is Status.REDRIVEN


async def test_a_message_tried_by_hand_has_no_id_and_gets_one():
    scene = Scene()
    for _ in range(2):
        await scene.filing.file(Poison(QUEUE, "text", None, None))
    (letter_id,) = await scene.listed()
    assert len(letter_id) == 32


async def test_every_filter_has_its_list():
    scene = Scene()
    await scene.fail("a", 1)
    await scene.file("a", "m-a")
    scene.clock.forward(minutes=1)
    await scene.file("b", "m-b")
    await scene.redrives.one("m-b", "task", "ops")
    assert set(await scene.listed()) == {"m-a", "m-b"}
    assert await scene.listed(status=Status.WAITING) == ["m-a"]
    assert await scene.listed(status=Status.REDRIVEN, queue=QUEUE, reason="unknown") == ["m-b"]
    assert await scene.listed(reason="press_jammed") == ["m-a"]
    assert await scene.listed(queue=QUEUE) == ["m-b", "m-a"]
    assert await scene.listed(queue=QUEUE, status=Status.DISCARDED) == []
    assert await scene.listed(task="task") == ["m-b"]


async def test_a_discarded_letter_is_kept_with_who_said_so_and_why():
    scene = Scene()
    await scene.file()
    letter = await scene.filing.discard("m-1", "ops", "a duplicate", only_at={1})
    assert letter.status is Status.DISCARDED
    assert letter.resolution == Resolution("ops", NOW, reason="a duplicate")
    assert await scene.filing.discard("m-1", "late", "me too") == letter
    with pytest.raises(DeadLetterResolved):
        await scene.redrives.one("m-1", "task", "ops")
    assert scene.sent == []


async def test_a_letter_that_moved_on_is_not_discarded():
    scene = Scene()
    await scene.file()
    with pytest.raises(VersionPassed):
        await scene.filing.discard("m-1", "ops", "why", only_at={2})
    await scene.redrives.one("m-1", "task", "ops")
    with pytest.raises(DeadLetterResolved):
        await scene.filing.discard("m-1", "ops", "why")


async def test_a_letter_in_somebodys_hands_is_not_discarded_until_that_is_over():
    scene = Scene()
    await scene.file()
    await scene.letters.change("m-1", scene.redrives._claimed("task", "ops"))
    with pytest.raises(DeadLetterClaimed):
        await scene.filing.discard("m-1", "ops", "why")
    scene.clock.forward(minutes=5)
    assert (await scene.filing.discard("m-1", "ops", "why")).status is Status.DISCARDED
    assert scene.diary.told[-1] == ("discarded", "text")


async def test_resolved_letters_are_forgotten_and_waiting_ones_never():
    scene = Scene()
    for name in ("waits", "redriven", "discarded", "late"):
        await scene.file(name, name)
    await scene.redrives.one("redriven", "task", "ops")
    await scene.filing.discard("discarded", "ops", "why")
    scene.clock.forward(days=30)
    await scene.filing.discard("late", "ops", "why")
    before = scene.clock.now - timedelta(days=14)
    assert [await scene.letters.forget(before, 1) for _ in range(3)] == [1, 1, 0]
    assert set(await scene.listed()) == {"waits", "late"}
