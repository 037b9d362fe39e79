"""What every task hub promises, run on the memory twin and on Azurite."""

import uuid
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from localhost.clock import ManualClock, SystemClock
from localhost.durable import history
from localhost.durable.history import RuntimeStatus
from localhost.durable.memory_hub import MemoryTaskHub
from localhost.durable.tables_hub import TablesTaskHub, escape, unescape
from localhost.durable.taskhub import (
    Checkpoint,
    Instance,
    InstanceExists,
    LostRace,
    Message,
    Parent,
    PayloadTooLarge,
    Query,
)
from localhost.tables import Account, Tables
from localhost.tracing import Trace

START = ManualClock().now()


@pytest.fixture(params=["memory", pytest.param("azurite", marks=pytest.mark.azurite)])
async def hub(request) -> AsyncIterator[Any]:
    if request.param == "memory":
        yield MemoryTaskHub()
        return
    tables = Tables(Account.parse(request.getfixturevalue("azurite")))
    stored = TablesTaskHub(tables, f"T{uuid.uuid4().hex[:12]}", SystemClock())
    await stored.open()
    yield stored
    await stored.close()


def instance(instance_id="one", **more) -> Instance:
    fields: dict[str, Any] = {
        "execution_id": "e1",
        "name": "Order",
        "version": "",
        "body": '"{}"',
        "status": RuntimeStatus.Pending,
        "created_at": START,
        "updated_at": START,
    }
    return Instance(instance_id=instance_id, **(fields | more))


def started(of: Instance) -> Message:
    event = history.execution_started(START, of.name, of.instance_id, of.execution_id, body=of.body)
    return Message(event)


def raised(name: str) -> Message:
    return Message(history.event_raised(START, name, "1"))


def step(before, status=RuntimeStatus.Running, events=(), bodies=None, **more) -> Checkpoint:
    after = replace(before.instance, status=status, episodes=before.instance.episodes + 1)
    keys = [message.key for message in before.inbox]
    return Checkpoint(after, before.etag, list(events), bodies or {}, keys, **more)


async def test_a_created_instance_is_there_with_its_first_message(hub):
    new = instance(parent=Parent("p", "pe", "Parent", 3), trace=Trace("00-a-b-01", "x=y"))
    created = await hub.create(new, started(new))
    assert await hub.read("one") == new
    loaded = await hub.load("one")
    assert loaded == created
    assert [message.event["Name"] for message in loaded.inbox] == ["Order"]
    assert list(await hub.active()) == ["one"]


async def test_an_unfinished_instance_cannot_be_created_again(hub):
    await hub.create(instance(), started(instance()))
    with pytest.raises(InstanceExists, match="status Pending already exists"):
        await hub.create(instance(execution_id="e2"), started(instance()))
    assert (await hub.read("one")).execution_id == "e1"


async def test_a_finished_instance_makes_room_for_a_new_one(hub):
    old = await hub.create(instance(), started(instance()))
    await hub.checkpoint(step(old, RuntimeStatus.Completed, [history.orchestrator_started(START)]))
    await hub.create(instance(execution_id="e2"), started(instance(execution_id="e2")))
    fresh = await hub.load("one")
    assert (fresh.instance.execution_id, list(fresh.history), len(fresh.inbox)) == ("e2", [], 1)


async def test_a_checkpoint_stores_history_outbox_and_status_and_takes_the_messages(hub):
    created = await hub.create(instance(), started(instance()))
    late = await hub.enqueue("one", raised("Late"))
    rows = [history.orchestrator_started(START), history.task_scheduled(START, 0, "Echo")]
    await hub.checkpoint(step(created, events=rows, bodies={0: '{"a": 1}'}))
    after = await hub.load("one")
    assert after.instance.status is RuntimeStatus.Running
    assert list(after.history) == rows
    assert dict(after.outbox) == {0: '{"a": 1}'}
    assert list(after.inbox) == [late]


async def test_a_checkpoint_on_an_old_etag_is_refused_and_changes_nothing(hub):
    created = await hub.create(instance(), started(instance()))
    await hub.checkpoint(step(created, events=[history.orchestrator_started(START)]))
    with pytest.raises(LostRace):
        await hub.checkpoint(step(created, RuntimeStatus.Failed))
    after = await hub.load("one")
    assert after.instance.status is RuntimeStatus.Running
    assert len(after.history) == 1


