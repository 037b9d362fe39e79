"""Sessions: opened, looked at, told of by messages, and ended when they are over."""

import base64
import json
from datetime import timedelta

import pytest

from shared.application.failures import Reason
from shared.application.uploads.events import BadEvent
from shared.application.uploads.upload import UploadStatus
from shared.application.uploads.uploads import PATIENCE, REMEMBERED, Ended
from shared.eventstore.port import StoreUnavailable
from shared.names import PROCESSED, UPLOADS
from tests.uploads.scene import BROKEN, Scene
from tests.uploads.test_events import TRIGGER, cloud_event

WHY = Reason("internal", "it broke")
WAITING, EXPIRED = UploadStatus.WAITING, UploadStatus.EXPIRED


@pytest.fixture
def scene() -> Scene:
    return Scene()


def told(blob: str, **event: object) -> str:
    return json.dumps(cloud_event(blob, **event))


async def ended(scene: Scene, limit: int = 100) -> int:
    tried = await scene.uploads.expire_sessions(scene.memory.clock(), limit)
    assert tried.stuck == 0
    return tried.ended


async def test_a_session_waits_for_its_one_file(scene):
    upload = await scene.opened("u1")
    link = await scene.uploads.link_to_send(upload, upload.session.expires_at)
    assert (upload.status, upload.blob) == (WAITING, "u1/mug.jpg")
    assert "uploads/u1/mug.jpg?sp=c&" in link
    assert await scene.opened("u1") == upload


@pytest.mark.parametrize("is_base64", [False, True])
async def test_a_message_makes_it_ready(scene, is_base64):
    blob = await scene.sent()
    text = told(blob)
    await scene.uploads.hear(base64.b64encode(text.encode()).decode() if is_base64 else text)
    assert (await scene.upload()).status is UploadStatus.READY
    assert await scene.thumbnail(blob)


async def test_messages_in_the_wrong_order_and_too_often_make_no_difference(scene):
    await scene.put("a.jpg")
    old = told("a.jpg", data={"eTag": "b1"})
    await scene.put("a.jpg", BROKEN)
    new = told("a.jpg", data={"eTag": "b2"})
    for text in (new, old, new, old, old):
        await scene.uploads.hear(text)
    (listed,) = await scene.uploads.page(None, 10, None)
    assert listed.shown["error"]["code"] == "truncated"


async def test_a_message_that_tells_of_nothing_is_raised(scene):
    with pytest.raises(BadEvent):
        await scene.uploads.hear("junk")


async def test_a_session_whose_time_is_over_shows_so_before_anybody_ends_it(scene):
    await scene.opened()
    scene.memory.clock.forward(minutes=14)
    assert (await scene.upload()).status is WAITING
    scene.memory.clock.forward(minutes=1)
    assert (await scene.upload()).status is EXPIRED


async def test_a_file_that_came_in_time_keeps_its_session_from_expiring(scene):
    """Its event is late, or was lost; the cleanup finds it."""
    blob = await scene.sent()
    scene.memory.clock.forward(hours=1)
    assert (await scene.upload()).status is WAITING
    assert await ended(scene) == 1
    assert (await scene.upload()).status is UploadStatus.READY
    assert await scene.thumbnail(blob)


async def test_sessions_without_a_file_are_ended_page_by_page(scene):
    for number in range(7):
        await scene.opened(f"u{number}")
    scene.memory.clock.forward(minutes=10)
    await scene.opened("young")
    scene.memory.clock.forward(minutes=5)
    assert [await ended(scene, limit=3) for _ in range(4)] == [3, 3, 1, 0]
    assert (await scene.upload("young")).status is WAITING
    assert (await scene.upload("u0")).status is EXPIRED


async def test_expired_sessions_are_remembered_for_a_week(scene):
    await scene.opened()
    scene.memory.clock.forward(minutes=15)
    assert await ended(scene) == 1
    scene.memory.clock.now += REMEMBERED - timedelta(seconds=1)
    assert await ended(scene) == 0
    scene.memory.clock.forward(seconds=1)
    assert [await ended(scene), await ended(scene)] == [1, 0]
    assert await scene.uploads.find("u1") is None


