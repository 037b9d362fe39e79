"""Cancels, retries and undos of the process, answer by answer."""

from itertools import islice

import pytest

from orchestrations.calls import reason_in
from orchestrations.messages import Answer, Failure, FailureCode, Outcome, Policy
from orchestrations.pauses import LONGEST, growing
from shared.plain import to_plain
from tests.domain.scenes import PLACE
from tests.orchestrations.instance import Instance
from tests.orchestrations.shop import started

DONE = to_plain(Answer(Outcome.DONE))
DECLINED = to_plain(Answer(Outcome.DECLINED, "no money"))
BUSY = to_plain(Answer(failure=Failure(FailureCode.GATEWAY_UNAVAILABLE, "busy", True, {})))
DOWN = to_plain(Answer(failure=Failure(FailureCode.STORE_UNAVAILABLE, "no storage", True, {})))
FORBIDDEN = to_plain(Answer(failure=Failure(FailureCode.NOT_ALLOWED, "forbidden", False, {})))
UNDOS = ["CancelShipment", "RefundPayment", "ReleaseStock"]
REASON = {"reason": "too slow"}


def workflow(*answers: object) -> Instance:
    """A workflow whose activities answered so."""
    instance = started(PLACE)
    for answer in answers:
        instance.answer(answer)
    return instance


def finish(instance: Instance) -> Instance:
    """Every open activity is done, every open timer fires."""
    while not instance.is_over:
        if "fireAt" in instance.open[0][1]:
            instance.fire()
        else:
            instance.answer(DONE)
    return instance


@pytest.mark.parametrize(
    ("done", "undone"),
    [(0, []), (1, UNDOS[2:]), (2, UNDOS[1:])],
    ids=["placed", "reserved", "paid"],
)
def test_a_cancel_lets_the_running_step_end_and_then_undoes_the_steps_in_reverse(done, undone):
    instance = workflow(*[DONE] * done)
    instance.raise_event("CancelRequested", REASON)
    before = len(instance.activities)
    instance.answer(DONE)
    finish(instance)
    assert instance.activities[before:] == [*undone, "CancelOrder"]
    assert instance.output == {"status": "cancelled"}


def test_a_cancel_while_a_retry_waits_drops_the_timer_and_undoes_at_once():
    instance = workflow(DONE, DONE, BUSY)
    instance.raise_event("CancelRequested", REASON)
    assert instance.timers[0]["isCanceled"]
    assert finish(instance).activities[3:] == ["RefundPayment", "ReleaseStock", "CancelOrder"]
    assert instance.output == {"status": "cancelled"}


def test_a_cancel_during_a_failing_attempt_is_not_followed_by_another_attempt():
    instance = workflow(DONE, DONE)
    instance.raise_event("CancelRequested", REASON)
    instance.answer(BUSY)
    assert instance.timers == []
    assert instance.activities[-1] == "RefundPayment"


def test_a_cancel_wins_over_a_no_of_the_same_step():
    instance = workflow(DONE, DONE)
    instance.raise_event("CancelRequested", REASON)
    instance.answer(DECLINED)
    assert finish(instance).output == {"status": "cancelled"}


def test_a_cancel_during_a_shipment_that_succeeds_is_refused():
    instance = workflow(DONE, DONE, DONE)
    instance.raise_event("CancelRequested", REASON)
    finish(instance)
    assert instance.output == {"status": "completed"}
    assert '"refused": "too slow"' in instance.actions[-1]["input"]


def test_a_cancel_during_a_shipment_that_fails_is_obeyed():
    instance = workflow(DONE, DONE, DONE)
    instance.raise_event("CancelRequested", REASON)
    instance.answer(FORBIDDEN)
    assert finish(instance).activities[4:] == [*UNDOS, "CancelOrder"]


@pytest.mark.parametrize("done", [4, 5, 6])
def test_a_cancel_past_the_pivot_never_takes_back_a_shipped_order(done):
    instance = workflow(*[DONE] * done)
    instance.raise_event("CancelRequested", REASON)
    finish(instance)
    assert instance.output == {"status": "completed"}
    # One that comes while the end is being written is too late to be recorded.
    assert ('"refused": "too slow"' in instance.actions[-1]["input"]) == (done < 6)


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (REASON, "too slow"),
        ('{"reason": "too slow"}', "too slow"),
        ("just words", "just words"),
        (None, ""),
        ([1], ""),
        ({"other": 1}, ""),
    ],
)
def test_a_cancel_may_come_from_the_client_or_by_plain_http_with_anything_in_it(payload, reason):
    instance = workflow()
    instance.raise_event("CancelRequested", payload)
    instance.answer(DONE)
    assert f'"reason": "{reason}"' in instance.actions[-1]["input"]
    assert finish(instance).output == {"status": "cancelled"}


@pytest.mark.filterwarnings("ignore:Potential duplicate Task completion")  # the SDK's remark
def test_a_second_cancel_changes_nothing():
    instance = workflow(DONE)
    instance.raise_event("CancelRequested", REASON)
    instance.raise_event("CancelRequested", {"reason": "again"})
    instance.answer(DONE)
    finish(instance)
    assert '"reason": "too slow"' in instance.actions[-1]["input"]


