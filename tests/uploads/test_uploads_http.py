"""Uploads over HTTP, and the images of products."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from blueprints.edge import Edge
from blueprints.upload_images_http import UploadImagesApi
from blueprints.uploads_http import UploadsApi
from shared.plain import Json
from shared.settings import AuthMode, Settings
from tests.application.memory import Memory
from tests.blueprints.caller import PRODUCT, Api, body_of
from tests.uploads.scene import BROKEN, GOOD, Scene

FILE: Json = {"fileName": "my mug.jpg", "contentType": "image/jpeg"}


@dataclass
class Shop:
    """The edge over one memory, for operators unless somebody else is named."""

    memory: Memory = field(default_factory=Memory)
    scene: Scene = field(default_factory=Scene)

    def __post_init__(self) -> None:
        self.scene.memory = self.memory

    async def ask(
        self, name: str, upload_id: str = "", body: Any = None, by: Api | None = None, **more: Any
    ) -> Any:
        api = by or Api(self.memory)
        params, headers = more.pop("params", {}), more
        req = api._request("POST", "uploads", body, headers, params, uploadId=upload_id)
        images = UploadImagesApi(self.scene.uploads)
        uploads = UploadsApi(self.memory.wiring, self.scene.uploads)
        handle = getattr(images if name in ("thumbnail", "original") else uploads, name)
        return await Edge(self.memory.settings, self.memory.wiring.new_id).guarded(handle)(req)

    async def opened(self, by: Api | None = None, **more: Any) -> Json:
        response = await self.ask("post", body=FILE | more, by=by)
        assert response.status_code == 201, response.get_body()
        opened: Json = body_of(response)
        return opened

    async def sent(self, content: bytes = GOOD, by: Api | None = None, **more: Any) -> str:
        """An upload whose file has been dealt with."""
        upload_id = str((await self.opened(by, **more))["uploadId"])
        blob = (await self.scene.upload(upload_id)).blob
        await self.scene.put(blob, content)
        await self.scene.processing.process(blob)
        return upload_id


@pytest.fixture
def shop() -> Shop:
    return Shop()


@pytest.fixture
def guarded() -> Shop:
    """One where people sign in."""
    settings = Settings("memory", auth_mode=AuthMode.EASYAUTH, platform_auth=True)
    return Shop(Memory(settings=settings))


async def test_a_session_is_opened_with_a_link_for_one_file(shop):
    response = await shop.ask("post", body=FILE)
    opened = body_of(response)
    upload_id = opened["uploadId"]
    assert response.status_code == 201
    assert response.headers["Location"] == f"/api/uploads/{upload_id}"
    assert opened == {
        "uploadId": upload_id,
        "status": "waiting",
        "uploadUrl": f"memory://uploads/{upload_id}/my-mug.jpg?sp=c&se=2026-11-23T09:15:00.000Z",
        "uploadHeaders": {"x-ms-blob-type": "BlockBlob", "Content-Type": "image/jpeg"},
        "expiresAt": "2026-11-23T09:15:00.000Z",
    }


async def test_it_is_followed_until_it_is_ready(shop):
    upload_id = (await shop.opened())["uploadId"]
    waiting = body_of(await shop.ask("get", upload_id))
    assert (waiting["status"], waiting["thumbnailUrl"], waiting["error"]) == ("waiting", None, None)
    await shop.scene.put(f"{upload_id}/my-mug.jpg")
    await shop.scene.processing.process(f"{upload_id}/my-mug.jpg")
    ready = body_of(await shop.ask("get", upload_id))
    assert ready["status"] == "ready"
    assert ready["fileName"] == "my mug.jpg"
    assert ready["thumbnailUrl"] == f"/api/uploads/{upload_id}/thumbnail"
    assert ready["originalUrl"] == f"/api/uploads/{upload_id}/original"


async def test_a_rejected_file_says_why(shop):
    upload_id = await shop.sent(BROKEN)
    rejected = body_of(await shop.ask("get", upload_id))
    assert rejected["status"] == "rejected"
    assert rejected["error"]["code"] == "truncated"
    assert rejected["error"]["detail"].startswith("The file ends before the image does.")
    response = await shop.ask("thumbnail", upload_id)
    assert (response.status_code, body_of(response)["code"]) == (404, "image_not_found")
    assert body_of(response)["retryable"] is False


async def test_a_session_that_is_over_says_so(shop):
    upload_id = (await shop.opened())["uploadId"]
    shop.memory.clock.forward(minutes=15)
    assert body_of(await shop.ask("get", upload_id))["status"] == "expired"


async def test_the_same_key_opens_one_session(shop):
    first = await shop.ask("post", body=FILE, idempotency_key="k")
    again = await shop.ask("post", body=FILE, idempotency_key="k")
    other = await shop.ask("post", body={**FILE, "fileName": "b.jpg"}, idempotency_key="k")
    assert again.get_body() == first.get_body()
    assert again.headers["Idempotency-Replayed"] == "true"
    assert other.status_code == 422
    assert len(await shop.scene.uploads.page(None, 10, None)) == 1


@pytest.mark.parametrize(
    ("fault", "pointer"),
    [
        ({"fileName": ""}, "/fileName"),
        ({"fileName": "a\nb.jpg"}, "/fileName"),
        ({"fileName": "a" * 201}, "/fileName"),
        ({"contentType": "jpeg"}, "/contentType"),
        ({"contentType": "image/jpeg; charset=x"}, "/contentType"),
        ({"contentType": "image/jpeg\r\nX-Bad: 1"}, "/contentType"),
        ({"sku": "no such"}, "/sku"),
        ({"sku": "NONE"}, "/sku"),
        ({"size": 5}, "/size"),
    ],
)
async def test_what_cannot_be_opened_is_a_400_that_names_the_fault(shop, fault, pointer):
    response = await shop.ask("post", body=FILE | fault)
    assert response.status_code == 400
    assert [each["pointer"] for each in body_of(response)["errors"]] == [pointer]


@pytest.mark.parametrize("upload_id", ["none", "", "a/b", "x" * 300, "\0", "in|all"])
@pytest.mark.parametrize("name", ["get", "thumbnail", "original"])
async def test_what_is_not_there_is_a_404_with_its_id(shop, name, upload_id):
    response = await shop.ask(name, upload_id)
    assert response.status_code == 404
    assert body_of(response)["uploadId"] == upload_id


@pytest.mark.parametrize(
    ("name", "place"),
    [("thumbnail", "processed/thumbnails/{}/my-mug.jpg"), ("original", "uploads/{}/my-mug.jpg")],
)
async def test_an_image_is_seen_behind_a_link_that_passes(shop, name, place):
    upload_id = await shop.sent()
    response = await shop.ask(name, upload_id)
    assert response.status_code == 302
    assert response.headers["Location"].startswith(f"memory://{place.format(upload_id)}?sp=r&")
    assert "se=2026-11-23T09:05:00" in response.headers["Location"]
    assert ("rsct=image/jpeg" in response.headers["Location"]) == (name == "original")
    assert response.headers["Cache-Control"] == "private, max-age=240"


async def test_an_image_that_is_still_made_is_worth_another_look(shop):
    upload_id = (await shop.opened())["uploadId"]
    response = await shop.ask("thumbnail", upload_id)
    assert (response.status_code, body_of(response)["retryable"]) == (404, True)
    assert body_of(response)["uploadStatus"] == "waiting"


async def test_customers_see_their_own_uploads_only(guarded):
    ada, ben, boss = (Api(guarded.memory).as_user(*who) for who in (["ada"], ["ben"], OPERATOR))
    upload_id = await guarded.sent(by=ada)
    for name, status in (("get", 200), ("thumbnail", 302), ("original", 302)):
        assert (await guarded.ask(name, upload_id, by=ada)).status_code == status
        assert (await guarded.ask(name, upload_id, by=ben)).status_code == 404
        assert (await guarded.ask(name, upload_id, by=boss)).status_code == status


async def test_the_images_of_a_product_are_for_everybody_and_come_from_operators(guarded):
    ada, boss = (Api(guarded.memory).as_user(*who) for who in (["ada"], OPERATOR))
    await boss.product("put", "MUG", PRODUCT)
    refused = await guarded.ask("post", body={**FILE, "sku": "MUG"}, by=ada)
    assert refused.status_code == 403
    upload_id = await guarded.sent(by=boss, sku="MUG")
    for name, status in (("get", 404), ("thumbnail", 302), ("original", 302)):
        assert (await guarded.ask(name, upload_id, by=ada)).status_code == status
    broken = await guarded.sent(BROKEN, by=boss, sku="MUG")
    assert (await guarded.ask("original", broken, by=ada)).status_code == 404


async def test_only_operators_list_uploads(guarded):
    ada, boss = (Api(guarded.memory).as_user(*who) for who in (["ada"], OPERATOR))
    assert (await guarded.ask("page", by=ada)).status_code == 403
    assert (await guarded.ask("page", by=boss)).status_code == 200


async def test_every_file_is_listed_those_that_nobody_announced_included(shop):
    ready, rejected = await shop.sent(), await shop.sent(BROKEN)
    shop.memory.clock.forward(seconds=1)
    await shop.scene.put("stray.jpg")
    stray = (await shop.scene.processing.process("stray.jpg")).upload_id
    listed = body_of(await shop.ask("page", params={"limit": "2"}))
    rest = body_of(await shop.ask("page", params={"cursor": listed["nextCursor"]}))
    ids = [each["uploadId"] for each in listed["items"] + rest["items"]]
    assert ids[0] == stray
    assert set(ids) == {ready, rejected, stray}
    only = body_of(await shop.ask("page", params={"status": "rejected"}))
    assert [each["error"]["code"] for each in only["items"]] == ["truncated"]
    assert (await shop.ask("page", params={"status": "lost"})).status_code == 400


async def test_a_product_shows_its_images_once_they_are_ready(shop):
    api = Api(shop.memory)
    created = await api.product("put", "MUG", PRODUCT)
    await shop.opened(sku="MUG")
    await shop.sent(BROKEN, sku="MUG")
    assert body_of(await api.product("get", "MUG"))["images"] == []
    upload_id = await shop.sent(sku="MUG")
    shown = await api.product("get", "MUG")
    place = f"/api/uploads/{upload_id}"
    assert body_of(shown)["images"] == [
        {"name": "my mug.jpg", "url": f"{place}/original", "thumbnailUrl": f"{place}/thumbnail"}
    ]
    tag = shown.headers["ETag"]
    assert tag != created.headers["ETag"]
    unchanged = await api.product("get", "MUG", if_none_match=tag)
    assert unchanged.status_code == 304
    changed = await api.product("put", "MUG", {**PRODUCT, "name": "Cup"}, if_match=tag)
    assert (changed.status_code, body_of(changed)["images"]) == (200, body_of(shown)["images"])
    second = await shop.sent(sku="MUG")
    assert (await api.product("get", "MUG")).headers["ETag"] not in (tag, changed.headers["ETag"])
    assert {image["url"] for image in body_of(await api.product("get", "MUG"))["images"]} == {
        f"{place}/original",
        f"/api/uploads/{second}/original",
    }


OPERATOR = ["boss", "operator"]
