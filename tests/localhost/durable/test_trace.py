"""What starts an instance may name a trace; what the instance does goes on in it."""

from collections.abc import AsyncIterator

import pytest

from localhost.clock import ManualClock
from localhost.durable.memory_hub import MemoryTaskHub
from localhost.tracing import PARENT, Trace
from tests.localhost.durable.api import Api, served
from tests.localhost.durable.scene import Scene

TRACE = "0af7651916cd43dd8448eb211c80319c"
CALLER = f"00-{TRACE}-b7ad6b7169203331-01"
seen: list[tuple[str, str]] = []


def trace_of(parent):
    found = PARENT.fullmatch(parent)
    return found["trace"] if found else None


def order(context):
    yield context.call_activity("Note", "parent")
    yield context.call_sub_orchestrator("Child", None, "child")
    if context.get_input() != "again":
        context.continue_as_new("again")


def child(context):
    return (yield context.call_activity("Note", "child"))


def note(value, context):
    seen.append((value, context.trace_context.trace_parent))


@pytest.fixture
async def api(scene) -> AsyncIterator[Api]:
    seen.clear()
    async with served(scene({"Order": order, "Child": child}, {"Note": note})) as api:
        yield api


async def started_in(api, instance_id):
    _, body, _ = await api.ask("GET", f"instances/{instance_id}?showHistory=true")
    return body["historyEvents"][0]["ParentTraceContext"]


async def test_the_start_is_stored_and_shown_in_the_callers_trace(api):
    headers = {"traceparent": CALLER, "tracestate": "vendor=1"}
    await api.ask("POST", "orchestrators/Child/one", headers=headers)
    await api.settle()
    shown = await started_in(api, "one")
    assert shown["TraceState"] == "vendor=1"
    assert trace_of(shown["TraceParent"]) == TRACE
    assert shown["TraceParent"].endswith("-01")
    assert shown["TraceParent"] != CALLER  # a place of its own


@pytest.mark.parametrize("header", [None, "", "nonsense", f"00-{'0' * 32}-b7ad6b7169203331-01"])
async def test_a_start_without_a_trace_has_none(api, header):
    headers = {} if header is None else {"traceparent": header}
    await api.ask("POST", "orchestrators/Child/one", headers=headers)
    await api.settle()
    assert await started_in(api, "one") is None
    assert seen == [("child", "")]


async def test_activities_children_and_later_generations_go_on_in_it(api):
    await api.ask("POST", "orchestrators/Order/one", headers={"traceparent": CALLER})
    await api.settle()
    assert [value for value, _ in seen] == ["parent", "child", "parent", "child"]
    assert {trace_of(parent) for _, parent in seen} == {TRACE}
    assert len({parent for _, parent in seen}) == 4
    for instance in ("one", "child"):
        assert TRACE in (await started_in(api, instance))["TraceParent"]


async def test_an_activity_after_a_restart_of_the_host_goes_on_in_it():
    seen.clear()
    hub, clock = MemoryTaskHub(), ManualClock()

    def waiting(context):
        yield context.wait_for_external_event("Go")
        yield context.call_activity("Note", "late")

    first = Scene({"Waiting": waiting}, {"Note": note}, hub, clock)
    async with served(first) as api:
        await api.ask("POST", "orchestrators/Waiting/one", headers={"traceparent": CALLER})
        await api.settle()
    await first.engine.stop(0)
    first.close()
    second = Scene({"Waiting": waiting}, {"Note": note}, hub, clock)
    await second.engine.start()
    await second.send("Go")
    await second.engine.stop(0)
    second.close()
    assert [trace_of(parent) for _, parent in seen] == [TRACE]


def test_a_place_further_down_is_in_the_same_trace():
    trace = Trace.of({"traceparent": f" {CALLER} ", "tracestate": "a=b"})
    assert trace is not None
    below = trace.below()
    assert below.parent != trace.parent
    assert (below.state, trace_of(below.parent)) == ("a=b", TRACE)
