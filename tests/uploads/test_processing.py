"""What becomes of a file, whatever else happens at the same time."""

from dataclasses import replace

import pytest

from shared.application.failures import Reason
from shared.application.uploads.processing import BlobRestless
from shared.application.uploads.upload import LONGEST_NAME, UploadStatus, unannounced
from shared.eventstore.port import StoreUnavailable
from shared.images.isolated import DecoderFailed
from shared.images.thumbnail import thumbnail
from shared.names import PROCESSED, UPLOADS
from tests.images.samples import file_of, jpeg, photo
from tests.uploads.scene import BROKEN, GOOD, Scene

READY, REJECTED = UploadStatus.READY, UploadStatus.REJECTED


@pytest.fixture
def scene() -> Scene:
    return Scene()


async def test_a_good_file_gets_a_thumbnail_and_is_ready(scene):
    blob = await scene.sent()
    upload = await scene.processing.process(blob)
    assert (upload.status, upload.error) == (READY, None)
    assert await scene.thumbnail("u1/mug.jpg") == thumbnail(GOOD).content
    info = await scene.memory.blobs.head(PROCESSED, "thumbnails/u1/mug.jpg")
    assert info.content_type == "image/jpeg"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (BROKEN, "truncated"),
        (b"<html>", "not_an_image"),
        (file_of(photo(), "PNG"), "type_mismatch"),
        (GOOD + b"x" * 100_000, "too_large"),
    ],
)
async def test_a_bad_file_is_rejected_with_its_reason_and_not_raised(scene, content, code):
    blob = await scene.sent(content)
    upload = await scene.processing.process(blob)
    assert upload.status is REJECTED
    assert upload.error.code == code
    assert await scene.thumbnail(blob) is None
    assert await scene.memory.blobs.head(UPLOADS, blob)


async def test_a_file_over_the_limit_is_not_even_read(scene):
    scene.blobs = Unreadable(scene.memory.blobs)
    blob = await scene.sent(b"x" * 100_001)
    assert (await scene.processing.process(blob)).error.code == "too_large"


async def test_a_file_that_was_sent_encoded_is_refused_unread(scene):
    """It may be 300 MB once it is decoded, and what a browser makes of it is not what we saw."""
    scene.blobs = Unreadable(Encoded(scene.memory.blobs))
    blob = await scene.sent()
    upload = await scene.processing.process(blob)
    assert (upload.status, upload.error.code) == (REJECTED, "encoded")
    assert "(gzip)" in upload.error.detail


async def test_a_file_that_grew_after_the_first_look_is_not_read_to_its_end(scene):
    blob = await scene.sent()
    scene.blobs = Growing(scene.memory.blobs)
    assert (await scene.processing.process(blob)).error.code == "too_large"


@pytest.mark.parametrize("content", [GOOD, BROKEN])
async def test_events_that_come_again_change_nothing(scene, content):
    blob = await scene.sent(content)
    first = await scene.processing.process(blob)
    etag = first.etag
    scene.memory.clock.forward(hours=1)
    for told in (etag, None, etag):
        assert await scene.processing.process(blob, told) == first
    assert len(scene.decoder.made) == (1 if content == GOOD else 0)


async def test_a_file_that_nobody_announced_is_dealt_with_just_so(scene):
    await scene.put("summer/beach.jpg")
    await scene.put("notes.txt", b"buy milk")
    beach = await scene.processing.process("summer/beach.jpg")
    notes = await scene.processing.process("notes.txt")
    assert (beach.status, beach.session, beach.file_name) == (READY, None, "summer/beach.jpg")
    assert (notes.status, notes.error.code) == (REJECTED, "not_an_image")
    assert await scene.thumbnail("summer/beach.jpg")
    assert {row.shown["fileName"] for row in await scene.uploads.page(None, 10, None)} == {
        "summer/beach.jpg",
        "notes.txt",
    }


async def test_no_two_files_share_a_thumbnail(scene):
    names = ("a.jpg", "x/a.jpg", "y/a.jpg", "a.jpeg", "A.jpg", "thumbnails/a.jpg")
    contents = {name: jpeg(100 + at, 50) for at, name in enumerate(names)}
    for name, content in contents.items():
        await scene.put(name, content)
        await scene.processing.process(name)
    for name, content in contents.items():
        assert await scene.thumbnail(name) == thumbnail(content).content


async def test_a_file_beside_the_one_of_a_session_is_not_the_sessions(scene):
    await scene.opened("u1")
    await scene.put("u1/other.jpg")
    other = await scene.processing.process("u1/other.jpg")
    assert other.session is None
    assert (await scene.upload("u1")).status is UploadStatus.WAITING


async def test_an_event_of_a_file_that_is_not_there_does_nothing(scene):
    assert await scene.processing.process("never.jpg") is None
    await scene.opened("u1")
    assert (await scene.processing.process("u1/mug.jpg")).status is UploadStatus.WAITING
    assert len(await scene.uploads.page(None, 10, None)) == 1


async def test_a_file_that_is_removed_while_it_is_worked_on_is_rejected(scene):
    blob = await scene.sent()
    scene.decoder.meanwhile = [lambda: scene.memory.blobs.remove(UPLOADS, blob)]
    upload = await scene.processing.process(blob)
    assert (upload.status, upload.error.code) == (REJECTED, "file_gone")


async def test_a_file_that_vanishes_before_it_is_read_is_rejected(scene):
    blob = await scene.sent()
    scene.blobs = Vanishing(scene.memory.blobs)
    upload = await scene.processing.process(blob)
    assert (upload.status, upload.error.code) == (REJECTED, "file_gone")


