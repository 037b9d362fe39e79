"""Histories of the usual patterns, row by row as the real host has them (host-durable 2.6)."""

import contextlib
import time
from datetime import timedelta

from azure.durable_functions import RetryOptions

from localhost.durable.engine import NewInstance
from localhost.durable.functions import SLOW_SECONDS


def echo(value):
    return value


def fail(value):
    raise ValueError("boom")


def failing(times):
    calls = []

    def flaky(value):
        calls.append(value)
        if len(calls) <= times:
            raise ValueError("not yet")
        return "done"

    return flaky


def soon(context, **delta):
    return context.current_utc_datetime + timedelta(**delta)


async def test_two_activities_in_sequence_take_three_episodes(scene):
    def two(context):
        first = yield context.call_activity("Echo", {"a": 1})
        second = yield context.call_activity("Echo", [first])
        return second

    stage = scene({"Two": two}, {"Echo": echo})
    await stage.start("Two")
    assert await stage.story() == "OS ES TS#0 OC | OS TC←0 TS#1 OC | OS TC←1 EC#2 OC"
    assert await stage.outcome() == ("Completed", [{"a": 1}])


async def test_an_exhausted_retry_ends_after_one_more_timer_due_at_once(scene):
    def tried(context):
        bad = context.call_activity_with_retry("Fail", RetryOptions(1000, 2), 1)
        yield context.task_all([bad, context.call_activity("Echo", 2)])

    stage = scene({"Tried": tried}, {"Fail": fail, "Echo": echo})
    await stage.start("Tried")
    await stage.pass_time(1)
    story = await stage.story()
    # Both answers may share an episode or not: any batching is legal.
    assert story.replace(" OC | OS", "") == (
        "OS ES TS#0 TS#1 TF←0 TM#2 TC←1 TMF←2 TS#3 TF←3 TM#4 TMF←4 EC#5 OC"
    ) or story.endswith("TMF←2 TS#3 OC | OS TF←3 TM#4 OC | OS TMF←4 EC#5 OC")
    status, output = await stage.outcome()
    assert status == "Failed"
    assert output.startswith(
        "Orchestrator function 'Tried' failed: Activity function 'Fail' failed:  ValueError: boom"
    )


async def test_a_retried_activity_that_recovers_gives_its_value(scene):
    def tried(context):
        value = yield context.call_activity_with_retry("Flaky", RetryOptions(5000, 3), None)
        return value

    stage = scene({"Tried": tried}, {"Flaky": failing(1)})
    await stage.start("Tried")
    assert (await stage.outcome())[0] == "Running"
    await stage.pass_time(4.9)
    assert (await stage.outcome())[0] == "Running"
    await stage.pass_time(0.1)
    assert await stage.outcome() == ("Completed", "done")
    assert await stage.story() == (
        "OS ES TS#0 OC | OS TF←0 TM#1 OC | OS TMF←1 TS#2 OC | OS TC←2 EC#3 OC"
    )


async def test_a_cancelled_timer_lets_the_instance_end_at_once(scene):
    def race(context):
        timer = context.create_timer(soon(context, hours=1))
        winner = yield context.task_any([timer, context.call_activity("Echo", 1)])
        timer.cancel()
        return winner != timer

    stage = scene({"Race": race}, {"Echo": echo})
    await stage.start("Race")
    assert await stage.story() == "OS ES TM#0 TS#1 OC | OS TC←1 EC#2 OC"
    assert await stage.outcome() == ("Completed", True)
    await stage.pass_time(7200)
    assert await stage.story() == "OS ES TM#0 TS#1 OC | OS TC←1 EC#2 OC"


async def test_a_timer_nobody_cancels_keeps_the_instance_running_until_it_rings(scene):
    def race(context):
        timer = context.create_timer(soon(context, hours=1))
        yield context.task_any([timer, context.call_activity("Echo", 1)])
        return "left"

    stage = scene({"Race": race}, {"Echo": echo})
    await stage.start("Race")
    assert await stage.outcome() == ("Running", None)
    await stage.pass_time(3600)
    assert await stage.outcome() == ("Completed", "left")
    assert await stage.story() == "OS ES TM#0 TS#1 OC | OS TC←1 OC | OS TMF←0 EC#2 OC"


