"""Uploaded files and thumbnails that belong to nothing go, and no file that somebody may want."""

from dataclasses import replace
from datetime import timedelta

import pytest

from shared.application.cleanup.old_blobs import OldBlobs
from shared.application.cleanup.suspects import Suspects
from shared.application.cleanup.sweep import Fate
from shared.application.cleanup.uploads import Sessions, Thumbnails, UploadedFiles
from shared.application.uploads.product_images import ProductImages
from shared.application.uploads.register import Register
from shared.application.uploads.upload import Session, Upload, UploadStatus, unannounced
from shared.blobs.port import BlobInfo
from shared.names import PROCESSED, UPLOADS
from tests.application.memory import Memory
from tests.cleanup.sweeping import names_in, put, swept
from tests.given import NOW
from tests.uploads.scene import BROKEN, GOOD
from tests.uploads.scene import Scene as UploadScene

DAY = timedelta(days=1)


def announced(status: UploadStatus) -> Upload:
    session = Session("cust-1", "image/jpeg", NOW + timedelta(minutes=15))
    return Upload(
        "upload-1", "upload-1/mug.jpg", "mug.jpg", NOW, NOW, session=session, status=status
    )


class Scene:
    def __init__(self) -> None:
        self.memory = Memory()
        self.register = Register(self.memory.wiring.records("uploads"))
        self.suspects = Suspects(self.memory.wiring.records("suspects"))

    async def swept(self) -> tuple[int, int]:
        judge = UploadedFiles(self.register, self.suspects).judge
        sweep = OldBlobs(self.memory.blobs, UPLOADS, DAY, judge)
        return await swept(sweep, self.memory.clock())

    async def left(self) -> list[str]:
        return await names_in(self.memory, UPLOADS)


@pytest.mark.parametrize("status", list(UploadStatus))
async def test_only_a_file_whose_session_expired_goes_at_once(status):
    scene = Scene()
    await scene.register.add(announced(status))
    await put(scene.memory, UPLOADS, "upload-1/mug.jpg")
    scene.memory.clock.forward(days=2)
    goes = status is UploadStatus.EXPIRED
    assert await scene.swept() == (int(goes), 0)
    assert await scene.left() == ([] if goes else ["upload-1/mug.jpg"])


async def test_a_file_that_came_without_a_session_stays_once_it_has_a_record():
    scene = Scene()
    seen = replace(unannounced("by-hand.png", NOW, NOW), status=UploadStatus.REJECTED)
    await scene.register.add(seen)
    await put(scene.memory, UPLOADS, "by-hand.png")
    for _ in range(5):
        scene.memory.clock.forward(days=2)
        assert await scene.swept() == (0, 0)


@pytest.mark.parametrize(("content", "ends"), [(GOOD, "ready"), (BROKEN, "rejected")])
async def test_a_file_nobody_knows_is_looked_at_once_two_runs_saw_it_so(content, ends):
    """Its event was lost."""
    scene = Scene()
    uploads = UploadScene(scene.memory)
    await uploads.put("stray.jpg", content)
    sessions = Sessions(uploads.uploads)
    scene.memory.clock.forward(days=3)
    for _ in range(2):  # the same run again, after a crash
        assert await scene.swept() == (0, 1)
        assert await swept(sessions, scene.memory.clock()) == (0, 0)
    scene.memory.clock.forward(days=1)
    assert await scene.swept() == (0, 0)
    assert await swept(sessions, scene.memory.clock()) == (1, 0)
    (listed,) = await scene.register.page("all", 10)
    assert (listed.shown["fileName"], listed.shown["status"]) == ("stray.jpg", ends)
    assert await scene.left() == ["stray.jpg"]


async def test_a_refused_file_goes_after_a_month_and_its_reason_stays():
    scene = Scene()
    uploads = UploadScene(scene.memory)
    blob = await uploads.sent(BROKEN)
    await uploads.processing.process(blob)
    scene.memory.clock.forward(days=29)
    assert await scene.swept() == (0, 0)
    scene.memory.clock.forward(days=1)
    assert await scene.swept() == (1, 0)
    assert await scene.left() == []
    upload = await uploads.upload()
    assert upload.error
    assert (upload.status, upload.error.code) == (UploadStatus.REJECTED, "truncated")


async def test_another_file_in_place_of_a_refused_one_does_not_go_with_it():
    scene = Scene()
    uploads = UploadScene(scene.memory)
    await uploads.put("a.jpg", BROKEN)
    await uploads.processing.process("a.jpg")
    await uploads.put("a.jpg")
    scene.memory.clock.forward(days=40)
    assert await scene.swept() == (0, 0)
    assert await scene.left() == ["a.jpg"]


