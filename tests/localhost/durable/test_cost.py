"""How many storage requests an orchestration costs: a number, so that it cannot creep up."""

import uuid

from localhost.clock import ManualClock
from localhost.durable.tables_hub import TablesTaskHub
from localhost.tables import Account, Tables

STEPS = 7


async def test_a_sequence_costs_one_request_an_episode_and_three_more(scene, azurite):
    def sequence(context):
        for number in range(STEPS):
            yield context.call_activity("Echo", number)

    clock = ManualClock()
    tables = Tables(Account.parse(azurite))
    hub = TablesTaskHub(tables, f"T{uuid.uuid4().hex[:12]}", clock)
    await hub.open()
    stage = scene({"Seq": sequence}, {"Echo": lambda value: value}, hub=hub, clock=clock)
    before = tables.requests
    await stage.start("Seq")
    episodes = STEPS + 1
    # Listed as active, created with its first message, retired: the rest are checkpoints.
    assert tables.requests - before == episodes + 3
    assert (await stage.outcome())[0] == "Completed"
    await hub.close()
