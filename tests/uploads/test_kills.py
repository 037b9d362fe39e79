"""A worker that dies at any request leaves nothing that its next try does not mend."""

from dataclasses import replace

import pytest

from shared.application.uploads.upload import UploadStatus
from shared.images.thumbnail import thumbnail
from tests.application.memory import Memory
from tests.application.mortal import Died, Mortal
from tests.images.samples import jpeg
from tests.uploads.scene import BROKEN, GOOD, Scene

REQUESTS = 12  # more than the work makes


def mortal(scene: Scene, dies: int, *, after: bool) -> Scene:
    """The same world for a worker that dies at its nth request to any storage."""
    left = [dies]
    memory = scene.memory
    dying = replace_records(memory, Mortal(memory.records, left, after=after))
    return replace(scene, memory=dying, blobs=Mortal(memory.blobs, left, after=after))


def replace_records(memory: Memory, records: object) -> Memory:
    dying = Memory(clock=memory.clock, records=records)
    dying.blobs = memory.blobs
    return dying


async def settle(scene: Scene, blob: str, told: str | None, dies: int, *, after: bool) -> bool:
    """Work, die, work again; whether it died at all."""
    died = False
    try:
        await mortal(scene, dies, after=after).processing.process(blob, told)
    except Died:
        died = True
    await scene.processing.process(blob, told)
    return died


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("dies", range(1, REQUESTS + 1))
@pytest.mark.parametrize("content", [GOOD, BROKEN])
async def test_an_announced_file(dies, after, content):
    scene = Scene()
    blob = await scene.sent(content)
    await settle(scene, blob, None, dies, after=after)
    good = content == GOOD
    assert (await scene.upload()).status is (UploadStatus.READY if good else UploadStatus.REJECTED)
    assert await scene.thumbnail(blob) == (thumbnail(GOOD).content if good else None)
    assert len(await scene.uploads.page(None, 10, None)) == 1


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("dies", range(1, REQUESTS + 1))
async def test_a_worker_that_was_overtaken_dies(dies, after):
    """The old version's worker dies while the new version's is done; its message comes again."""
    scene = Scene()
    first, second = jpeg(300, 200), jpeg(200, 300)
    old = await scene.put("a.jpg", first)

    async def overtaken() -> None:
        new = await scene.put("a.jpg", second)
        await scene.processing.process("a.jpg", new)

    scene.decoder.meanwhile = [overtaken]
    await settle(scene, "a.jpg", old, dies, after=after)
    if scene.decoder.meanwhile:  # it died before that
        scene.decoder.meanwhile = []
        await overtaken()
    assert await scene.thumbnail("a.jpg") == thumbnail(second).content
    (listed,) = await scene.uploads.page(None, 10, None)
    assert listed.shown["status"] == "ready"


async def test_the_work_is_over_before_the_last_of_these_deaths():
    scene = Scene()
    blob = await scene.sent()
    assert not await settle(scene, blob, None, REQUESTS, after=False)
