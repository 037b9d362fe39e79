"""Blobs reach their functions as on the real host (reference/host-triggers.md 4)."""

import asyncio
import base64
import json
import logging
from typing import Any

import azure.functions as func
import pytest

from localhost.clock import ManualClock
from localhost.errors import SettingsError
from localhost.indexing import index
from localhost.memory_blobs import MemoryBlobs
from localhost.memory_storage import MemoryStorage
from localhost.triggers.blob import limits
from localhost.wire import Unreachable
from tests.localhost.serving import app, settings
from tests.localhost.triggers.scene import settled, staged

CONTROL = "azure-webjobs-blobtrigger-host"
POISON = "webjobs-blobtrigger-poison"


class Seen:
    """A blob function and what it was given."""

    def __init__(self) -> None:
        self.blobs: list[Any] = []
        self.contents: list[bytes] = []
        self.failures: dict[bytes, int] = {}

    def app(self, path="uploads/{name}", **options):
        made = app()

        async def store(blob: func.InputStream) -> None:
            content = blob.read()
            self.blobs.append(blob)
            self.contents.append(content)
            if self.failures.get(content, 0):
                self.failures[content] -= 1
                raise ValueError(content)

        made.blob_trigger("blob", path=path, connection="", **options)(store)
        return made

    @property
    def names(self):
        return [blob.name for blob in self.blobs]


@pytest.fixture
def seen():
    return Seen()


def receipts(storage):
    """The receipts there are, and whether each is complete."""
    found = storage.blobs().containers.get("azure-webjobs-hosts", {})
    return {name: not blob.metadata for name, (blob, _) in found.items()}


def messages(storage, queue):
    return [json.loads(base64.b64decode(text)) for text in storage.queues().texts(queue)]


async def test_a_new_blob_is_found_once_with_a_receipt(seen, clock):
    async with staged(seen.app(), clock) as stage:
        await stage.storage.blobs().put("uploads", "a/b.txt", b"hello")
        for _ in range(3):
            await stage.advance(3)
        assert (seen.names, seen.contents) == (["uploads/a/b.txt"], [b"hello"])
        assert receipts(stage.storage) == {
            'blobreceipts/host/Host.Functions.store/"0x1"/uploads/a/b.txt': True
        }
        assert stage.storage.queues().texts(CONTROL) == []


async def test_a_restart_tells_nothing_twice(seen, clock):
    storage = MemoryStorage(clock)
    await storage.blobs().put("uploads", "x", b"1")
    for _ in range(2):
        async with staged(seen.app(), clock, storage) as stage:
            await stage.advance(5)
    assert seen.contents == [b"1"]


async def test_a_changed_blob_is_told_again(seen, clock):
    async with staged(seen.app(), clock) as stage:
        for content in (b"1", b"2"):
            await stage.storage.blobs().put("uploads", "x", content)
            await stage.advance(5)
    assert seen.contents == [b"1", b"2"]


async def test_blobs_of_one_second_are_all_found(seen, clock):
    async with staged(seen.app(), clock) as stage:
        blobs = stage.storage.blobs()
        await blobs.put("uploads", "a", b"a")
        await stage.advance(0.1)
        stage.around.wakeups.notify(blobs.endpoint, "uploads")
        await settled()
        assert seen.contents == [b"a"]
        await blobs.put("uploads", "b", b"b")
        for _ in range(3):
            await stage.advance(3)
    assert seen.contents == [b"a", b"b"]


async def test_only_blobs_of_the_pattern_are_told_and_its_names_fill_outputs(clock):
    made = app()

    def copy(blob: func.InputStream) -> bytes:
        return blob.read().upper()

    out = made.blob_output("$return", path="processed/{name}-{rest}.out", connection="")(copy)
    made.blob_trigger("blob", path="uploads/in/{name}.{rest}", connection="")(out)
    async with staged(made, clock) as stage:
        blobs = stage.storage.blobs()
        await blobs.put("uploads", "in/a.b.txt", b"x")
        await blobs.put("uploads", "out/a.txt", b"y")
        await stage.advance(3)
        while "processed" not in blobs.containers:
            await stage.advance(1)
        assert {name: content for name, (_, content) in blobs.containers["processed"].items()} == {
            "a.b-txt.out": b"X"
        }
        written = blobs.containers["processed"]["a.b-txt.out"][0]
        assert len(written.metadata["AzureWebJobsParentId"]) == 36