async def test_messages_keep_the_order_they_came_in(hub):
    await hub.create(instance(), started(instance()))
    for name in "abcdefghij":
        await hub.enqueue("one", raised(name))
    inbox = (await hub.load("one")).inbox
    assert [message.event["Name"] for message in inbox] == ["Order", *"abcdefghij"]


async def test_a_new_generation_replaces_history_outbox_and_input(hub):
    created = await hub.create(instance(), started(instance()))
    await hub.checkpoint(
        step(created, events=[history.orchestrator_started(START)], bodies={0: "1"})
    )
    old = await hub.load("one")
    fresh = step(old, events=[history.orchestrator_completed(START)], bodies={0: "2"}, fresh=True)
    next_one = replace(fresh.instance, execution_id="e2", generation=1, episodes=0, body='"2"')
    await hub.checkpoint(replace(fresh, instance=next_one))
    after = await hub.load("one")
    assert (after.instance.body, len(after.history), dict(after.outbox)) == ('"2"', 1, {0: "2"})


async def test_long_and_foreign_texts_come_back_as_they_were(hub):
    text = '"' + "Grüße 日本 🎉 " * 30_000 + '"'
    new = instance(body=text)
    created = await hub.create(new, started(instance()))
    rows = [history.task_completed(START, 0, text)]
    await hub.checkpoint(
        replace(
            step(created, events=rows),
            instance=replace(new, output=text, custom_status='"ü"', status=RuntimeStatus.Running),
        )
    )
    after = await hub.load("one")
    assert after.instance.body == text
    assert after.instance.output == text
    assert after.instance.custom_status == '"ü"'
    assert list(after.history) == rows


@pytest.mark.azurite
async def test_what_does_not_fit_is_refused_and_nothing_is_stored(azurite):
    tables = Tables(Account.parse(azurite))
    hub = TablesTaskHub(tables, f"T{uuid.uuid4().hex[:12]}", SystemClock())
    await hub.open()
    noise = "".join(uuid.uuid4().hex for _ in range(200_000))
    created = await hub.create(instance(), started(instance()))
    with pytest.raises(PayloadTooLarge):
        await hub.checkpoint(step(created, events=[history.task_completed(START, 0, noise)]))
    stored = await hub.load("one")
    assert stored is not None
    assert list(stored.history) == []
    await hub.close()


async def test_only_unfinished_instances_are_active_once_retired(hub):
    for name in ("a", "b", "c"):
        await hub.create(instance(name), started(instance(name)))
    await hub.retire("b")
    assert sorted(await hub.active()) == ["a", "c"]


async def test_a_purged_instance_is_gone_with_everything(hub):
    await hub.create(instance(), started(instance()))
    assert await hub.purge("one") is True
    assert await hub.read("one") is None
    assert await hub.load("one") is None
    assert list(await hub.active()) == []
    assert await hub.purge("one") is False


async def test_a_listing_filters_and_pages_in_the_order_of_ids(hub):
    for number in range(5):
        name = f"order-{number}"
        created = await hub.create(
            instance(name, created_at=START + timedelta(hours=number)), started(instance(name))
        )
        if number % 2:
            await hub.checkpoint(step(created, RuntimeStatus.Completed))
    await hub.create(instance("other"), started(instance("other")))

    async def ids(**filters):
        query, found = Query(**filters), []
        while True:
            page = await hub.list(query)
            found += [one.instance_id for one in page.instances]
            if not page.token:
                return found
            query = replace(query, token=page.token)

    every = [f"order-{number}" for number in range(5)]
    assert await ids(prefix="order-") == every
    assert await ids(prefix="order-", top=2) == every
    assert await ids(statuses=frozenset({RuntimeStatus.Completed})) == ["order-1", "order-3"]
    assert await ids(prefix="order-", created_from=START + timedelta(hours=3)) == every[3:]
    assert await ids(prefix="order-", created_to=START + timedelta(hours=1)) == every[:2]


@pytest.mark.parametrize("name", ["a/b", "a\\b", "a#b?c", "^0", "ü'quote'", "a b+c%20", "1:2"])
async def test_any_id_can_be_kept(hub, name):
    new = instance(name)
    await hub.create(new, started(new))
    assert await hub.read(name) == new
    assert list(await hub.active()) == [name]
    assert unescape(escape(name)) == name
