"""The host as a process that is killed: the next one goes on at once with what it held."""

import asyncio
import base64
import json
import signal
import uuid
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from localhost.account import Account
from localhost.storage_blobs import StorageBlobs
from localhost.storage_queues import StorageQueues
from tests.localhost.test_process import started, write

APP = """
import asyncio
import logging
import os
import pathlib

import azure.functions as func

app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)


async def stuck() -> None:
    if pathlib.Path("stuck").exists():
        await asyncio.Event().wait()


@app.route(route="hello")
def hello(req: func.HttpRequest) -> str:
    return "hi"


@app.queue_trigger(arg_name="message", queue_name="%QUEUE%", connection="")
async def work(message: func.QueueMessage) -> None:
    body = message.get_body().decode()
    logging.info("%s, time %d", body, message.dequeue_count)
    if body.startswith("long"):
        await stuck()
    logging.info("%s is done", body)


@app.blob_trigger(arg_name="blob", path="%QUEUE%/{name}", connection="")
async def read(blob: func.InputStream) -> None:
    logging.info("reading %s", blob.name)
    await stuck()
    logging.info("%s is done", blob.name)
"""
PATIENCE = 30.0
HELD = 16
"""Messages that one function holds at most: the batch and the threshold of its host.json."""

pytestmark = pytest.mark.e2e


@dataclass
class Hosts:
    """Processes of one app on one account, with a temporary folder of their own."""

    root: Path
    queue: str
    queues: StorageQueues
    blobs: StorageBlobs
    running: list[asyncio.subprocess.Process] = field(default_factory=list)

    async def start(self) -> asyncio.subprocess.Process:
        process = await started(self.root)
        self.running.append(process)
        return process

    async def put(self, text: str) -> None:
        await self.queues.put(self.queue, base64.b64encode(text.encode()).decode())


@pytest.fixture
async def hosts(tmp_path, azurite, monkeypatch):
    queue = f"q{uuid.uuid4().hex[:12]}"
    app, temporary = tmp_path / "app", tmp_path / "tmp"
    app.mkdir()
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    values = {"AzureWebJobsStorage": azurite, "QUEUE": queue}
    write(app, "local.settings.json", json.dumps({"IsEncrypted": False, "Values": values}))
    write(write(app, "function_app.py", APP), "stuck", "")
    limits = {"queues": {"batchSize": 8, "newBatchThreshold": 8}}
    write(app, "host.json", json.dumps({"version": "2.0", "extensions": limits}))
    queues = StorageQueues(Account.parse(azurite, "queue"))
    blobs = StorageBlobs(Account.parse(azurite, "blob"))
    made = Hosts(app, queue, queues, blobs)
    yield made
    for process in made.running:
        if process.returncode is None:
            process.kill()
        await process.communicate()
    await queues.close()
    await blobs.close()


async def says(process: asyncio.subprocess.Process, *texts: str, times: int = 1) -> str:
    """Read on until every text was said so many times; return all of it."""
    said = ""
    async with asyncio.timeout(PATIENCE):
        while not all(said.count(text) >= times for text in texts):
            assert process.stdout
            line = await process.stdout.readline()
            assert line, f"it ended and had said: {said}"
            said += line.decode()
    return said


async def kill(process: asyncio.subprocess.Process) -> None:
    process.send_signal(signal.SIGKILL)
    await process.wait()


async def test_a_message_and_a_blob_of_a_killed_host_go_on_at_the_next_start(hosts):
    await hosts.put("long")
    await hosts.blobs.put(hosts.queue, "picture", b"x")
    first = await hosts.start()
    await says(first, "long, time 1", f"reading {hosts.queue}/picture")
    await kill(first)
    (hosts.root / "stuck").unlink()
    second = await hosts.start()
    await says(second, "long, time 2", "long is done", f"{hosts.queue}/picture is done")
    second.send_signal(signal.SIGTERM)
    _, errors = await second.communicate()
    assert (second.returncode, errors) == (0, b"")
    assert await hosts.queues.receive(hosts.queue, 32, 60) == []
    assert list((hosts.root.parent / "tmp").glob("localhost-leases-*/*")) == []


async def test_what_a_living_host_holds_is_not_taken_from_it(hosts):
    await hosts.put("long")
    first = await hosts.start()
    await says(first, "long, time 1")
    second = await hosts.start()
    await says(second, "/api/hello")
    heard = asyncio.create_task(says(second, "short is done"))
    while not heard.done():  # either may take it
        await hosts.put("short")
        await asyncio.wait({heard}, timeout=0.2)
    assert "long" not in await heard
    await kill(second)
    await kill(first)
    await says(await hosts.start(), "long, time 2")


async def test_everything_that_a_killed_host_held_goes_on_with_what_it_had_not_taken(hosts):
    bodies = {f"long {number}" for number in range(50)}
    await asyncio.gather(*(hosts.put(body) for body in bodies))
    first = await hosts.start()
    await says(first, ", time 1", times=HELD)
    await kill(first)
    (hosts.root / "stuck").unlink()
    second = await hosts.start()
    said = await says(second, *(f" {body} is done" for body in bodies))
    assert ", time 2" in said
    second.send_signal(signal.SIGTERM)
    await second.communicate()
    assert await hosts.queues.receive(hosts.queue, 32, 60) == []
