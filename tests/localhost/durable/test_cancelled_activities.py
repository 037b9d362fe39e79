"""Cancelled activities: those the end of the host cut short run again, the others have failed."""

import asyncio
from collections import Counter

from localhost.durable.engine import Limits


def call_slow(context):
    value = yield context.call_activity("Slow", "parcel")
    return value


async def test_an_activity_that_the_end_of_the_host_cuts_short_is_run_again_at_the_next_start(
    scene,
):
    begun, runs = asyncio.Event(), Counter[str]()

    async def slow(value):
        runs[value] += 1
        begun.set()
        if runs[value] == 1:
            await asyncio.Event().wait()
        return value

    stage = scene({"Call": call_slow}, {"Slow": slow})
    starting = asyncio.create_task(stage.start("Call"))
    await begun.wait()
    starting.cancel()
    await stage.engine.stop(0)
    assert await stage.outcome() == ("Running", None)
    stage.engine = stage.new_engine()
    await stage.engine.start()
    await stage.engine.settle()
    assert await stage.outcome() == ("Completed", "parcel")
    assert runs["parcel"] == 2


async def test_an_activity_that_waits_for_its_turn_when_the_host_ends_is_left_to_the_next(scene):
    begun, may_end, runs = asyncio.Event(), asyncio.Event(), Counter[str]()

    async def slow(value):
        runs[value] += 1
        begun.set()
        await may_end.wait()
        return value

    def call_two(context):
        calls = [context.call_activity("Slow", name) for name in ("first", "second")]
        return (yield context.task_all(calls))

    stage = scene({"Call": call_two}, {"Slow": slow}, limits=Limits(activities=1))
    starting = asyncio.create_task(stage.start("Call"))
    await begun.wait()
    starting.cancel()
    ending = asyncio.create_task(stage.engine.stop(5))
    may_end.set()
    await ending
    assert runs == {"first": 1}
    stage.engine = stage.new_engine()
    await stage.engine.start()
    await stage.engine.settle()
    assert await stage.outcome() == ("Completed", ["first", "second"])
    assert runs == {"first": 1, "second": 1}


async def test_an_activity_that_cancels_itself_has_failed_and_nobody_waits_for_it(scene):
    async def give_up(value):
        raise asyncio.CancelledError

    stage = scene({"Call": call_slow}, {"Slow": give_up})
    await stage.start("Call")
    status, said = await stage.outcome()
    assert status == "Failed"
    assert "Activity function 'Slow' failed" in said
    assert "CancelledError" in said
