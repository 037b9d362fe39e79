"""Both sources of uploads, as the host calls them."""

import json

import azure.functions as func
import pytest
from azure.functions.blob import InputStream

from blueprints.upload_sources import (
    BLOB_QUEUE,
    UploadSources,
    blueprint,
    message_of,
    processing_of,
    uploads_of,
)
from localhost.triggers.blob_message import BlobMessage
from shared.application.failures import Failures
from shared.application.uploads.events import BadEvent
from shared.application.uploads.upload import UploadStatus
from shared.eventstore.port import StoreUnavailable
from shared.message_text import as_json
from shared.names import UPLOAD_EVENTS
from shared.settings import Settings, UploadSource
from shared.storage_account import ByIdentity, Service
from tests.application.memory import Memory
from tests.uploads.scene import GOOD, Scene
from tests.uploads.test_events import cloud_event


def sources_of(scene: Scene) -> UploadSources:
    failures = Failures(scene.memory.wiring.records("failures"), scene.memory.clock)
    return UploadSources(scene.uploads, failures)


def found(blob: str, etag: str) -> InputStream:
    """A blob as the host hands it over (host-triggers.md 4.5)."""
    properties = {"ETag": f'"{etag}"', "BlobType": "BlockBlob"}
    return InputStream(data=GOOD, name=f"uploads/{blob}", blob_properties=properties)


async def test_a_blob_that_the_host_found_and_an_event_lead_to_the_same():
    scene = Scene()
    etag = await scene.put("a/found.jpg")
    await scene.put("a/told.jpg")
    sources = sources_of(scene)
    await sources.blob(found("a/found.jpg", etag))
    text = json.dumps(cloud_event("a/told.jpg"))
    await sources.event(func.QueueMessage(body=text))
    listed = await scene.uploads.page(UploadStatus.READY, 10, None)
    assert {row.shown["fileName"] for row in listed} == {"a/found.jpg", "a/told.jpg"}


async def test_what_goes_wrong_is_noted_and_raised():
    scene = Scene()
    sources, blob = sources_of(scene), found("a.jpg", await scene.put("a.jpg"))

    async def fail() -> None:
        raise StoreUnavailable("down")

    for attempt in (1, 2):
        scene.decoder.meanwhile = [fail]
        with pytest.raises(StoreUnavailable):
            await sources.blob(blob)
        noted = await sources.failures.of(BLOB_QUEUE, message_of(blob))
        assert noted.failed
        assert noted.failed.count == attempt
    with pytest.raises(BadEvent):
        await sources.event(func.QueueMessage(body=b"\xff junk"))
    noted = await sources.failures.of(UPLOAD_EVENTS, "\ufffd junk")
    assert noted.failed
    assert noted.failed.reason.code == "unreadable_message"


@pytest.mark.parametrize("blob", ["a.jpg", "a b/Größe.jpg", '"quoted"'])
def test_a_blob_is_told_of_in_our_hosts_words_to_the_byte(blob):
    message = BlobMessage("UploadBlob", "uploads", blob, '"0x8D"', "BlockBlob")
    assert message_of(found(blob, "0x8D")) == message.text()


def test_a_blob_is_told_of_as_the_real_host_does():
    assert as_json(message_of(found("a b.jpg", "0x8D"))) == {
        "Type": "BlobTrigger",
        "FunctionId": "Host.Functions.UploadBlob",
        "BlobType": "BlockBlob",
        "ContainerName": "uploads",
        "BlobName": "a b.jpg",
        "ETag": '"0x8D"',
    }


@pytest.mark.parametrize(
    ("source", "names"),
    [
        (UploadSource.BLOB, ["UploadEvent", "UploadBlob"]),
        (UploadSource.EVENTS, ["UploadEvent"]),
    ],
)
def test_blobs_are_watched_only_where_no_events_come(source, names):
    wiring = Memory(settings=Settings("memory", upload_source=source)).wiring
    app = func.FunctionApp()
    app.register_functions(blueprint(wiring))
    assert [each.get_function_name() for each in app.get_functions()] == names


def test_all_parts_of_the_app_decode_in_the_same_few_places():
    """Two decoders at once, not two for each trigger, route, job and sweep."""
    wiring = Memory().wiring
    assert uploads_of(wiring).processing.thumbnails is processing_of(wiring).thumbnails


def test_in_the_cloud_events_must_be_of_our_account():
    endpoint = "https://shop.blob.core.windows.net"
    account = ByIdentity({Service.BLOB: endpoint}, "client")
    assert uploads_of(Memory(settings=Settings(account)).wiring).endpoint == endpoint
    assert uploads_of(Memory().wiring).endpoint is None
