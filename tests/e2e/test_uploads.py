"""Files sent to a running host: by HTTP to storage, by events, and across a kill."""

import asyncio
import base64
import io
import json
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest
from PIL import Image

from shared.images.thumbnail import thumbnail
from shared.names import PROCESSED, UPLOAD_EVENTS, UPLOADS
from shared.settings import Settings
from shared.wiring import Wiring, wire
from tests.e2e.conftest import host_on
from tests.e2e.running_host import RunningHost
from tests.e2e.shop import Shop
from tests.images.samples import file_of, jpeg, noise
from tests.uploads.test_events import cloud_event
from workbench import azurite as emulator

pytestmark = pytest.mark.timeout(300)
PATIENCE = 90
QUICK = {
    "AzureFunctionsJobHost__extensions__queues__maxPollingInterval": "00:00:00.2",
    "AzureFunctionsJobHost__extensions__queues__visibilityTimeout": "00:00:01",
}
OVER = {"ready", "rejected", "expired", "dead_lettered"}
STRANGE = ["summer/Größe 100%.jpg", "照片/猫.jpg", "a?b#c&d.jpg", "deep/er/and/deeper.jpg"]


@dataclass
class Gallery:
    """A client of the host and of the storage behind it."""

    host: RunningHost
    shop: Shop
    session: aiohttp.ClientSession
    wiring: Wiring

    async def open(self, **more: Any) -> Any:
        body = {"fileName": "my mug.jpg", "contentType": "image/jpeg", **more}
        status, said = await self.shop.ask("POST", "/api/uploads", body)
        assert status == 201, said
        return said

    async def send(self, opened: Any, content: bytes) -> int:
        """Put a file where its session says; the status of the answer."""
        async with self.session.put(
            opened["uploadUrl"], data=io.BytesIO(content), headers=opened["uploadHeaders"]
        ) as answer:
            return answer.status

    async def over(self, upload_id: str) -> Any:
        """The upload, once it has come to its end."""
        return await self.once(upload_id, OVER)

    async def once(self, upload_id: str, statuses: set[str]) -> Any:
        """The upload, once it has one of these statuses."""
        deadline = time.monotonic() + PATIENCE
        while True:
            status, said = await self.shop.ask("GET", f"/api/uploads/{upload_id}")
            assert status == 200, said
            if said["status"] in statuses:
                return said
            assert time.monotonic() < deadline, f"{said}\n{self.host.output()}"

    async def see(self, path: str) -> tuple[int, bytes, str]:
        """Status, content and type of an image, wherever the way to it leads."""
        async with self.session.get(self.host.url + path) as answer:
            return answer.status, await answer.read(), answer.content_type

    async def listed(self, count: int) -> list[Any]:
        """Every upload, once as many have come to their end."""
        deadline = time.monotonic() + PATIENCE
        while True:
            _, said = await self.shop.ask("GET", "/api/uploads?limit=100")
            found = [each for each in said["items"] if each["status"] in OVER]
            if len(found) >= count:
                return found
            assert time.monotonic() < deadline, f"{said}\n{self.host.output()}"
            await asyncio.sleep(0.2)


@pytest.fixture
def storage() -> Iterator[str]:
    """An Azurite of its own: the names of queues and containers are fixed."""
    with emulator.in_memory() as connection:
        yield connection


@asynccontextmanager
async def gallery_at(storage: str, tmp_path: Any, **settings: str) -> AsyncIterator[Gallery]:
    host = host_on(storage, tmp_path / "log", **QUICK, **settings)
    wiring = wire(Settings(storage, table_prefix=host.setting("TABLE_PREFIX")))
    async with aiohttp.ClientSession() as session:
        host.start()
        try:
            await host.ready(session)
            yield Gallery(host, Shop(host.url, session), session, wiring)
        finally:
            await wiring.close()
            code = host.stop()
    assert code == 0, host.output()