async def test_a_file_that_comes_after_its_session_was_ended_is_removed_and_said_so(scene):
    upload = await scene.opened()
    scene.memory.clock.forward(minutes=16)
    await ended(scene)
    await scene.put(upload.blob)
    await scene.uploads.hear(told(upload.blob))
    late = await scene.upload()
    assert (late.status, late.error.code) == (EXPIRED, "uploaded_too_late")
    assert await scene.memory.blobs.head(UPLOADS, upload.blob) is None
    assert await scene.thumbnail(upload.blob) is None
    await scene.uploads.hear(told(upload.blob))
    assert await scene.upload() == late


async def test_a_late_file_that_is_replaced_before_it_is_removed_is_removed_all_the_same(scene):
    upload = await scene.opened()
    scene.memory.clock.forward(minutes=16)
    await ended(scene)
    await scene.put(upload.blob, BROKEN)
    scene.blobs = Interrupted(scene.memory.blobs, lambda: scene.put(upload.blob))
    late = await scene.processing.process(upload.blob)
    assert (late.status, late.error.code) == (EXPIRED, "uploaded_too_late")
    assert await scene.memory.blobs.head(UPLOADS, upload.blob) is None


async def test_a_file_whose_session_is_ended_under_the_workers_hands_is_too_late(scene):
    blob = await scene.sent()

    async def expire() -> None:
        await scene.register.change(await scene.upload(), lambda it: it.expired(it.changed_at))

    scene.blobs = Interrupted(scene.memory.blobs, expire)
    upload = await scene.processing.process(blob)
    assert (upload.status, upload.error.code) == (EXPIRED, "uploaded_too_late")


async def test_work_that_was_forgotten_is_done_a_day_later(scene):
    blob = await scene.sent()
    await scene.register.change(
        await scene.upload(), lambda it: it.begun("b1", scene.memory.clock())
    )
    scene.memory.clock.now += PATIENCE - timedelta(seconds=1)
    assert await ended(scene) == 0
    scene.memory.clock.forward(seconds=1)
    assert await ended(scene) == 1
    assert (await scene.upload()).status is UploadStatus.READY
    assert await scene.thumbnail(blob)


async def test_one_file_that_still_fails_does_not_keep_the_others(scene):
    for number in range(3):
        await scene.sent(upload_id=f"u{number}")
    scene.memory.clock.forward(hours=1)

    async def fail() -> None:
        raise RuntimeError("a decoder that is ill")

    scene.decoder.meanwhile = [fail]
    now = scene.memory.clock()
    assert await scene.uploads.expire_sessions(now, 100) == Ended(ended=2, stuck=1)
    assert await ended(scene) == 0


async def test_files_that_fail_count_as_tried_and_are_left_for_a_day(scene):
    """Each may take a minute, and one call has a few."""
    for number in range(7):
        await scene.sent(upload_id=f"u{number}")
    scene.memory.clock.forward(days=2)

    async def fail() -> None:
        raise RuntimeError("a decoder that is ill")

    async def tried() -> list[int]:
        scene.decoder.meanwhile, scene.decoder.made = [fail] * 20, []
        now = scene.memory.clock()
        return [(await scene.uploads.expire_sessions(now, 3)).stuck for _ in range(4)]

    assert await tried() == [3, 3, 1, 0]
    assert len(scene.decoder.made) == 7
    assert await tried() == [0, 0, 0, 0]
    scene.memory.clock.forward(days=1)
    assert await tried() == [3, 3, 1, 0]
    scene.memory.clock.forward(days=1)
    scene.decoder.meanwhile = []
    assert await ended(scene) == 7


async def test_an_outage_is_raised_for_the_cleanup_to_see(scene):
    await scene.sent()
    scene.memory.clock.forward(hours=1)

    async def fail() -> None:
        raise StoreUnavailable("down")

    scene.decoder.meanwhile = [fail]
    with pytest.raises(StoreUnavailable):
        await ended(scene)


