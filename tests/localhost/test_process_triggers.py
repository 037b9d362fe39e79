"""The host as a process, with a storage account: triggers start, hand on work, and are drained."""

import asyncio
import base64
import json
import signal
import uuid

import aiohttp
import pytest

from localhost.account import Account
from localhost.storage_blobs import StorageBlobs
from localhost.storage_queues import StorageQueues
from tests.localhost.test_process import started, url_of, write

APP = """
import asyncio
import logging

import azure.functions as func

app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)


@app.route(route="hello")
def hello(req: func.HttpRequest) -> str:
    return "hi"


@app.timer_trigger(arg_name="timer", schedule="0 0 2 * * *")
@app.queue_output(arg_name="$return", queue_name="%QUEUE%", connection="")
def nightly(timer: func.TimerRequest) -> str:
    return "from the timer"


@app.queue_trigger(arg_name="message", queue_name="%QUEUE%", connection="")
async def work(message: func.QueueMessage) -> None:
    body = message.get_body().decode()
    logging.info("working on %s, time %d", body, message.dequeue_count)
    if body == "stuck":
        await asyncio.Event().wait()


@app.blob_trigger(arg_name="blob", path="%QUEUE%/in/{name}", connection="")
@app.blob_output(arg_name="out", path="%QUEUE%/out/{name}", connection="")
def shout(blob: func.InputStream, out: func.Out[bytes]) -> None:
    out.set(blob.read().upper())
    logging.info("shouted %s", blob.name)
"""

pytestmark = pytest.mark.e2e


async def until(process: asyncio.subprocess.Process, text: str) -> None:
    assert process.stdout
    await asyncio.wait_for(process.stdout.readuntil(text.encode()), 20)


async def test_blobs_and_timers_are_served_and_the_end_gives_a_message_back(tmp_path, azurite):
    queue = f"q{uuid.uuid4().hex[:12]}"
    values = {"AzureWebJobsStorage": azurite, "QUEUE": queue}
    write(tmp_path, "local.settings.json", json.dumps({"IsEncrypted": False, "Values": values}))
    process = await started(write(tmp_path, "function_app.py", APP))
    url = await url_of(process)
    queues = StorageQueues(Account.parse(azurite, "queue"))
    blobs = StorageBlobs(Account.parse(azurite, "blob"))
    try:
        await blobs.put(queue, "in/ü x.txt", b"loud", {"colour": "red"})
        await until(process, f"shouted {queue}/in/ü x.txt")
        async with aiohttp.ClientSession() as client:
            path = f"{url}/admin/functions/nightly"
            async with client.post(path, json={"input": ""}) as response:
                assert response.status == 202
        await until(process, "working on from the timer, time 1")
        await queues.put(queue, base64.b64encode(b"stuck").decode())
        await until(process, "working on stuck, time 1")
        process.send_signal(signal.SIGTERM)
        _, errors = await process.communicate()
        assert (process.returncode, errors) == (0, b"")
        found = await blobs.get(queue, "out/ü x.txt")
        assert found is not None
        assert found[1] == b"LOUD"
        (left,) = await queues.receive(queue, 32, 60)
        assert (base64.b64decode(left.text), left.dequeue_count) == (b"stuck", 2)
    finally:
        await queues.close()
        await blobs.close()


async def test_storage_that_a_trigger_needs_and_that_is_away_is_told_at_the_start(tmp_path):
    account = "AccountName=a;AccountKey=a2V5;BlobEndpoint=http://127.0.0.1:1/a"
    values = {"AzureWebJobsStorage": account, "QUEUE": "some-queue"}
    write(tmp_path, "local.settings.json", json.dumps({"IsEncrypted": False, "Values": values}))
    process = await started(write(tmp_path, "function_app.py", APP))
    _, errors = await process.communicate()
    assert process.returncode == 1
    assert b"'AzureWebJobsStorage' does not answer at 127.0.0.1:1. Start Azurite" in errors