async def test_a_file_is_sent_seen_and_shown_with_its_product(storage, tmp_path):
    async with gallery_at(storage, tmp_path) as gallery:
        await gallery.shop.stock("MUG", 5)
        opened, content = await gallery.open(sku="MUG"), jpeg(1200, 900)
        assert await gallery.send(opened, content) == 201
        # The link takes one file: it neither replaces nor shows it.
        assert await gallery.send(opened, jpeg()) in (403, 409)
        async with gallery.session.get(opened["uploadUrl"]) as answer:
            assert answer.status == 403
        ready = await gallery.over(opened["uploadId"])
        assert ready["status"] == "ready", ready
        seen = await gallery.see(ready["thumbnailUrl"])
        assert seen == (200, thumbnail(content).content, "image/jpeg")
        assert (await gallery.see(ready["originalUrl"]))[1] == content
        _, product = await gallery.shop.ask("GET", "/api/products/MUG")
        (image,) = product["images"]
        assert (image["name"], image["thumbnailUrl"]) == ("my mug.jpg", ready["thumbnailUrl"])

        broken = await gallery.open()
        await gallery.send(broken, content[: len(content) // 2])
        rejected = await gallery.over(broken["uploadId"])
        assert (rejected["status"], rejected["error"]["code"]) == ("rejected", "truncated")
        assert (await gallery.see(f"/api/uploads/{broken['uploadId']}/thumbnail"))[0] == 404


async def test_every_file_is_accounted_for_whatever_it_is_called(storage, tmp_path):
    async with gallery_at(storage, tmp_path) as gallery:
        blobs = gallery.wiring.blobs
        for name in STRANGE:
            await blobs.write(UPLOADS, name, jpeg(300, 200), "image/jpeg")
        await blobs.write(UPLOADS, "notes.txt", b"buy milk", "text/plain")
        await blobs.write(UPLOADS, "nothing.jpg", b"", "image/jpeg")
        found = {each["fileName"]: each for each in await gallery.listed(len(STRANGE) + 2)}
        assert {name: found[name]["status"] for name in STRANGE} == dict.fromkeys(STRANGE, "ready")
        assert found["notes.txt"]["error"]["code"] == "not_an_image"
        assert found["nothing.jpg"]["error"]["code"] == "empty"
        small = thumbnail(jpeg(300, 200)).content
        for name in STRANGE:
            assert await blobs.read(PROCESSED, f"thumbnails/{name}") == small
        assert len((await blobs.page(PROCESSED, "", None, 100)).blobs) == len(STRANGE)

        status, said = await gallery.shop.ask(
            "POST", "/api/jobs", {"type": "images.regenerate", "payload": {"prefix": "deep/"}}
        )
        assert status == 202, said
        deadline = time.monotonic() + PATIENCE
        while (job := (await gallery.shop.ask("GET", f"/api/jobs/{said['jobId']}"))[1])[
            "status"
        ] not in ("succeeded", "failed", "dead_lettered"):
            assert time.monotonic() < deadline, job
        assert job["result"] == {"images": 1, "ready": 1, "rejected": 0, "gone": 0, "failed": 0}


def events_of(blob: str, account: str) -> Sequence[str]:
    """The same event as it is, as Event Grid encodes it, and alone in an array."""
    event = cloud_event(blob, data={"url": f"{account}/{UPLOADS}/{blob}"})
    plain = json.dumps(event)
    return plain, base64.b64encode(plain.encode()).decode(), json.dumps([event])


async def test_an_event_does_what_a_found_blob_does_and_junk_is_put_aside(storage, tmp_path):
    # Where events come nobody looks for blobs: without its event no file is known.
    async with gallery_at(storage, tmp_path, UPLOAD_SOURCE="events") as gallery:
        opened = await gallery.open()
        await gallery.send(opened, jpeg(640, 480))
        account = opened["uploadUrl"].partition(f"/{UPLOADS}/")[0]
        for text in events_of(f"{opened['uploadId']}/my-mug.jpg", account):
            await gallery.wiring.queues.send(UPLOAD_EVENTS, text)
        await gallery.wiring.queues.send(UPLOAD_EVENTS, '{"id": "no", "event": "at all"}')
        assert (await gallery.over(opened["uploadId"]))["status"] == "ready"
        deadline = time.monotonic() + PATIENCE
        while not (letters := (await gallery.shop.ask("GET", "/api/dead-letters"))[1]["items"]):
            assert time.monotonic() < deadline, gallery.host.output()
            await asyncio.sleep(0.2)
        assert [(each["queue"], each["reason"]["code"]) for each in letters] == [
            (UPLOAD_EVENTS, "unreadable_message")
        ]


async def test_a_host_that_is_killed_at_its_work_leaves_no_file_behind(storage, tmp_path):
    contents = [file_of(noise(), "PNG"), jpeg(900, 600), jpeg(640, 480)[:5000]] * 3
    large = file_of(Image.effect_noise((3000, 2500), 90).convert("RGB"), "PNG", compress_level=1)
    async with gallery_at(storage, tmp_path, UPLOAD_MAX_BYTES="40000000") as gallery:
        # One that takes a second, so that the kill comes while its decoder runs.
        slow = await gallery.open(contentType="image/png")
        await gallery.send(slow, large)
        quick = [await gallery.open(contentType="application/octet-stream") for _ in contents]
        for opened, content in zip(quick, contents, strict=True):
            await gallery.send(opened, content)
        await gallery.once(slow["uploadId"], {"processing"})
        gallery.host.kill()
        gallery.host.start()
        await gallery.host.ready(gallery.session)
        assert (await gallery.over(slow["uploadId"]))["status"] == "ready"
        ended = [(await gallery.over(opened["uploadId"]))["status"] for opened in quick]
        assert ended == ["ready", "ready", "rejected"] * 3
        found = await gallery.listed(len(contents) + 1)
        assert len(found) == len(contents) + 1
        processed = await gallery.wiring.blobs.page(PROCESSED, "", None, 100)
        assert len(processed.blobs) == 7
