"""One contract for sending, on memory and on Azure Queue Storage."""

import uuid
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from azure.storage.queue.aio import QueueClient

from shared.eventstore.port import StoreUnavailable
from shared.queues.azure_queues import AzureQueues
from shared.queues.memory import MemoryQueues
from shared.queues.port import LONGEST
from shared.storage_account import StorageAccount
from tests.application.storage import NOBODY


@pytest.fixture
def queue() -> str:
    """A queue nobody else uses."""
    return f"q{uuid.uuid4().hex}"


class QueuesContract:
    async def test_a_queue_that_is_not_there_is_empty(self, queues, queue):
        assert await queues.depth(queue) == 0

    async def test_what_is_sent_is_counted_hidden_or_not(self, queues, queue):
        await queues.send(queue, "now")
        await queues.send(queue, "later", delay=timedelta(minutes=1))
        assert await queues.depth(queue) == 2


class TestMemoryQueues(QueuesContract):
    @pytest.fixture
    def queues(self) -> MemoryQueues:
        return MemoryQueues()


class TestAzureQueues(QueuesContract):
    @pytest.fixture
    async def queues(self, azurite: str) -> AsyncIterator[AzureQueues]:
        made = AzureQueues(StorageAccount(azurite))
        yield made
        await made.close()

    @pytest.mark.parametrize(
        "text", [' {"a": "<&>"}\r\n\t ', "Ünï 𝄞", "not base64 =", "x" * LONGEST]
    )
    async def test_a_text_arrives_as_it_was_sent_and_lives_as_long(
        self, azurite, queues, queue, text
    ):
        await queues.send(queue, text, life=timedelta(days=14))
        async with QueueClient.from_connection_string(azurite, queue) as client:
            message = await client.receive_message()
        assert message is not None
        assert message.expires_on is not None
        assert message.inserted_on is not None
        assert message.content == text
        assert message.expires_on - message.inserted_on == timedelta(days=14)


async def test_a_queue_whose_storage_is_down_is_unavailable():
    queues = AzureQueues(StorageAccount(f"{NOBODY}QueueEndpoint=http://127.0.0.1:9/a;"))
    try:
        with pytest.raises(StoreUnavailable):
            await queues.send("queue", "text")
        with pytest.raises(StoreUnavailable):
            await queues.depth("queue")
    finally:
        await queues.close()
