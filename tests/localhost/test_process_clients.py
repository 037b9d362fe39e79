"""The host as a process: a durable client works in functions of every trigger."""

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
import azure.durable_functions as df
import azure.functions as func

app = df.DFApp(http_auth_level=func.AuthLevel.ANONYMOUS)


@app.route(route="hello")
@app.durable_client_input(client_name="client")
async def hello(req: func.HttpRequest, client) -> func.HttpResponse:
    return func.HttpResponse(await client.start_new("story", "by-http", "http"))


@app.timer_trigger(arg_name="timer", schedule="0 0 2 * * *")
@app.durable_client_input(client_name="client")
async def nightly(timer: func.TimerRequest, client) -> None:
    await client.start_new("story", "by-timer", "timer")


@app.queue_trigger(arg_name="message", queue_name="%QUEUE%", connection="")
@app.durable_client_input(client_name="client")
async def work(message: func.QueueMessage, client) -> None:
    await client.start_new("story", "by-queue", message.get_body().decode())


@app.blob_trigger(arg_name="blob", path="%QUEUE%/{name}", connection="")
@app.durable_client_input(client_name="client")
async def picture(blob: func.InputStream, client) -> None:
    await client.start_new("story", "by-blob", blob.name)


@app.orchestration_trigger(context_name="context")
def story(context: df.DurableOrchestrationContext):
    yield context.call_activity("tell", context.instance_id)
    return (yield context.wait_for_external_event("told"))


@app.activity_trigger(input_name="instance")
@app.durable_client_input(client_name="client")
async def tell(instance: str, client) -> str:
    await client.raise_event(instance, "told", {"told": instance})
    if instance == "by-http":
        await client.start_new("story", "by-activity", "activity")
    return instance
"""
STARTED = ("by-http", "by-timer", "by-queue", "by-blob", "by-activity")
PATIENCE = 30.0

pytestmark = pytest.mark.e2e


async def finished(client: aiohttp.ClientSession, instance: str) -> str:
    """Return the output of an instance, once it is there and has one."""
    path = f"/runtime/webhooks/durabletask/instances/{instance}"
    while True:
        async with client.get(path) as response:
            document = await response.json() if response.status != 404 else {}
        if document.get("runtimeStatus") in ("Completed", "Failed"):
            return str(document["output"])


async def test_a_client_starts_and_tells_from_every_trigger(tmp_path, azurite):
    queue = f"q{uuid.uuid4().hex[:12]}"
    values = {"AzureWebJobsStorage": azurite, "QUEUE": queue}
    write(tmp_path, "local.settings.json", json.dumps({"IsEncrypted": False, "Values": values}))
    hub = {"durableTask": {"hubName": f"H{uuid.uuid4().hex[:12]}"}}
    write(tmp_path, "host.json", json.dumps({"version": "2.0", "extensions": hub}))
    process = await started(write(tmp_path, "function_app.py", APP))
    url = await url_of(process)
    queues = StorageQueues(Account.parse(azurite, "queue"))
    blobs = StorageBlobs(Account.parse(azurite, "blob"))
    try:
        await queues.put(queue, base64.b64encode(b"queue").decode())
        await blobs.put(queue, "picture", b"x")
        async with aiohttp.ClientSession(url) as client, asyncio.timeout(PATIENCE):
            await client.get("/api/hello")
            await client.post("/admin/functions/nightly", json={"input": ""})
            for instance in STARTED:
                # The SDK sends an event's data as JSON text within JSON.
                assert json.loads(await finished(client, instance)) == {"told": instance}
    finally:
        process.send_signal(signal.SIGTERM)
        await process.communicate()
        await queues.close()
        await blobs.close()
    assert process.returncode == 0
