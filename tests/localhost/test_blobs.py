"""One contract for blobs, kept by the real service and by its twin."""

import uuid
from datetime import UTC, datetime

import pytest

from localhost.account import Account
from localhost.blobs import Blobs
from localhost.clock import ManualClock
from localhost.memory_blobs import MemoryBlobs
from localhost.storage_blobs import StorageBlobs
from localhost.wire import Unreachable


@pytest.fixture(params=["memory", "azurite"])
async def blobs(request):
    made: Blobs
    if request.param == "memory":
        made = MemoryBlobs(ManualClock())
    else:
        made = StorageBlobs(Account.parse(request.getfixturevalue("azurite"), "blob"))
    yield made
    await made.close()


@pytest.fixture
def container():
    return f"c{uuid.uuid4().hex[:12]}"


async def test_what_was_put_comes_back_with_its_facts(blobs, container):
    await blobs.put(container, "a/ü b~%.txt", b"\x00\xff", {"Colour": "red"})
    blob, content = await blobs.get(container, "a/ü b~%.txt")
    assert content == b"\x00\xff"
    assert (blob.name, blob.length, blob.kind) == ("a/ü b~%.txt", 2, "BlockBlob")
    assert blob.content_type == "application/octet-stream"
    assert {name.lower(): value for name, value in blob.metadata.items()} == {"colour": "red"}
    assert blob.etag.startswith('"')
    assert blob.modified <= datetime.now(UTC)
    assert await blobs.head(container, "a/ü b~%.txt") == blob


async def test_what_is_not_there_is_none(blobs, container):
    assert await blobs.get(container, "x") is None
    await blobs.put(container, "y", b"")
    assert await blobs.head(container, "x") is None
    assert [blob async for blob in blobs.listed(f"{container}x")] == []


async def test_a_second_put_replaces_and_changes_the_etag(blobs, container):
    await blobs.put(container, "x", b"1", {"a": "1"})
    first = await blobs.head(container, "x")
    await blobs.put(container, "x", b"22")
    second, content = await blobs.get(container, "x")
    assert (content, second.length, second.metadata) == (b"22", 2, {})
    assert first.etag != second.etag


async def test_a_list_tells_the_same_as_a_look(blobs, container):
    for name in ("b/2", "a 1", "ü&<"):
        await blobs.put(container, name, name.encode(), {"n": "1"})
    found = [blob async for blob in blobs.listed(container)]
    assert [blob.name for blob in found] == ["a 1", "b/2", "ü&<"]
    assert found == [await blobs.head(container, blob.name) for blob in found]


async def test_a_deleted_blob_is_gone_and_may_be_deleted_again(blobs, container):
    await blobs.put(container, "x", b"1")
    await blobs.delete(container, "x")
    await blobs.delete(container, "x")
    assert await blobs.get(container, "x") is None


async def test_a_service_that_is_not_there_is_unreachable():
    blobs = StorageBlobs(Account("a", b"key", "http://127.0.0.1:1/a"))
    with pytest.raises(Unreachable, match="does not answer"):
        await blobs.head("c", "x")
    await blobs.close()
