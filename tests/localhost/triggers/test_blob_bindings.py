"""Blobs as inputs and outputs of functions (reference/host-triggers.md 4.6, 4.7)."""

import base64
import dataclasses
from typing import Any

import azure.functions as func

from localhost.memory_storage import MemoryStorage
from tests.localhost.serving import app
from tests.localhost.triggers.scene import staged


async def test_an_input_is_text_unless_it_is_binary_and_none_when_it_is_missing(clock):
    got: dict[str, Any] = {}
    made = app()

    async def read(
        message: func.QueueMessage,
        text: func.InputStream,
        octets: func.InputStream,
        plain: str,
        missing: func.InputStream,
    ) -> None:
        del message
        got.update(text=text.read(), octets=octets.read(), plain=plain, missing=missing)
        got.update(name=text.name)

    bound = read
    for name, path, options in (
        ("text", "files/{file}", {}),
        ("octets", "files/{file}", {"data_type": func.DataType.BINARY}),
        ("plain", "files/{file}", {}),
        ("missing", "files/{file}.bak", {}),
    ):
        bound = made.blob_input(name, path=path, connection="", **options)(bound)
    made.queue_trigger("message", queue_name="work", connection="")(bound)
    async with staged(made, clock) as stage:
        await stage.storage.blobs().put("files", "x", b"\xef\xbb\xbf\xff!")
        await stage.storage.queues().put("work", base64.b64encode(b'{"file": "x"}').decode())
        await stage.advance(3)
    assert got == {
        "text": "\ufffd!".encode(),  # spoilt, as on the real host
        "octets": b"\xef\xbb\xbf\xff!",
        "plain": "\ufffd!",
        "missing": None,
        "name": None,
    }


async def test_an_output_keeps_metadata_and_refuses_other_kinds_of_blobs(clock):
    made = app()

    async def write(message: func.QueueMessage, out: func.Out[str]) -> None:
        out.set(message.get_body().decode())

    bound = made.blob_output("out", path="files/{id}", connection="")(write)
    made.queue_trigger("message", queue_name="work", connection="")(bound)
    storage = MemoryStorage(clock)
    blobs = storage.blobs()
    await blobs.put("files", "m0", b"", {"colour": "red"})
    await blobs.put("files", "m2", b"")
    kept, content = blobs.containers["files"]["m2"]
    blobs.containers["files"]["m2"] = dataclasses.replace(kept, kind="AppendBlob"), content
    async with staged(made, clock, storage) as stage:
        for text in (b"[1,  2]", b"x"):
            await storage.queues().put("work", base64.b64encode(text).decode())
        storage.queues().queues["work"]["m2"] = dataclasses.replace(
            storage.queues().queues["work"].popitem()[1], id="m2"
        )
        await stage.advance(3)
    written, content = blobs.containers["files"]["m0"]
    assert content == b"[1,  2]"  # blobs get the text as it is
    assert written.metadata["colour"] == "red"
    assert storage.queues().texts("work-poison") == [base64.b64encode(b"x").decode()]