async def test_a_file_that_is_removed_afterwards_stays_what_it_was(scene):
    blob = await scene.sent()
    await scene.processing.process(blob)
    await scene.memory.blobs.remove(UPLOADS, blob)
    assert (await scene.processing.process(blob)).status is READY


async def test_a_file_that_is_replaced_gets_another_thumbnail(scene):
    await scene.put("a.jpg", jpeg(300, 200))
    await scene.processing.process("a.jpg")
    await scene.put("a.jpg", jpeg(200, 300))
    await scene.processing.process("a.jpg")
    assert await scene.thumbnail("a.jpg") == thumbnail(jpeg(200, 300)).content


async def test_a_bad_file_in_place_of_a_good_one_takes_its_thumbnail_away(scene):
    await scene.put("a.jpg")
    await scene.processing.process("a.jpg")
    await scene.put("a.jpg", BROKEN)
    assert (await scene.processing.process("a.jpg")).status is REJECTED
    assert await scene.thumbnail("a.jpg") is None
    await scene.put("a.jpg")
    assert (await scene.processing.process("a.jpg")).status is READY
    assert await scene.thumbnail("a.jpg")


async def test_a_file_that_is_replaced_while_it_is_worked_on_is_done_once_more(scene):
    await scene.put("a.jpg", jpeg(300, 200))
    scene.decoder.meanwhile = [lambda: scene.put("a.jpg", jpeg(200, 300))]
    upload = await scene.processing.process("a.jpg")
    assert upload.status is READY
    assert await scene.thumbnail("a.jpg") == thumbnail(jpeg(200, 300)).content


async def test_a_slow_worker_does_not_bring_back_the_past(scene):
    """It was overtaken by the worker of the next version, and writes last."""
    await scene.put("a.jpg", jpeg(300, 200))

    async def overtaken() -> None:
        await scene.put("a.jpg", jpeg(200, 300))
        await scene.processing.process("a.jpg")

    scene.decoder.meanwhile = [overtaken]
    upload = await scene.processing.process("a.jpg")
    info = await scene.memory.blobs.head(UPLOADS, "a.jpg")
    assert (upload.status, upload.etag) == (READY, info.etag)
    assert await scene.thumbnail("a.jpg") == thumbnail(jpeg(200, 300)).content


async def test_the_late_event_of_a_version_that_passed_makes_the_thumbnail_anew(scene):
    """Its first worker may have died after it wrote the old thumbnail over the new one."""
    old = await scene.put("a.jpg", jpeg(300, 200))
    new = await scene.put("a.jpg", jpeg(200, 300))
    await scene.processing.process("a.jpg", new)
    await scene.memory.blobs.write(
        PROCESSED, "thumbnails/a.jpg", thumbnail(jpeg(300, 200)).content, "image/jpeg"
    )
    await scene.processing.process("a.jpg", old)
    assert await scene.thumbnail("a.jpg") == thumbnail(jpeg(200, 300)).content


async def test_a_file_that_never_rests_is_tried_again_later(scene):
    await scene.put("a.jpg")
    scene.decoder.meanwhile = [lambda: scene.put("a.jpg")] * 5
    with pytest.raises(BlobRestless):
        await scene.processing.process("a.jpg")
    assert (await scene.processing.process("a.jpg")).status is READY


@pytest.mark.parametrize("fault", [DecoderFailed("gone"), StoreUnavailable("down")])
async def test_a_fault_that_passes_is_raised_and_the_next_try_succeeds(scene, fault):
    blob = await scene.sent()

    async def fail() -> None:
        raise fault

    scene.decoder.meanwhile = [fail]
    with pytest.raises(type(fault)):
        await scene.processing.process(blob)
    assert (await scene.upload()).status is UploadStatus.PROCESSING
    assert (await scene.processing.process(blob)).status is READY


async def test_a_dead_letter_that_was_sent_again_is_dealt_with(scene):
    blob = await scene.sent()
    await scene.register.change(
        await scene.upload(),
        lambda it: it.dead_lettered(Reason("internal", "x"), scene.memory.clock()),
    )
    assert (await scene.processing.process(blob)).status is READY


async def test_a_name_that_leaves_no_room_for_its_thumbnails_is_refused(scene):
    for length, status in ((LONGEST_NAME, READY), (LONGEST_NAME + 1, REJECTED)):
        blob = "n" * (length - 4) + ".jpg"
        await scene.put(blob)
        assert (await scene.processing.process(blob)).status is status


@pytest.mark.parametrize(
    "blob", ["Größe 100%.jpg", "照片/猫 🐈.png", "a?b#c&d.jpg", "a//b", "x'y\"z"]
)
async def test_a_file_may_be_called_anything(scene, blob):
    await scene.put(blob)
    assert (await scene.processing.process(blob)).status is READY
    assert await scene.thumbnail(blob)


def test_the_record_of_a_file_that_nobody_announced_has_one_id_for_ever():
    upload = unannounced("summer/beach.jpg", *[Scene().memory.clock()] * 2)
    assert upload.upload_id == "blob-4ce8c6711d3306516683a3d21501b2b300bd5b5a"


class Wrapped:
    """Blobs, some of whose methods do something else."""

    def __init__(self, inner):
        self._inner = inner

    def __getattr__(self, name):
        return getattr(self._inner, name)


class Unreadable(Wrapped):
    async def read(self, *_):
        raise AssertionError("nobody should read this")


class Encoded(Wrapped):
    async def head(self, container, name):
        info = await self._inner.head(container, name)
        return info and replace(info, encoding="gzip")


class Growing(Wrapped):
    async def read(self, _container, _name, most):
        return b"x" * most


class Vanishing(Wrapped):
    async def read(self, container, name, _most):
        await self._inner.remove(container, name)
