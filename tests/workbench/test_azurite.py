"""The emulator that the session shares."""

import time

from azure.data.tables import TableServiceClient
from azure.storage.queue import QueueClient


def test_the_session_s_emulator_keeps_a_row(azurite):
    with TableServiceClient.from_connection_string(azurite) as service:
        table = service.create_table("workbench")
        table.create_entity({"PartitionKey": "p", "RowKey": "r", "n": 1})
        assert table.get_entity("p", "r")["n"] == 1


def test_an_expired_message_is_not_handed_out(azurite):
    """We let the emulator look for them less often, not never (workbench/azurite_queues.cjs)."""
    with QueueClient.from_connection_string(azurite, "workbench") as queue:
        queue.create_queue()
        queue.send_message("short", time_to_live=1)
        queue.send_message("long")
        deadline = time.monotonic() + 10
        while queue.peek_messages(2)[0].content == "short":
            assert time.monotonic() < deadline
        assert [each.content for each in queue.receive_messages()] == ["long"]