@pytest.mark.filterwarnings("ignore:Potential duplicate Task completion")  # the SDK's remark
def test_other_events_mean_nothing():
    instance = workflow(DONE)
    instance.raise_event("cancelrequested", REASON)
    finish(instance)
    assert instance.output == {"status": "completed"}


def test_a_failure_not_worth_a_retry_is_not_retried():
    instance = workflow(DONE, FORBIDDEN)
    assert instance.timers == []
    assert finish(instance).error == "OrderProcessingFailed: internal: forbidden"


def test_a_step_that_raises_is_retried_taken_back_and_reported_as_internal():
    instance = workflow(DONE)
    for _ in range(3):
        instance.breaks()
        instance.fire()
    instance.breaks()
    assert instance.activities[1:] == [*["CheckInventory"] * 4, "ReleaseStock"]
    finish(instance)
    assert instance.error.startswith("OrderProcessingFailed: internal: CheckInventory broke")
    assert "boom" not in instance.error


def test_storage_that_stays_down_is_internal_and_no_fault_of_the_payment():
    instance = workflow(DONE, DONE, DOWN)
    for _ in range(3):
        instance.fire()
        instance.answer(DOWN)
    assert finish(instance).error == "OrderProcessingFailed: internal: no storage"
    assert not [name for name in instance.activities if name.startswith("Notify")]


def test_undo_steps_have_retries_of_their_own():
    instance = workflow(DONE, DONE, FORBIDDEN, BUSY)
    assert instance.activities[-1] == "RefundPayment"
    finish(instance)
    assert instance.activities[3:] == [
        "RefundPayment",
        "RefundPayment",
        "ReleaseStock",
        "FailOrder",
    ]


def test_an_undo_that_keeps_failing_parks_the_order_and_the_others_are_still_done():
    instance = workflow(DONE, DONE, DONE, FORBIDDEN, DONE, FORBIDDEN)
    assert instance.activities[-1] == "ReleaseStock"
    instance.answer(DONE)
    assert instance.activities[-1] == "ParkOrder"
    assert '"steps": ["RefundPayment"]' in instance.actions[-1]["input"]
    finish(instance)
    assert instance.error == (
        "OrderProcessingFailed: compensation_failed: internal: forbidden; then RefundPayment:"
        " forbidden"
    )
    assert instance.status["status"] == "compensation_failed"


def test_a_cancelled_order_whose_undo_keeps_failing_is_parked_too():
    instance = workflow(DONE)
    instance.raise_event("CancelRequested", REASON)
    for answer in (DONE, FORBIDDEN):
        instance.answer(answer)
    assert finish(instance).activities[-1] == "ParkOrder"
    assert "cancelled: too slow" in instance.error


def test_a_confirmation_that_cannot_be_sent_does_not_fail_the_order():
    instance = workflow(*[DONE] * 5, BUSY)
    for _ in range(3):
        instance.fire()
        instance.answer(BUSY)
    finish(instance)
    assert '"unsent": "busy"' in instance.actions[-2]["input"]
    assert instance.activities[-2:] == ["CompleteOrder", "StartLateConfirmation"]
    assert instance.output == {"status": "completed"}


@pytest.mark.parametrize("answer", [BUSY, FORBIDDEN])
def test_a_letter_that_cannot_be_sent_does_not_hide_the_failure(answer):
    instance = workflow(DONE, DONE, DECLINED, DONE, answer)
    while instance.activities[-1] != "FailOrder":
        instance.fire()
        instance.answer(answer)
    assert '"customerNotified": false' in instance.actions[-1]["input"]
    assert finish(instance).error == "OrderProcessingFailed: payment_failed: no money"


def test_a_step_past_the_pivot_is_never_given_up_and_its_pauses_grow_to_five_minutes():
    instance = workflow(*[DONE] * 4)
    pauses = []
    for attempt in range(12):
        instance.breaks() if attempt % 2 else instance.answer(FORBIDDEN)
        before = instance.now
        instance.fire()
        pauses.append(round((instance.now - before).total_seconds()))
    assert pauses == [2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300, 300]
    assert finish(instance).output == {"status": "completed"}


def test_a_policy_without_retries_tries_once():
    instance = started(PLACE, Policy(retry_delays=()))
    instance.answer(BUSY)
    assert instance.activities == ["ValidateOrder", "FailOrder"]


def test_the_failure_is_one_line_whatever_its_detail_holds():
    failure = Failure(FailureCode.NOT_ALLOWED, "first\nStack: second", False, {})
    instance = finish(workflow(to_plain(Answer(failure=failure))))
    assert instance.error == "OrderProcessingFailed: internal: first Stack: second"


def test_the_pauses_of_a_patient_step_never_outgrow_a_number():
    assert next(islice(growing((2.0, 4.0, 8.0)), 5000, None)) == LONGEST


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        ({"reason": "x" * 5000}, "x" * 200),
        ({"reason": "a\x00b\ud800c"}, "abc"),
        ({"reason": None}, "None"),
        ({}, ""),
    ],
)
def test_a_reason_from_outside_is_bounded_and_printable(told, reason):
    assert reason_in(told) == reason