async def test_a_blob_that_an_output_wrote_is_found_at_once(clock):
    made, done = app(), []

    async def first(blob: func.InputStream) -> str:
        return blob.read().decode()

    async def second(blob: func.InputStream) -> None:
        done.append(blob.read())

    made.blob_trigger("blob", path="one/{name}", connection="")(
        made.blob_output("$return", path="two/{name}", connection="")(first)
    )
    made.blob_trigger("blob", path="two/{name}", connection="")(second)
    async with staged(made, clock) as stage:
        await stage.storage.blobs().put("one", "x", b"hi")
        await stage.advance(2)
        assert done == [b"hi"]


async def test_a_function_gets_the_facts_of_its_blob(seen, clock, caplog):
    caplog.set_level(logging.INFO, "localhost")
    async with staged(seen.app(), clock) as stage:
        await stage.storage.blobs().put("uploads", "a b", b"12345", {"colour": "red"})
        await stage.storage.blobs().put("uploads", "empty", b"")
        await stage.advance(3)
    full, empty = seen.blobs
    assert (full.name, full.length, full.metadata) == ("uploads/a b", 5, {"colour": "red"})
    assert full.uri == "http://memory/account/uploads/a%20b"
    assert full.blob_properties["ETag"] == '"0x1"'
    assert empty.length is None  # as the SDK has it
    assert "(Reason='New blob detected(LogsAndContainerScan): uploads/a b', Id=" in caplog.text
    assert "DequeueCount: 1, InsertedOn: " in caplog.text
    assert "BlobCreated: 2026-01-01T00:00:00+00:00" in caplog.text


async def test_after_five_failures_the_message_is_poison_and_the_host_goes_on(seen, clock):
    seen.failures = {b"bad": 99}
    async with staged(seen.app(), clock) as stage:
        blobs = stage.storage.blobs()
        await blobs.put("uploads", "bad", b"bad")
        await blobs.put("uploads", "good", b"good")
        for _ in range(5):
            await stage.advance(3)
        assert (seen.contents.count(b"bad"), seen.contents.count(b"good")) == (5, 1)
        assert messages(stage.storage, POISON) == [
            {
                "Type": "BlobTrigger",
                "FunctionId": "Host.Functions.store",
                "BlobType": "BlockBlob",
                "ContainerName": "uploads",
                "BlobName": "bad",
                "ETag": '"0x1"',
            }
        ]


async def test_every_attempt_reads_the_blob_from_its_beginning(clock):
    contents, made = [], app()

    async def read(blob: func.InputStream) -> None:
        contents.append(blob.read())
        if len(contents) < 3:
            raise ValueError(contents)

    retried = made.retry(strategy="fixed_delay", max_retry_count="2", delay_interval="00:00:00")
    retried(made.blob_trigger("blob", path="uploads/{name}", connection="")(read))
    async with staged(made, clock) as stage:
        await stage.storage.blobs().put("uploads", "x", b"all of it")
        await stage.advance(3)
    assert contents == [b"all of it"] * 3


@pytest.mark.parametrize("change", ["deleted", "replaced"])
async def test_a_message_for_an_old_version_is_dropped(seen, clock, change):
    storage = MemoryStorage(clock)
    async with staged(seen.app(), clock, storage) as stage:
        await storage.blobs().put("uploads", "x", b"1")
        await stage.advance(3)
    old = base64.b64encode(
        json.dumps(
            {
                "Type": "BlobTrigger",
                "FunctionId": "Host.Functions.store",
                "BlobType": "BlockBlob",
                "ContainerName": "uploads",
                "BlobName": "x",
                "ETag": '"0x1"',
            }
        ).encode()
    ).decode()
    if change == "deleted":
        await storage.blobs().delete("uploads", "x")
    else:
        await storage.blobs().put("uploads", "x", b"2")
    await storage.queues().put(CONTROL, old)
    async with staged(seen.app(), clock, storage) as stage:
        await stage.advance(5)
    assert seen.contents == [b"1"] if change == "deleted" else [b"1", b"2"]
    assert storage.queues().texts(CONTROL) == []


@pytest.mark.parametrize("text", ["not base64!", "e30=", "W10="])
async def test_a_control_message_that_says_nothing_is_dropped(seen, clock, text, caplog):
    async with staged(seen.app(), clock) as stage:
        queues = stage.storage.queues()
        await queues.put(CONTROL, text)
        await stage.advance(3)
        assert (queues.texts(CONTROL), queues.texts(POISON)) == ([], [])
    assert "is no blob trigger message" in caplog.text


