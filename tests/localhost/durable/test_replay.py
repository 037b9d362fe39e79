"""The pure core: the same history gives the same rows, and what differs is told."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localhost.clock import ManualClock
from localhost.durable import history
from localhost.durable.history import EventType, RuntimeStatus
from localhost.durable.replay import replay
from localhost.durable.reply import Action, ActionType, Reply, parse_reply, reply_of_failure
from localhost.durable.script import Names

NOW = ManualClock().now()
NAMES = Names.of(["A", "B"], ["Order"])
OPENING = [
    history.orchestrator_started(NOW),
    history.execution_started(NOW, "Order", "one", "e1", body=None),
]


def activity(name="A", body="1"):
    return Action(ActionType.CallActivity, name=name, body=body)


def timer(seconds=5, *, cancelled=False):
    due = NOW + timedelta(seconds=seconds)
    return Action(ActionType.CreateTimer, fire_at=due, cancelled=cancelled)


def event(name="E"):
    return Action(ActionType.WaitForExternalEvent, name=name)


def every(*parts):
    return Action(ActionType.WhenAll, parts=parts)


def first(*parts):
    return Action(ActionType.WhenAny, parts=parts)


def decide(*actions, past=(), new=OPENING, **reply):
    return replay(past, new, Reply(actions, **reply), NAMES, NOW)


def kinds(decision):
    return [EventType(row["EventType"]).name for row in decision.rows]


def numbers(decision):
    return [row["EventId"] for row in decision.rows]


def test_actions_wait_for_the_one_before_them():
    decision = decide(activity("A"), activity("B"))
    assert [row["Name"] for row in decision.rows] == ["A"]
    assert decision.bodies == {0: "1"}


def test_what_is_awaited_together_is_asked_together_left_to_right():
    decision = decide(every(activity("A"), timer(), activity("B")))
    assert kinds(decision) == ["TaskScheduled", "TimerCreated", "TaskScheduled"]
    assert numbers(decision) == [0, 1, 2]


def test_an_event_takes_no_number():
    decision = decide(event(), new=[*OPENING, history.event_raised(NOW, "E", None)], is_done=True)
    assert kinds(decision) == ["ExecutionCompleted"]
    assert numbers(decision) == [0]


def test_a_duplicate_answer_is_ignored():
    past = [*OPENING, history.task_scheduled(NOW, 0, "A")]
    new = [history.orchestrator_started(NOW), *[history.task_completed(NOW, 0, "1")] * 2]
    assert kinds(decide(activity(), activity("B"), past=past, new=new)) == ["TaskScheduled"]


def test_an_open_task_keeps_a_finished_orchestrator_running():
    decision = decide(first(activity(), event()), is_done=True, new=[*OPENING, raised()])
    assert decision.status is RuntimeStatus.Running
    assert kinds(decision) == ["TaskScheduled"]


def test_a_cancelled_timer_takes_its_number_and_holds_nobody():
    decision = decide(first(timer(cancelled=True)), activity())
    assert kinds(decision) == ["TimerCreated", "TaskScheduled"]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (history.task_scheduled(NOW, 0, "B"), "named|name 'B'"),
        (history.timer_created(NOW, 0, NOW), "a timer task with sequence ID 0"),
        (history.task_scheduled(NOW, 1, "A"), "sequence ID 1 and name 'A'"),
        (history.sub_orchestration_created(NOW, 0, "Order", "x"), "a sub-orchestration task"),
    ],
)
def test_a_history_that_was_not_asked_for_fails_the_instance(row, words):
    decision = decide(activity("A"), past=[*OPENING, row], new=[history.orchestrator_started(NOW)])
    assert decision.status is RuntimeStatus.Failed
    assert decision.output is not None
    assert decision.output.startswith("Non-Deterministic workflow detected: ")
    assert any(word in decision.output for word in words.split("|"))


def test_names_are_compared_ignoring_case():
    past = [*OPENING, history.task_scheduled(NOW, 0, "a")]
    new = [history.orchestrator_started(NOW)]
    assert decide(activity("A"), past=past, new=new).status is RuntimeStatus.Running


def test_the_race_of_a_timer_with_a_retried_activity_fails_as_on_azure():
    """The most dangerous trap of the real host (host-durable 3.6, 5): parity, not kindness."""
    retried = Action(
        ActionType.CallActivityWithRetry, name="A", retry_interval_ms=1000, max_attempts=3
    )
    past = [
        *OPENING,
        history.timer_created(NOW, 0, NOW + timedelta(hours=1)),
        history.task_scheduled(NOW, 1, "A"),
        history.task_failed(NOW, 1, "no", None),
        history.timer_created(NOW, 2, NOW + timedelta(seconds=1)),
    ]
    fired = history.timer_fired(past[-1])
    past += [fired, history.task_scheduled(NOW, 3, "A")]
    new = [history.orchestrator_started(NOW), history.task_completed(NOW, 3, "1")]
    decision = decide(
        first(timer(3600, cancelled=True), retried), activity("B"), past=past, new=new
    )
    assert decision.status is RuntimeStatus.Failed
    assert "Non-Deterministic" in str(decision.output)


def test_the_hosts_unserved_actions_fail_with_the_cure():
    decision = decide(Action(ActionType.CallEntity))
    assert decision.status is RuntimeStatus.Failed
    assert "does not serve CallEntity yet" in str(decision.output)


def test_a_reply_that_rides_on_an_exception_is_read():
    error = Exception('boom\n\n$OutOfProcData$:{"isDone": false, "actions": [[]], "error": "boom"}')
    reply = reply_of_failure("Order", error, "trace")
    assert (reply.error, reply.broken) == ("boom", False)
    assert decide(error=reply.error).output == "Orchestrator function 'Order' failed: boom"


def test_a_handle_that_breaks_is_told_in_the_hosts_words():
    reply = reply_of_failure("Order", ValueError("bad"), "trace")
    assert reply.error == (
        "Orchestrator function 'Order' failed: One or more errors occurred. "
        "(Result: Failure\nException: ValueError: bad\nStack: trace)"
    )


def test_not_a_number_is_stored_as_a_word_as_newtonsoft_does():
    reply = parse_reply('{"isDone": true, "actions": [[]], "output": [NaN, 1.0]}')
    assert reply.output == '["NaN",1.0]'


SIMPLE = st.one_of(
    st.builds(activity, st.sampled_from(["A", "B"])),
    st.builds(timer, st.integers(0, 9), cancelled=st.booleans()),
    st.builds(event, st.sampled_from(["E", "F"])),
)
ACTIONS = st.lists(
    st.one_of(
        SIMPLE,
        st.lists(SIMPLE, min_size=1, max_size=3).map(lambda parts: every(*parts)),
        st.lists(SIMPLE, min_size=1, max_size=3).map(lambda parts: first(*parts)),
    ),
    max_size=5,
)


@given(ACTIONS, st.randoms(use_true_random=False))
def test_any_history_this_host_writes_replays_to_itself(actions, chance):
    """Answer what is open in any order: every prefix is matched, no number is used twice."""
    past: list[history.Event] = []
    new = list(OPENING)
    asked: dict[int, history.Event] = {}
    for _ in range(30):
        decision = decide(*actions, past=past, new=new, is_done=True)
        assert "Non-Deterministic" not in str(decision.output)
        past += [*new, *decision.rows]
        if decision.status is RuntimeStatus.Completed:
            break
        asked.update((row["EventId"], row) for row in decision.rows)
        answers = [answer_to(row) for row in asked.values()] + [raised("E"), raised("F")]
        answer = chance.choice(answers)
        asked.pop(answer.get("TaskScheduledId", answer.get("TimerId")), None)
        new = [history.orchestrator_started(NOW), answer]
    given_out = [row["EventId"] for row in past if row["EventId"] >= 0]
    assert given_out == list(range(len(given_out)))


def answer_to(row):
    if row["EventType"] == EventType.TimerCreated:
        return history.timer_fired(row)
    return history.task_completed(NOW, row["EventId"], "1")


def raised(name="E"):
    return history.event_raised(NOW, name, None)