@pytest.mark.parametrize("message", [cloud_event("u1/mug.jpg"), TRIGGER])
async def test_a_message_that_failed_for_good_shows_on_its_upload(scene, message):
    text = json.dumps(message | {"BlobName": "u1/mug.jpg"})
    await scene.sent()
    for _ in range(2):
        await scene.uploads.dead_lettered(text, WHY)
        upload = await scene.upload()
        assert (upload.status, upload.error) == (UploadStatus.DEAD_LETTERED, WHY)
    for _ in range(2):
        await scene.uploads.redriven(text)
        assert (await scene.upload()).status is UploadStatus.PROCESSING
    await scene.uploads.hear(text)
    assert (await scene.upload()).status is UploadStatus.READY


async def test_a_message_that_failed_late_does_not_undo_what_another_did(scene):
    blob = await scene.sent()
    await scene.uploads.hear(told(blob))
    ready = await scene.upload()
    await scene.uploads.dead_lettered(told(blob), WHY)
    await scene.uploads.redriven(told(blob))
    assert await scene.upload() == ready


async def test_a_file_that_nobody_announced_is_accounted_for_when_its_message_failed(scene):
    await scene.put("stray.jpg")
    await scene.uploads.dead_lettered(told("stray.jpg"), WHY)
    await scene.uploads.dead_lettered(told("gone.jpg"), WHY)
    listed = await scene.uploads.page(UploadStatus.DEAD_LETTERED, 10, None)
    assert [row.shown["fileName"] for row in listed] == ["stray.jpg"]
    await scene.uploads.redriven(told("gone.jpg"))
    assert len(await scene.uploads.page(None, 10, None)) == 1


async def test_a_file_too_large_for_the_host_to_hand_out_is_rejected_and_not_a_mystery(scene):
    """Over 512 MiB the local host gives up before any function sees the blob."""
    blob = await scene.sent(b"x" * 100_001)
    for _ in range(2):
        await scene.uploads.dead_lettered(told(blob), WHY)
        upload = await scene.upload()
        assert (upload.status, upload.error.code) == (UploadStatus.REJECTED, "too_large")


async def test_a_dead_letter_whose_file_is_gone_ends_as_rejected(scene):
    blob = await scene.sent()
    await scene.uploads.dead_lettered(told(blob), WHY)
    await scene.memory.blobs.remove(UPLOADS, blob)
    await scene.uploads.redriven(told(blob))
    await scene.uploads.hear(told(blob))
    assert (await scene.upload()).error.code == "file_gone"


@pytest.mark.parametrize("text", ["junk", "{}", "[]", json.dumps({"jobId": "j"}), "\0"])
async def test_what_is_not_about_an_upload_is_nobodys_business_here(scene, text):
    await scene.uploads.dead_lettered(text, WHY)
    await scene.uploads.redriven(text)
    assert await scene.uploads.page(None, 10, None) == []


async def test_a_message_with_a_hostile_name_asks_the_storage_nothing(scene):
    scene.blobs = object()  # whoever asks it anything fails
    text = json.dumps(TRIGGER | {"BlobName": "../exports/orders/job-1.csv"})
    await scene.uploads.dead_lettered(text, WHY)
    await scene.uploads.redriven(text)
    with pytest.raises(BadEvent):
        await scene.uploads.hear(text)


async def test_a_look_is_good_for_some_minutes(scene):
    upload = await scene.opened()
    link = await scene.uploads.link_to_look(upload, thumbnail=True)
    assert f"{PROCESSED}/thumbnails/u1/mug.jpg?sp=r&se=2026-11-23T09:05:00" in link


class Interrupted:
    """Blobs whose first look is followed by something else."""

    def __init__(self, inner, meanwhile):
        self._inner, self._meanwhile = inner, [meanwhile]

    def __getattr__(self, name):
        return getattr(self._inner, name)

    async def head(self, container, name):
        found = await self._inner.head(container, name)
        if self._meanwhile:
            await self._meanwhile.pop()()
        return found