class Dying(MemoryStorage):
    """Storage whose n-th change and everything after it fails, as when the host is killed there."""

    def __init__(self, clock: ManualClock, left: int) -> None:
        super().__init__(clock)
        self.left = left
        for service, names in ((self._blobs, ("put",)), (self._queues, ("put", "delete", "hide"))):
            for name in names:
                setattr(service, name, self._counted(getattr(service, name)))

    def _counted(self, method):
        async def counted(*args):
            self.left -= 1
            if self.left < 0:
                raise Unreachable("killed")
            return await method(*args)

        return counted


@pytest.mark.parametrize("changes", range(7))
async def test_a_host_killed_anywhere_tells_every_blob_after_its_restart(seen, clock, changes):
    storage = Dying(clock, 99)
    await storage.blobs().put("uploads", "x", b"1")
    storage.left = changes
    async with staged(seen.app(), clock, storage) as stage:
        await stage.advance(3)
    storage.left = 999
    clock.advance(601)  # what the dead one held comes back
    async with staged(seen.app(), clock, storage) as stage:
        for _ in range(20):
            await stage.advance(10)
        assert set(seen.contents) == {b"1"}
        # At most once for the message that was there, once more for its receipt, and once before.
        assert len(seen.contents) <= 3
        assert storage.queues().texts(CONTROL) == []
        assert all(receipts(storage).values())


async def test_a_container_that_is_missing_or_away_is_looked_at_again(seen, clock, caplog):
    class Away(MemoryBlobs):
        away = True

        def listed(self, container):
            if self.away:
                raise Unreachable("nobody there")
            return super().listed(container)

    storage, blobs = MemoryStorage(clock), Away(clock)
    storage._blobs = blobs
    async with staged(seen.app(), clock, storage) as stage:
        await stage.advance(3)
        await stage.advance(3)
        blobs.away = False
        await stage.advance(3)
        assert "uploads" not in blobs.containers  # the trigger makes no container
        await blobs.put("uploads", "x", b"1")
        await stage.advance(3)
    assert seen.contents == [b"1"]
    assert caplog.text.count("cannot be read for now") == 1


async def test_a_blob_that_storage_does_not_serve_once_is_tried_again(seen, clock):
    class Hiccup(MemoryBlobs):
        failures = 2

        async def get(self, container, name):
            if container == "uploads" and self.failures:
                self.failures -= 1
                raise Unreachable("hiccup")
            return await super().get(container, name)

    storage, blobs = MemoryStorage(clock), Hiccup(clock)
    storage._blobs = blobs
    async with staged(seen.app(), clock, storage) as stage:
        blobs.failures = 0
        await blobs.put("uploads", "x", b"1")
        blobs.failures = 2
        for _ in range(3):
            await stage.advance(3)
    assert seen.contents == [b"1"]


async def test_a_run_by_hand_is_for_a_blob_that_is_there(seen, clock):
    async with staged(seen.app(), clock) as stage:
        await stage.storage.blobs().put("other", "x", b"by hand")
        await stage.by_hand("store", "other/x")
        assert (seen.names, seen.contents) == (["other/x"], [b"by hand"])
        with pytest.raises(LookupError, match="no blob 'other/y'"):
            await stage.by_hand("store", "other/y")


def test_the_limits_follow_from_the_degree_of_parallelism():
    def of(**blobs):
        return limits(settings({"extensions": {"blobs": blobs}}))

    assert (of(maxDegreeOfParallelism=4).batch, of(maxDegreeOfParallelism=4).threshold) == (3, 1)
    assert (of(maxDegreeOfParallelism=1).batch, of(maxDegreeOfParallelism=1).threshold) == (1, 0)
    assert of(maxDegreeOfParallelism=200).batch == 32
    assert of(poisonBlobThreshold=2).attempts == 2
    with pytest.raises(SettingsError, match="poisonBlobThreshold"):
        of(poisonBlobThreshold=0)


@pytest.mark.parametrize(
    ("options", "reason"),
    [({"path": "{any}/x"}, "Invalid blob trigger path"), ({"source": "EventGrid"}, "Event Grid")],
)
def test_what_cannot_be_listened_to_is_an_error_of_that_function(seen, options, reason):
    (spec,) = index(seen.app(**options), settings())
    assert reason in spec.errors[0]
    assert asyncio.iscoroutinefunction(spec.function)