async def test_a_failure_in_task_all_shows_only_when_the_slowest_sibling_is_done(scene):
    def both(context):
        timer = context.create_timer(soon(context, minutes=1))
        with contextlib.suppress(Exception):
            yield context.task_all([context.call_activity("Fail", 1), timer])
        result = yield context.call_activity("Echo", "after")
        return result

    stage = scene({"Both": both}, {"Fail": fail, "Echo": echo})
    await stage.start("Both")
    assert await stage.story() == "OS ES TS#0 TM#1 OC | OS TF←0 OC"
    await stage.pass_time(60)
    assert await stage.story() == (
        "OS ES TS#0 TM#1 OC | OS TF←0 OC | OS TMF←1 TS#2 OC | OS TC←2 EC#3 OC"
    )
    assert await stage.outcome() == ("Completed", "after")


async def test_an_event_wakes_its_waiter_with_the_value_sent(scene):
    def wait(context):
        value = yield context.wait_for_external_event("Approve")
        return value

    stage = scene({"Wait": wait})
    await stage.start("Wait")
    await stage.send("Approve", {"by": "ann"})
    assert await stage.outcome() == ("Completed", {"by": "ann"})
    assert await stage.story() == "OS ES OC | OS EV EC#0 OC"


async def test_an_early_event_waits_and_one_event_serves_one_wait(scene):
    def twice(context):
        yield context.call_activity("Echo", 1)
        first = yield context.wait_for_external_event("E")
        second = yield context.wait_for_external_event("E")
        yield context.call_activity("Echo", 2)
        return [first, second]

    stage = scene({"Twice": twice}, {"Echo": echo})
    await stage.engine.start_new(NewInstance("Twice", "one"))
    await stage.engine.raise_event("one", "E", '"e1"')
    await stage.engine.settle()
    assert (await stage.outcome())[0] == "Running"
    await stage.send("E", "e2")
    # The SDK hands the first event to both waits (host-durable 3.7); the host counts them apart.
    assert await stage.outcome() == ("Completed", ["e1", "e1"])


async def test_event_names_are_matched_ignoring_case_by_the_host_only(scene):
    def wait(context):
        value = yield context.wait_for_external_event("approve")
        return value

    stage = scene({"Wait": wait})
    await stage.start("Wait")
    await stage.send("APPROVE", 1)
    assert (await stage.outcome())[0] == "Running"
    assert await stage.story() == "OS ES OC | OS EV OC"


async def test_continue_as_new_starts_a_generation_with_fresh_numbers(scene):
    def count(context):
        number = context.get_input()
        yield context.call_activity("Echo", number)
        if number < 3:
            context.continue_as_new(number + 1)
            return None
        return number

    stage = scene({"Count": count}, {"Echo": echo})
    await stage.start("Count", 1)
    assert await stage.outcome() == ("Completed", 3)
    assert await stage.story() == "OS ES OC TS#0 OC | OS TC←0 EC#1 OC"
    assert (await stage.instance()).generation == 2


async def test_a_child_orchestration_answers_its_parent(scene):
    def parent(context):
        value = yield context.call_sub_orchestrator("Child", {"n": 1})
        return value

    def child(context):
        value = yield context.call_activity("Echo", context.get_input())
        return [value, context.parent_instance_id]

    stage = scene({"Parent": parent, "Child": child}, {"Echo": echo})
    await stage.start("Parent")
    assert await stage.outcome() == ("Completed", [{"n": 1}, "one"])
    assert await stage.story() == "OS ES SC#0 OC | OS SCC←0 EC#1 OC"
    child_id = f"{(await stage.instance()).execution_id}:0"
    assert await stage.story(child_id) == "OS ES TS#0 OC | OS TC←0 EC#1 OC"


async def test_a_failed_child_is_told_with_its_whole_text(scene):
    def parent(context):
        try:
            yield context.call_sub_orchestrator("Child", None, "kid")
        except Exception as error:
            return str(error)

    def child(context):
        yield context.call_activity("Fail", 1)

    stage = scene({"Parent": parent, "Child": child}, {"Fail": fail})
    await stage.start("Parent")
    _, text = await stage.outcome()
    assert text.count("Orchestrator function 'Child' failed: Activity function 'Fail' failed:") == 2


async def test_a_suspended_instance_records_answers_but_goes_on_only_when_resumed(scene):
    def two(context):
        yield context.wait_for_external_event("Go")
        yield context.call_activity("Echo", 1)
        return "end"

    stage = scene({"Two": two}, {"Echo": echo})
    await stage.start("Two")
    await stage.engine.suspend("one", "lunch")
    await stage.engine.settle()
    assert await stage.outcome() == ("Suspended", "lunch")
    await stage.send("Go")
    assert await stage.outcome() == ("Suspended", "lunch")
    await stage.engine.resume("one", "back")
    await stage.engine.settle()
    assert await stage.outcome() == ("Completed", "end")
    assert await stage.story() == (
        "OS ES OC | OS SUS OC | OS EV OC | OS RES TS#0 OC | OS TC←0 EC#1 OC"
    )


