"""A text reaches its function and the poison queue character for character, on Azurite."""

import asyncio
import uuid
from typing import Any

import azure.functions as func
import pytest

from localhost.clock import SystemClock
from localhost.storage import AccountStorage
from localhost.wire import Refused
from tests.localhost.serving import app, settings
from tests.localhost.test_queues import TEXTS
from tests.localhost.triggers.scene import staged

LONG = ["x" * 65_536, "&" * 65_536, "\r" * 65_536, "\n" * 65_536, "👧" * 16_000]
PATIENCE = 20.0


def around(connection, **queues):
    """Settings for a host of plain texts that tries each once."""
    options = {"messageEncoding": "none", "maxDequeueCount": 1, **queues}
    return settings(
        {"extensions": {"queues": options}},
        AzureWebJobsStorage=connection,
        AzureFunctionsWebHost__hostid="host",
    )


async def arrived(queues, queue, count):
    """Take messages until there are so many."""
    found: list[str] = []
    async with asyncio.timeout(PATIENCE):
        while len(found) < count:
            try:
                found += [message.text for message in await queues.receive(queue, 32, 600)]
            except Refused as missing:  # the poison queue is made when it is first needed
                if missing.status != 404:
                    raise
    return found


@pytest.mark.parametrize("texts", [TEXTS, LONG], ids=["odd", "long"])
async def test_what_fails_is_moved_as_it_came(azurite, texts):
    queue, seen, made = f"q{uuid.uuid4().hex[:12]}", [], app()

    async def work(message: func.QueueMessage) -> None:
        seen.append(message.get_body().decode())
        raise ValueError(message)

    made.queue_trigger("message", queue_name=queue, connection="")(work)
    configured = around(azurite)
    clock: Any = SystemClock()
    storage = AccountStorage(configured)
    queues = storage.queues("")
    try:
        for text in texts:
            await queues.put(queue, text)
        async with staged(made, clock, storage, configured):
            poison = await arrived(queues, f"{queue}-poison", len(texts))
        assert sorted(poison) == sorted(texts)
        assert sorted(seen) == sorted(texts)
        assert await queues.receive(queue, 32, 1) == []
    finally:
        await storage.close()


@pytest.mark.parametrize("text", ["bell \x07", "half \ud83d"])
async def test_an_output_that_no_message_can_carry_fails_its_function(clock, text):
    made, tried = app(), []

    async def send(message: func.QueueMessage, out: func.Out[str]) -> None:
        tried.append(message)
        out.set(text)

    made.queue_trigger("message", queue_name="work", connection="")(
        made.queue_output("out", queue_name="out", connection="")(send)
    )
    plain = around("UseDevelopmentStorage=true", maxDequeueCount=2)
    async with staged(made, clock, configured=plain) as stage:
        queues = stage.storage.queues()
        await queues.put("work", "x")
        await stage.advance(2)
        assert (len(tried), queues.texts("work-poison"), queues.texts("out")) == (2, ["x"], [])