async def test_a_file_whose_name_nobody_can_ask_for_stays_and_is_told():
    scene = Scene()
    blob = BlobInfo("a/../b.jpg", 1, "image/jpeg", "e", NOW)
    for age in (2, 4):
        at = NOW + age * DAY
        assert await UploadedFiles(scene.register, scene.suspects).judge(blob, at) is Fate.DOUBTFUL
        thumbnails = Thumbnails(scene.register, scene.memory.blobs)
        shown = replace(blob, name=f"thumbnails/{blob.name}")
        assert await thumbnails.judge(shown, at) is Fate.DOUBTFUL


async def test_files_that_fail_again_are_tried_a_few_in_a_page_and_in_doubt():
    scene = Scene()
    uploads = UploadScene(scene.memory)
    for number in range(5):
        await uploads.sent(upload_id=f"u{number}")
    scene.memory.clock.forward(days=2)

    async def fail() -> None:
        raise RuntimeError("a decoder that is ill")

    uploads.decoder.meanwhile = [fail] * 5
    sessions = Sessions(uploads.uploads)
    page = await sessions.page(scene.memory.clock(), None, 100)
    assert (page.count, page.doubtful, len(uploads.decoder.made)) == (0, 3, 3)
    assert await swept(sessions, scene.memory.clock()) == (0, 2)


async def test_a_product_does_not_show_an_image_whose_thumbnail_went_with_its_file():
    scene = Scene()
    uploads = UploadScene(scene.memory)
    blob = await uploads.sent(sku="MUG")
    await uploads.processing.process(blob)
    await scene.memory.blobs.remove(UPLOADS, blob)
    images = ProductImages(scene.register)
    assert len(await images.of("MUG")) == 1
    scene.memory.clock.forward(days=2)
    judge = Thumbnails(scene.register, scene.memory.blobs).judge
    sweep = OldBlobs(scene.memory.blobs, PROCESSED, DAY, judge)
    assert await swept(sweep, scene.memory.clock()) == (1, 0)
    assert await images.of("MUG") == []
    upload = await uploads.upload()
    assert upload.error
    assert (upload.status, upload.error.code) == (UploadStatus.REJECTED, "file_gone")


async def test_one_that_is_known_by_the_second_look_stays():
    """The host was down for days: the cleanup it missed runs beside the triggers it missed."""
    scene = Scene()
    await put(scene.memory, UPLOADS, "late.png")
    scene.memory.clock.forward(days=3)
    assert await scene.swept() == (0, 1)
    await scene.register.add(unannounced("late.png", NOW, NOW))
    scene.memory.clock.forward(days=1)
    assert await scene.swept() == (0, 0)
    assert await scene.left() == ["late.png"]


async def test_another_version_is_another_suspect():
    scene = Scene()
    await put(scene.memory, UPLOADS, "stray.png")
    scene.memory.clock.forward(days=3)
    await scene.swept()
    await put(scene.memory, UPLOADS, "stray.png")
    scene.memory.clock.forward(days=3)
    assert await scene.swept() == (0, 1)


async def test_a_file_under_somebody_elses_id_is_not_covered_by_that_record():
    scene = Scene()
    await scene.register.add(announced(UploadStatus.READY))
    await put(scene.memory, UPLOADS, "upload-1/other.jpg")
    scene.memory.clock.forward(days=3)
    assert await scene.swept() == (0, 1)


async def test_notes_on_suspects_are_forgotten_in_time():
    scene = Scene()
    await put(scene.memory, UPLOADS, "a.png", "b.png", "c.png")
    scene.memory.clock.forward(days=3)
    await scene.swept()
    assert await scene.suspects.forget(NOW, 10) == 0
    later = scene.memory.clock() + DAY
    assert [await scene.suspects.forget(later, 2) for _ in range(3)] == [2, 1, 0]


async def test_a_thumbnail_goes_with_its_file():
    memory = Memory()
    register = Register(memory.wiring.records("uploads"))
    await put(memory, UPLOADS, "a/mug.jpg", "plain.png")
    names = ["thumbnails/a/mug.jpg", "thumbnails/gone.png", "thumbnails/plain.png", "other/x"]
    await put(memory, PROCESSED, *names, "thumbnails/")
    memory.clock.forward(days=2)
    sweep = OldBlobs(memory.blobs, PROCESSED, DAY, Thumbnails(register, memory.blobs).judge)
    assert await swept(sweep, memory.clock()) == (1, 2)
    assert "thumbnails/gone.png" not in await names_in(memory, PROCESSED)
    assert len(await names_in(memory, PROCESSED)) == 4
