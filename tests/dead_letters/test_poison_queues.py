"""The triggers on the poison queues, and letters on a real table."""

import base64
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from itertools import count

import azure.durable_functions as df
import azure.functions as func
import pytest

from blueprints.dead_letter_desk import desk_of
from blueprints.poison_queues import blueprint, filed
from blueprints.upload_sources import uploads_of
from shared import names
from shared.application.dead_letters import Status
from shared.application.jobs.desk import Jobs
from shared.application.jobs.job import Job, JobStatus
from shared.application.uploads.upload import UploadStatus
from shared.azure_tables import Tables
from shared.projections.azure_tables import AzureTablesRows
from shared.queues.port import LONGEST
from shared.settings import Settings, UploadSource
from shared.storage_account import StorageAccount
from tests.application.memory import Memory
from tests.dead_letters.scene import QUEUE, Scene
from tests.given import NOW

_numbers = count(1)


class Message(func.QueueMessage):
    """A message as the host hands it out."""

    def __init__(self, message_id: str | None, body: bytes) -> None:
        super().__init__(id=message_id, body=body)

    @property
    def insertion_time(self):
        return NOW


def triggers(source: UploadSource) -> dict[str, dict]:
    settings = Settings("memory", upload_source=source)
    app = df.DFApp()
    app.register_functions(blueprint(Memory(settings=settings).wiring))
    return {
        each.get_function_name(): each.get_bindings_dict()["bindings"][0]
        for each in app.get_functions()
    }


def test_every_poison_queue_has_its_trigger():
    local, cloud = triggers(UploadSource.BLOB), triggers(UploadSource.EVENTS)
    assert {name: each["queueName"] for name, each in local.items()} == {
        "JobPoison": "data-processing-queue-poison",
        "UploadEventPoison": "upload-events-poison",
        "UploadBlobPoison": "webjobs-blobtrigger-poison",
    }
    assert set(cloud) == {"JobPoison", "UploadEventPoison"}


def test_a_trigger_takes_bytes_so_that_no_body_can_hide_the_messages_own_id():
    for each in triggers(UploadSource.BLOB).values():
        assert (each["dataType"], each["connection"]) == (func.DataType.BINARY, "OrdersData")


async def test_a_body_that_is_no_text_is_what_the_host_took_base64_off():
    desk = desk_of(Memory().wiring)
    await filed(desk.filing, names.POISON_JOBS)(Message("m-1", b"\xff\xfe"))
    assert (await desk.letters.get("m-1")).text == "//4="


async def test_a_job_whose_message_failed_for_good_says_so_until_it_is_sent_again():
    memory = Memory()
    desk, wiring = desk_of(memory.wiring), memory.wiring
    jobs = Jobs(wiring.records("jobs"), wiring.queues, wiring.now)
    await jobs.submit(Job("job-1", "orders.export", {}, "cid", NOW, NOW, NOW))
    text = memory.queues.sent[names.JOBS].pop().text
    await filed(desk.filing, names.POISON_JOBS)(Message("m-1", text.encode()))
    dead = await jobs.find("job-1")
    assert dead is not None
    assert dead.status is JobStatus.DEAD_LETTERED
    await desk.redrives.one("m-1", "task", "ops")
    queued = await jobs.find("job-1")
    assert queued is not None
    assert queued.status is JobStatus.QUEUED
    assert [each.text for each in memory.queues.sent[names.JOBS]] == [text]


async def test_a_blob_whose_trigger_failed_goes_to_the_events_and_is_known_there():
    memory = Memory()
    desk, wiring = desk_of(memory.wiring), memory.wiring
    told = {"Type": "BlobTrigger", "ContainerName": "uploads", "BlobName": "a.png", "ETag": "x"}
    text = base64.b64encode(json.dumps(told).encode()).decode()
    await wiring.blobs.write("uploads", "a.png", b"...", "image/png")
    await filed(desk.filing, names.POISON_BLOBS)(Message("m-1", text.encode()))
    (listed,) = await uploads_of(wiring).page(UploadStatus.DEAD_LETTERED, 9, None)
    await desk.redrives.one("m-1", "task", "ops")
    assert [each.text for each in memory.queues.sent[names.UPLOAD_EVENTS]] == [text]
    assert await uploads_of(wiring).page(UploadStatus.DEAD_LETTERED, 9, None) == []
    await filed(desk.filing, names.POISON_UPLOAD_EVENTS)(Message("m-2", text.encode()))
    again = await desk.letters.get("m-2")
    assert (again.queue, again.earlier_id) == (names.UPLOAD_EVENTS, "m-1")
    assert listed.shown["status"] == "dead_lettered"


class TestOnAzureTables:
    @pytest.fixture
    async def scene(self, azurite: str) -> AsyncIterator[Scene]:
        tables = Tables(StorageAccount(azurite), f"letters{next(_numbers)}")
        yield Scene(Memory(records=AzureTablesRows(tables, names.RECORDS)))
        await tables.close()

    @pytest.mark.parametrize(
        "text",
        ['"' * LONGEST, "𝄞" * (LONGEST // 4), "\n\t\r" * 20_000, "\u2028\ufffd\x7f", "", " x "],
        ids=["quotes", "astral", "blanks", "odd", "empty", "edges"],
    )
    async def test_a_text_is_kept_and_sent_again_to_the_byte(self, scene, text):
        await scene.file(text)
        assert (await scene.letters.get("m-1")).text == text
        await scene.redrives.one("m-1", "task", "ops")
        assert scene.sent == [text]

    async def test_the_lists_follow_the_letters(self, scene):
        await scene.fail("a", 1)
        for name in ("a", "b", "c"):
            await scene.file(name, name)
        await scene.redrives.one("b", "task", "ops")
        await scene.filing.discard("c", "ops", "why")
        assert await scene.listed(status=Status.WAITING, queue=QUEUE) == ["a"]
        assert await scene.listed(reason="press_jammed") == ["a"]
        assert await scene.redrives.count("task") == 1
        scene.clock.forward(days=15)
        assert await scene.letters.forget(scene.clock.now - timedelta(days=14), 9) == 2
        assert await scene.listed() == ["a"]
