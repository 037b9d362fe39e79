"""The job that makes every thumbnail anew."""

from dataclasses import dataclass, field

import pytest

from shared.application.jobs.work import BadPayload, GoOn
from shared.application.regenerate_images import PAGE, RegenerateImages
from shared.eventstore.port import StoreUnavailable
from shared.images.thumbnail import thumbnail
from shared.names import PROCESSED, UPLOADS
from shared.plain import Json
from tests.uploads.scene import BROKEN, GOOD, Scene


@dataclass
class Slice:
    """A slice of a job that is over after some reports."""

    checkpoint: Json | None = None
    reports: int = 1000
    shares: list[float] = field(default_factory=list)
    job_id: str = "job-1"
    attempt: int = 1

    async def report(self, progress: float, checkpoint: Json | None) -> None:
        self.shares.append(progress)
        self.checkpoint = checkpoint

    def is_over_time(self) -> bool:
        return len(self.shares) >= self.reports


@dataclass
class Impatient(Slice):
    """A slice that is over after every file."""

    def is_over_time(self) -> bool:
        return True


async def nothing() -> None:
    return None


async def ill() -> None:
    raise RuntimeError("a decoder that is ill")


@pytest.fixture
def scene() -> Scene:
    return Scene()


def work(scene: Scene) -> RegenerateImages:
    return RegenerateImages(scene.processing, scene.blobs or scene.memory.blobs)


async def spoilt(scene: Scene, count: int) -> None:
    """Uploads that are ready, and whose thumbnails somebody has spoilt."""
    for number in range(count):
        blob = f"image-{number:03d}.jpg"
        await scene.put(blob)
        await scene.processing.process(blob)
        await scene.memory.blobs.write(PROCESSED, f"thumbnails/{blob}", b"spoilt", "image/jpeg")


async def test_it_makes_every_thumbnail_anew(scene):
    await spoilt(scene, 3)
    await scene.put("broken.jpg", BROKEN)
    run = Slice()
    result = await work(scene).run({"prefix": ""}, run)
    assert result == {"images": 4, "ready": 3, "rejected": 1, "gone": 0, "failed": 0}
    assert run.shares == [1.0]
    for number in range(3):
        assert await scene.thumbnail(f"image-{number:03d}.jpg") == thumbnail(GOOD).content


async def test_it_leaves_alone_what_does_not_begin_so(scene):
    await spoilt(scene, 3)
    result = await work(scene).run({"prefix": "image-001"}, Slice())
    assert result["images"] == 1
    assert await scene.thumbnail("image-000.jpg") == b"spoilt"


async def test_slice_by_slice_it_does_the_same(scene):
    total = 2 * PAGE + 5
    await spoilt(scene, total)
    scene.decoder.made.clear()
    run, slices = Slice(reports=1), 1
    while True:
        try:
            result = await work(scene).run({"prefix": ""}, run)
        except GoOn:
            run = Slice(run.checkpoint, reports=1)
            slices += 1
        else:
            break
    assert (result["ready"], slices) == (total, 3)
    assert len(scene.decoder.made) == total
    again = await work(scene).run({"prefix": ""}, Slice(run.checkpoint))
    assert again == result
    assert len(scene.decoder.made) == total


async def test_after_a_fault_it_goes_on_from_the_last_page(scene):
    await spoilt(scene, PAGE + 2)
    scene.decoder.made.clear()

    async def fail() -> None:
        raise StoreUnavailable("down")

    scene.decoder.meanwhile = [nothing] * PAGE + [fail]
    run = Slice()
    with pytest.raises(StoreUnavailable):
        await work(scene).run({"prefix": ""}, run)
    result = await work(scene).run({"prefix": ""}, Slice(run.checkpoint))
    assert result["ready"] == PAGE + 2
    assert len(scene.decoder.made) == PAGE + 2 + 1


async def test_a_file_that_fails_is_counted_and_told_and_the_others_get_theirs(scene, caplog):
    await spoilt(scene, PAGE + 2)
    scene.decoder.meanwhile = [nothing, ill]
    result = await work(scene).run({"prefix": ""}, Slice())
    assert result == {"images": PAGE + 2, "ready": PAGE + 1, "rejected": 0, "gone": 0, "failed": 1}
    assert "image-001.jpg could not be made anew" in caplog.text
    assert await scene.thumbnail("image-001.jpg") == b"spoilt"


async def test_a_slice_ends_within_a_page_and_the_next_goes_on_there(scene):
    """A hostile file takes the decoder up to a minute, and a page has twenty."""
    await spoilt(scene, PAGE + 2)
    scene.decoder.made.clear()
    run, slices = Impatient(), 1
    while True:
        try:
            result = await work(scene).run({"prefix": ""}, run)
        except GoOn:
            run = Impatient(run.checkpoint)
            slices += 1
        else:
            break
    assert (result["ready"], slices) == (PAGE + 2, PAGE + 2)
    assert len(scene.decoder.made) == PAGE + 2


async def test_no_file_is_missed_when_the_one_before_it_is_removed_between_slices(scene):
    await spoilt(scene, 3)
    run = Impatient()
    with pytest.raises(GoOn):
        await work(scene).run({"prefix": ""}, run)
    await scene.memory.blobs.remove(UPLOADS, "image-000.jpg")
    await work(scene).run({"prefix": ""}, Slice(run.checkpoint))
    for number in (1, 2):
        assert await scene.thumbnail(f"image-{number:03d}.jpg") == thumbnail(GOOD).content


async def test_a_good_thumbnail_stays_seen_while_it_is_made_anew(scene):
    blob = await scene.sent(sku=None)
    ready = await scene.processing.process(blob)

    async def look() -> None:
        assert await scene.upload() == ready

    scene.decoder.meanwhile = [look]
    await work(scene).run({"prefix": ""}, Slice())
    assert await scene.upload() == ready


async def test_a_shop_without_images_is_done_at_once(scene):
    run = Slice()
    result = await work(scene).run({"prefix": ""}, run)
    assert (result["images"], run.shares) == (0, [1.0])


@pytest.mark.parametrize("payload", [{"prefix": 7}, {"prefix": "x" * 1025}, {"width": 300}])
def test_a_payload_with_faults_is_refused(scene, payload):
    with pytest.raises(BadPayload):
        work(scene).read(payload)


@pytest.mark.parametrize("payload", [{}, {"prefix": None}, {"prefix": ""}])
def test_without_a_prefix_it_is_about_all(scene, payload):
    assert work(scene).read(payload) == {"prefix": ""}
