"""A dead letter's text goes back to its queue, by one hand at a time."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import astuple
from datetime import timedelta
from itertools import count

import pytest

from shared.application.dead_letters import (
    CLAIM,
    DeadLetterClaimed,
    DeadLetterNotFound,
    DeadLetterResolved,
    Status,
)
from shared.application.dead_letters_redrive import AT_ONCE, LIFE, Selection, Tally
from shared.eventstore.port import StoreUnavailable
from shared.queues.memory import MemoryQueues
from tests.application.memory import Memory
from tests.dead_letters.scene import QUEUE, Diary, Scene
from tests.given import NOW

ALL = Selection(NOW + timedelta(hours=1))


class ShutQueues(MemoryQueues):
    """A queue service that refuses some times first."""

    def __init__(self, times: int) -> None:
        super().__init__()
        self.times = times

    async def send(self, *message):
        self.times -= 1
        if self.times >= 0:
            raise StoreUnavailable("down")
        await super().send(*message)


class Picky(Diary):
    """An owner with a fault of its own."""

    async def redriven(self, text):
        if text == "odd":
            raise ZeroDivisionError
        await super().redriven(text)


async def test_the_exact_text_is_sent_for_a_fortnight_after_its_owner_heard_of_it():
    scene = Scene()
    text = ' {"a":"𝄞"}\r\n'
    await scene.file(text)
    letter = await scene.redrives.one("m-1", "task", "ops")
    (sent,) = scene.memory.queues.sent[QUEUE]
    assert (sent.text, sent.life, LIFE) == (text, LIFE, timedelta(days=14))
    assert scene.diary.told[-1] == ("redriven", text)
    assert (letter.status, letter.resolution and letter.resolution.by) == (Status.REDRIVEN, "ops")
    assert letter.claim is None


async def test_the_same_task_again_sends_nothing_again_and_another_is_refused():
    scene = Scene()
    await scene.file()
    first = await scene.redrives.one("m-1", "task", "ops")
    assert await scene.redrives.one("m-1", "task", "ops") == first
    with pytest.raises(DeadLetterResolved):
        await scene.redrives.one("m-1", "other", "ops")
    assert scene.sent == ["text"]


async def test_of_two_operators_at_once_one_wins():
    scene = Scene()
    await scene.file()
    ends = await asyncio.gather(
        *(scene.redrives.one("m-1", f"task-{n}", "ops") for n in range(5)), return_exceptions=True
    )
    lost = [end for end in ends if isinstance(end, DeadLetterClaimed | DeadLetterResolved)]
    assert (len(lost), scene.sent) == (4, ["text"])


async def test_a_claim_holds_as_long_as_somebody_may_be_at_it():
    scene = Scene()
    await scene.file()
    await scene.letters.change("m-1", scene.redrives._claimed("dead", "ops"))
    scene.clock.forward(seconds=CLAIM.total_seconds() - 1)
    with pytest.raises(DeadLetterClaimed):
        await scene.redrives.one("m-1", "task", "ops")
    assert await scene.listed(status=Status.WAITING) == ["m-1"]
    scene.clock.forward(seconds=1)
    assert (await scene.redrives.one("m-1", "task", "ops")).status is Status.REDRIVEN


async def test_a_letter_that_could_not_be_sent_is_free_again_at_once():
    scene = Scene(Memory(queues=ShutQueues(1)))
    await scene.file()
    with pytest.raises(StoreUnavailable):
        await scene.redrives.one("m-1", "task", "ops")
    assert (await scene.letters.get("m-1")).claim is None
    await scene.redrives.one("m-1", "other", "ops")
    assert scene.sent == ["text"]


async def test_there_is_nothing_to_send_of_a_letter_nobody_knows():
    with pytest.raises(DeadLetterNotFound):
        await Scene().redrives.one("m-1", "task", "ops")


async def test_what_fails_again_is_another_letter_that_names_the_first():
    scene = Scene()
    await scene.file("text", "m-1")
    scene.clock.forward(hours=1)
    await scene.redrives.one("m-1", "task", "ops")
    scene.clock.forward(hours=1)
    await scene.fail("text", 1)
    again = await scene.file("text", "m-2")
    assert (again.earlier_id, again.dequeue_count, again.first_failure_at) == (
        "m-1",
        1,
        scene.clock.now,
    )
    scene.clock.forward(hours=1)
    await scene.redrives.one("m-2", "other", "ops")
    scene.clock.forward(hours=1)
    assert (await scene.file("text", "m-3")).earlier_id == "m-2"


async def test_the_failures_of_the_life_before_do_not_count_for_this_one():
    scene = Scene()
    await scene.fail("text", 3)
    await scene.file("text", "m-1")
    scene.clock.forward(hours=1)
    await scene.redrives.one("m-1", "task", "ops")
    scene.clock.forward(hours=1)
    again = await scene.file("text", "m-2")  # killed at each attempt: nothing was noted
    assert (again.earlier_id, again.reason.code, again.dequeue_count) == ("m-1", "unknown", None)


async def test_an_equal_text_that_was_moved_before_the_redrive_did_not_come_from_it():
    scene = Scene()
    await scene.fail("text", 3)
    await scene.file("text", "m-1")
    scene.clock.forward(hours=1)
    await scene.redrives.one("m-1", "task", "ops")
    twin = await scene.file("text", "m-2", inserted_at=NOW)
    assert (twin.earlier_id, twin.reason.code) == (None, "press_jammed")


async def test_a_page_sends_what_was_selected_and_says_where_the_next_one_begins():
    scene = Scene()
    for number in range(5):
        await scene.file(f"text {number}", f"m-{number}")
        scene.clock.forward(minutes=1)
    first, cursor = await scene.redrives.some(ALL, None, 3, "task", "ops")
    second, end = await scene.redrives.some(ALL, cursor, 3, "task", "ops")
    assert (first, second, end) == (Tally(redriven=3), Tally(redriven=2), None)
    assert sorted(scene.sent) == [f"text {number}" for number in range(5)]
    assert await scene.redrives.count("task") == 5


async def test_what_was_filed_after_the_selection_waits():
    scene = Scene()
    await scene.file("early", "m-1")
    scene.clock.forward(minutes=1)
    await scene.file("late", "m-2")
    await scene.redrives.some(Selection(NOW + timedelta(minutes=1)), None, 9, "task", "ops")
    assert scene.sent == ["early"]


async def test_a_letter_filed_by_a_clock_that_was_ahead_waits_now_and_is_meant():
    scene = Scene()
    scene.clock.forward(days=365)
    await scene.file("ahead", "m-1")
    scene.clock.forward(days=-365)
    await scene.file("now", "m-2")
    scene.clock.forward(minutes=1)
    chosen = Selection(scene.clock.now)
    scene.clock.forward(minutes=1)
    await scene.file("since", "m-3")
    assert await _in_bulk(scene, chosen, 1) == Tally(redriven=2)
    assert sorted(scene.sent) == ["ahead", "now"]


async def test_letters_that_fail_again_at_once_are_not_sent_round_and_round():
    scene = Scene()
    for day in range(5):
        scene.clock.forward(days=365 - day)
        await scene.file(f"text {day}", f"m-{day}")
        scene.clock.forward(days=day - 365)
    chosen, scene.clock.now = Selection(scene.clock.now), scene.clock.now + timedelta(seconds=1)
    again = count(1)

    async def failed() -> None:
        await scene.file(scene.sent[-1], f"again-{next(again)}")

    assert await _in_bulk(scene, chosen, 1, failed) == Tally(redriven=5)
    assert len(await scene.listed(status=Status.WAITING)) == 5


async def _in_bulk(
    scene: Scene, chosen: Selection, limit: int, after: Callable[[], Awaitable[None]] | None = None
) -> Tally:
    """What all pages came to; after each that sent something, something may happen."""
    cursor, done = None, Tally()
    for _ in range(100):
        tally, cursor = await scene.redrives.some(chosen, cursor, limit, "task", "ops")
        ends = zip(astuple(done), astuple(tally), strict=True)
        done = Tally(*(before + now for before, now in ends))
        if after and tally.redriven:
            await after()
        if cursor is None:
            return done
    raise AssertionError("the pages never end")


async def test_only_the_letters_of_a_reason_and_a_queue_are_sent():
    scene = Scene()
    await scene.fail("jammed", 1)
    await scene.file("jammed", "m-1")
    await scene.file("unknown", "m-2")
    for chosen in (Selection(ALL.before, "other"), Selection(ALL.before, QUEUE, "press_jammed")):
        await scene.redrives.some(chosen, None, 9, "task", "ops")
    assert scene.sent == ["jammed"]


async def test_a_letter_in_other_hands_is_left_and_counted():
    scene = Scene()
    for name in ("a", "b"):
        await scene.file(name, name)
    await scene.letters.change("a", scene.redrives._claimed("other", "ops"))
    assert await scene.redrives.some(ALL, None, 9, "task", "ops") == (
        Tally(redriven=1, left=1),
        None,
    )


async def test_a_letter_that_breaks_its_owner_waits_on_and_holds_up_no_other(caplog):
    scene = Scene(diary=Picky())
    for text in ("a", "odd", "b"):
        await scene.file(text, text)
    tally, _ = await scene.redrives.some(ALL, None, 9, "task", "ops")
    assert (tally, sorted(scene.sent)) == (Tally(redriven=2, failed=1), ["a", "b"])
    assert await scene.listed(status=Status.WAITING) == ["odd"]
    assert "redrive_failed" in caplog.text


async def test_a_page_that_met_an_outage_goes_on_with_the_rest():
    scene = Scene(Memory(queues=ShutQueues(2)))
    for number in range(5):
        await scene.file(f"text {number}", f"m-{number}")
    with pytest.raises(StoreUnavailable):
        await scene.redrives.some(ALL, None, 9, "task", "ops")
    assert await scene.redrives.some(ALL, None, 9, "task", "ops") == (Tally(redriven=2), None)
    assert sorted(scene.sent) == [f"text {number}" for number in range(5)]
    assert await scene.redrives.count("task") == 5


async def test_many_letters_with_one_text_go_at_once():
    scene = Scene()
    for number in range(50):
        await scene.file("text", f"m-{number}")
    scene.clock.forward(minutes=1)
    tally, _ = await scene.redrives.some(ALL, None, 50, "task", "ops")
    assert tally == Tally(redriven=50)
    assert scene.sent == ["text"] * 50


class Crowd(Diary):
    """An owner that counts how many letters are told of and not yet settled."""

    def __init__(self) -> None:
        super().__init__()
        self.inside = self.most = 0

    async def redriven(self, text):
        self.inside += 1
        self.most = max(self.most, self.inside)
        for _ in range(20):
            await asyncio.sleep(0)
        self.inside -= 1


async def test_a_kill_in_a_page_can_double_five_letters_and_no_more():
    crowd = Crowd()
    scene = Scene(diary=crowd)
    for number in range(12):
        await scene.file(f"text {number}", f"m{number}")
    tally, _ = await scene.redrives.some(ALL, None, 50, "t", "me")
    assert (tally.redriven, len(scene.sent), crowd.most) == (12, 12, AT_ONCE)