async def test_termination_ends_the_instance_with_the_reason(scene):
    def wait(context):
        yield context.wait_for_external_event("Never")

    stage = scene({"Wait": wait})
    await stage.start("Wait")
    await stage.engine.terminate("one", "enough")
    await stage.engine.settle()
    assert await stage.outcome() == ("Terminated", "enough")
    assert await stage.story() == "OS ES OC | OS TERM EC#0 OC"


async def test_changed_code_fails_the_instance_and_says_which_step_differs(scene):
    def before(context):
        yield context.call_activity("Echo", 1)
        yield context.wait_for_external_event("E")

    def after(context):
        yield context.call_activity("Other", 1)
        yield context.wait_for_external_event("E")

    stage = scene({"Order": before}, {"Echo": echo})
    await stage.start("Order")
    changed = scene(
        {"Order": after}, {"Other": echo, "Echo": echo}, hub=stage.hub, clock=stage.clock
    )
    await changed.engine.start()
    await changed.send("E")
    status, output = await changed.outcome()
    assert status == "Failed"
    assert output.startswith("Non-Deterministic workflow detected: ")
    assert "sequence ID 0 and name 'Echo'" in output
    assert "an activity task and name 'Other'" in output
    # What the failing replay asked for is still recorded and sent (host-durable 3.8).
    assert await changed.story() == "OS ES TS#0 OC | OS TC←0 OC | OS EV TS#0 EC#1 OC"


async def test_custom_status_is_cleared_when_an_episode_sets_none(scene):
    def status(context):
        context.set_custom_status({"step": 1})
        yield context.wait_for_external_event("A")
        context.set_custom_status(None)
        yield context.wait_for_external_event("B")

    stage = scene({"Status": status})
    await stage.start("Status")
    assert (await stage.instance()).custom_status == '{"step":1}'
    await stage.send("A")
    assert (await stage.instance()).custom_status is None


async def test_a_custom_status_over_16_kilobytes_fails_the_instance(scene):
    def status(context):
        context.set_custom_status("x" * 9000)
        yield context.wait_for_external_event("A")

    stage = scene({"Status": status})
    await stage.start("Status")
    outcome, output = await stage.outcome()
    assert outcome == "Failed"
    assert "must not exceed 16 KB" in output


async def test_an_unknown_activity_fails_the_instance_and_lists_those_there_are(scene):
    def order(context):
        yield context.call_activity("Missing", 1)

    stage = scene({"Order": order}, {"Echo": echo})
    await stage.start("Order")
    status, output = await stage.outcome()
    assert status == "Failed"
    assert output.startswith(
        "Orchestrator function 'Order' failed: The function 'Missing' doesn't exist, is disabled, "
        "or is not an activity function."
    )


async def test_an_unknown_orchestrator_makes_an_instance_that_fails(scene):
    stage = scene({})
    await stage.start("Nobody")
    status, output = await stage.outcome()
    assert status == "Failed"
    assert "The function 'Nobody' doesn't exist" in output


async def test_an_orchestrator_that_holds_up_the_host_is_named_in_the_log(scene, caplog):
    def busy(context):
        until = time.perf_counter() + SLOW_SECONDS
        while time.perf_counter() < until:
            pass
        yield context.call_activity("Echo", 1)

    stage = scene({"Busy": busy}, {"Echo": echo})
    await stage.start("Busy")
    assert "Busy held up the host for 1." in caplog.text


async def test_more_events_than_one_transaction_holds_are_all_delivered(scene):
    def gather(context):
        got: list[int] = []
        while len(got) < 250:
            got.append((yield context.wait_for_external_event("E")))
        return sum(got)

    stage = scene({"Gather": gather})
    await stage.start("Gather")
    for number in range(250):
        await stage.engine.raise_event("one", "E", str(number))
    await stage.engine.settle()
    # Which waits get which value is the SDK's affair (host-durable 3.7); none may be missing.
    assert (await stage.outcome())[0] == "Completed"


async def test_a_wide_fan_out_comes_together(scene):
    def fan(context):
        results = yield context.task_all([context.call_activity("Echo", n) for n in range(300)])
        return sum(results)

    stage = scene({"Fan": fan}, {"Echo": echo})
    await stage.start("Fan")
    assert await stage.outcome() == ("Completed", sum(range(300)))
