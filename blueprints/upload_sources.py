"""Where the app hears of uploads: blobs that the host finds, events that Event Grid sends."""

import base64
import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import azure.durable_functions as df
import azure.functions as func
from azure.functions.blob import InputStream

from shared import names
from shared.application.failures import Failures
from shared.application.uploads.processing import Processing
from shared.application.uploads.register import Register
from shared.application.uploads.uploads import KIND, Uploads
from shared.settings import UploadSource
from shared.storage_account import ByIdentity, Service
from shared.wiring import Wiring

BLOB_QUEUE = names.POISON_BLOBS.removesuffix("-poison")  # what a dead letter calls the blob trigger
UPLOAD_BLOB = "UploadBlob"


def processing_of(wiring: Wiring) -> Processing:
    """The one thing that is done with an uploaded blob, over what the app is wired to."""
    return Processing(
        Register(wiring.records(KIND)),
        wiring.blobs,
        wiring.thumbnails,
        wiring.settings.upload_max_bytes,
        wiring.now,
    )


def uploads_of(wiring: Wiring) -> Uploads:
    """The desk of the uploads; any number of them do the same."""
    processing = processing_of(wiring)
    account = wiring.settings.data_storage
    return Uploads(
        processing.register,
        processing,
        wiring.blobs,
        timedelta(minutes=wiring.settings.upload_minutes),
        wiring.now,
        account.endpoints[Service.BLOB] if isinstance(account, ByIdentity) else None,
    )


@dataclass(frozen=True, slots=True)
class UploadSources:
    uploads: Uploads
    failures: Failures

    async def event(self, msg: func.QueueMessage) -> None:
        """Deal with one message; whatever this raises, the host hands the message out again."""
        # Binary, so the host gives the exact text; bytes that are none tell of no blob.
        text = msg.get_body().decode(errors="replace")
        async with self.failures.noting(names.UPLOAD_EVENTS, text, msg.dequeue_count or 1):
            await self.uploads.hear(text)

    async def blob(self, blob: InputStream) -> None:
        """Deal with one blob; whatever this raises, the host tries again, five times in all."""
        text = message_of(blob)
        failed = (await self.failures.of(BLOB_QUEUE, text)).failed
        # The host does not say how often it has tried.
        attempt = failed.count + 1 if failed else 1
        async with self.failures.noting(BLOB_QUEUE, text, attempt):
            await self.uploads.hear(text)


def message_of(blob: InputStream) -> str:
    """What the host's own message of this blob says, to the byte (host-triggers.md 4.2).

    By it, and by nothing else, the failures of a blob and its poison message find each other.
    """
    container, _, name = (blob.name or "").partition("/")
    properties = blob.blob_properties or {}
    told = {
        "Type": "BlobTrigger",
        "FunctionId": f"Host.Functions.{UPLOAD_BLOB}",
        "BlobType": properties.get("BlobType", "BlockBlob"),
        "ContainerName": container,
        "BlobName": name,
        "ETag": properties.get("ETag"),
    }
    return base64.b64encode(json.dumps(told, indent=2).encode()).decode()


def blueprint(wiring: Wiring) -> Any:
    """The queue always, for there a dead letter is sent again; the blobs unless events come."""
    functions = df.Blueprint()
    sources = UploadSources(uploads_of(wiring), Failures(wiring.records("failures"), wiring.now))
    # Binary, or an event with a member `id` would hide the message's own (host-triggers.md 3.5).
    triggered = functions.queue_trigger(
        arg_name="msg",
        queue_name=names.UPLOAD_EVENTS,
        connection=names.CONNECTION,
        data_type=func.DataType.BINARY,
    )(sources.event)
    functions.function_name("UploadEvent")(triggered)
    if wiring.settings.upload_source is UploadSource.BLOB:
        watched = functions.blob_trigger(
            arg_name="blob", path=f"{names.UPLOADS}/{{name}}", connection=names.CONNECTION
        )(sources.blob)
        functions.function_name(UPLOAD_BLOB)(watched)
    return functions
