"""A process dies at every request to the storage: no text is lost, and none is sent needlessly."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from itertools import count

import pytest

from shared.application.dead_letters import CLAIM, Status
from shared.application.dead_letters_redrive import Selection
from tests.application.memory import Memory
from tests.application.mortal import Died, Mortal
from tests.dead_letters.scene import Diary, Scene
from tests.given import NOW

Deed = Callable[[Scene], Awaitable[object]]
LETTERS = ("a", "b", "c")


def mortal(memory: Memory, diary: Diary, dies: list[int], *, after: bool) -> Scene:
    """A process on this storage that dies at the nth request."""
    fragile = Memory(
        records=Mortal(memory.records, dies, after=after),
        queues=Mortal(memory.queues, dies, after=after),
        clock=memory.clock,
    )
    return Scene(fragile, Mortal(diary, dies, after=after))


async def every_death(prepare: Deed, deed: Deed, *, after: bool):
    """Scenes of which each saw the deed die one request later than the one before."""
    for number in count(1):
        scene = Scene()
        await prepare(scene)
        dies = [number]
        try:
            await deed(mortal(scene.memory, scene.diary, dies, after=after))
        except Died:
            yield scene
        else:
            assert number > 4, "it asked its storage for less than it must"
            return


async def nothing(scene: Scene) -> None:
    return None


async def one_letter(scene: Scene) -> None:
    await scene.file()
    scene.diary.told.clear()


async def some_letters(scene: Scene) -> None:
    for each in LETTERS:
        await scene.file(each, each)


async def redrive(scene: Scene) -> None:
    await scene.redrives.one("m-1", "task", "ops")


async def redrive_all(scene: Scene) -> None:
    await scene.redrives.some(Selection(NOW + timedelta(days=1)), None, 9, "task", "ops")


@pytest.mark.parametrize("after", [False, True])
async def test_a_message_whose_filing_died_is_filed_once_when_it_comes_again(after):
    async def file(scene: Scene) -> None:
        await scene.fail("text", 1)
        await scene.file()

    async for scene in every_death(nothing, file, after=after):
        await scene.file()
        assert await scene.listed() == ["m-1"]
        assert ("dead_lettered", "text") in scene.diary.told


@pytest.mark.parametrize("after", [False, True])
async def test_the_same_request_again_goes_on_where_the_first_one_died(after):
    async for scene in every_death(one_letter, redrive, after=after):
        sent = len(scene.sent)
        resolved = (await scene.letters.get("m-1")).status is Status.REDRIVEN
        await redrive(scene)
        # Twice only where it was sent and the letter does not say so yet.
        assert len(scene.sent) == (sent if resolved else sent + 1) <= 2
        assert (await scene.letters.get("m-1")).status is Status.REDRIVEN
        assert scene.diary.told[0] == ("redriven", "text")


@pytest.mark.parametrize("after", [False, True])
async def test_anybody_else_goes_on_once_the_claim_is_old(after):
    async for scene in every_death(one_letter, redrive, after=after):
        resolved = (await scene.letters.get("m-1")).status is Status.REDRIVEN
        scene.clock.forward(seconds=CLAIM.total_seconds())
        if not resolved:
            await scene.redrives.one("m-1", "other", "ops")
        assert 1 <= len(scene.sent) <= 2
        assert await scene.listed(status=Status.REDRIVEN) == ["m-1"]


@pytest.mark.parametrize("after", [False, True])
async def test_a_page_whose_activity_died_runs_again_and_every_letter_is_sent(after):
    async for scene in every_death(some_letters, redrive_all, after=after):
        waiting = await scene.listed(status=Status.WAITING)
        known = len(scene.sent)
        await redrive_all(scene)
        assert set(scene.sent) == set(LETTERS)
        assert len(scene.sent) == known + len(waiting)
        assert await scene.redrives.count("task") == len(LETTERS)


@pytest.mark.parametrize("after", [False, True])
async def test_a_discard_that_died_is_made_again(after):
    async def discard(scene: Scene) -> None:
        await scene.filing.discard("m-1", "ops", "why")

    for number in (1, 2, 3):
        scene = Scene()
        await one_letter(scene)
        with pytest.raises(Died):
            await discard(mortal(scene.memory, scene.diary, [number], after=after))
        await discard(scene)
        assert await scene.listed(status=Status.DISCARDED) == ["m-1"]
        assert ("discarded", "text") in scene.diary.told
        assert scene.sent == []
