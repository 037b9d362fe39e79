"""The desk over HTTP."""

import asyncio
import base64
import json

import pytest

from shared.names import JOBS
from tests.dead_letters.caller import DeskApi

KEY = {"idempotency-key": "key-1"}


async def test_a_letter_is_shown_with_its_exact_text_and_what_is_in_it():
    api = DeskApi()
    text = base64.b64encode('{"a": "𝄞"}'.encode()).decode()
    await api.file("m-1", text)
    status, said = await api.ask("get", "m-1")
    assert status == 200
    assert (said["body"], said["decoded"], said["queue"]) == (text, '{"a": "𝄞"}', JOBS)
    assert (said["status"], said["reason"]["code"]) == ("waiting", "unknown")
    assert said["claim"] is said["resolution"] is None
    assert said["links"]["redrive"] == "/api/dead-letters/m-1/redrive"


async def test_whoever_has_the_present_version_is_told_no_more():
    api = DeskApi()
    await api.file()
    tag = (await api.answer("get", "m-1")).headers["ETag"]
    assert (await api.answer("get", "m-1", headers={"if-none-match": tag})).status_code == 304


async def test_the_list_shows_the_newest_first_without_bodies_page_by_page():
    api = DeskApi()
    for number in range(3):
        await api.file(f"m-{number}")
    _, first = await api.ask("page", params={"limit": "2"})
    assert [each["deadLetterId"] for each in first["items"]] == ["m-2", "m-1"]
    assert "body" not in first["items"][0]
    _, last = await api.ask("page", params={"limit": "2", "cursor": first["nextCursor"]})
    assert [each["deadLetterId"] for each in last["items"]] == ["m-0"]
    assert last["nextCursor"] is None


async def test_the_list_is_filtered():
    api = DeskApi()
    for number in range(2):
        await api.file(f"m-{number}")
    await api.ask("redrive", "m-1")
    for params, there in (
        ({"status": "waiting"}, ["m-0"]),
        ({"status": "redriven", "queue": JOBS, "reason": "unknown"}, ["m-1"]),
        ({"reason": "other"}, []),
    ):
        _, said = await api.ask("page", params=params)
        assert [each["deadLetterId"] for each in said["items"]] == there


@pytest.mark.parametrize(
    "params",
    [
        {"status": "lost"},
        {"queue": "no-such-queue"},
        {"reason": "a,status=waiting"},
        {"reason": ""},
        {"limit": "0"},
        {"cursor": "x"},
    ],
)
async def test_a_filter_that_means_nothing_is_refused(params):
    status, said = await DeskApi().ask("page", params=params)
    assert (status, said["code"]) == (400, "validation_error")


@pytest.mark.parametrize("letter_id", ["none", "a/b", "x" * 65, "a#b", "ä"])
async def test_a_letter_nobody_knows_is_not_found(letter_id):
    api = DeskApi()
    for name, more in (("get", {}), ("redrive", {}), ("discard", {"body": {"reason": "why"}})):
        status, said = await api.ask(name, letter_id, **more)
        assert (status, said["code"]) == (404, "dead_letter_not_found")
        assert said["deadLetterId"] == letter_id


async def test_a_redrive_sends_the_text_and_says_who_did_it():
    api = DeskApi()
    await api.file()
    status, said = await api.ask("redrive", "m-1")
    assert (status, said["status"], said["resolution"]["by"]) == (202, "redriven", "local")
    assert [each.text for each in api.memory.queues.sent[JOBS]] == ["text"]


async def test_the_same_key_again_gets_the_same_answer_and_sends_nothing():
    api = DeskApi()
    await api.file()
    first = await api.answer("redrive", "m-1", headers=KEY)
    again = await api.answer("redrive", "m-1", headers=KEY)
    assert again.get_body() == first.get_body()
    assert again.headers["Idempotency-Replayed"] == "true"
    assert len(api.memory.queues.sent[JOBS]) == 1


async def test_of_two_operators_at_once_one_is_told_it_was_too_late():
    api = DeskApi()
    await api.file()
    answers = await asyncio.gather(*(api.ask("redrive", "m-1") for _ in range(2)))
    assert sorted(status for status, _ in answers) == [202, 409]
    assert len(api.memory.queues.sent[JOBS]) == 1


async def test_a_refusal_that_passes_is_not_the_answer_of_its_key_for_a_day():
    api = DeskApi()
    await api.file()
    await api.desk.letters.change("m-1", api.desk.redrives._claimed("dead", "ops"))
    refused = await api.answer("redrive", "m-1", headers=KEY)
    said = json.loads(refused.get_body())
    assert (refused.status_code, said["code"]) == (409, "dead_letter_claimed")
    assert (said["retryable"], refused.headers["Retry-After"]) == (True, "300")
    api.memory.clock.forward(minutes=5)
    assert (await api.answer("redrive", "m-1", headers=KEY)).status_code == 202
    assert len(api.memory.queues.sent[JOBS]) == 1


async def test_a_refusal_that_lasts_is_the_answer_of_its_key():
    api = DeskApi()
    await api.file()
    await api.ask("discard", "m-1", body={"reason": "why"})
    answers = [await api.answer("redrive", "m-1", headers=KEY) for _ in range(2)]
    assert [each.status_code for each in answers] == [409, 409]
    assert answers[1].headers["Idempotency-Replayed"] == "true"
    assert json.loads(answers[1].get_body())["retryable"] is False


async def test_a_discarded_letter_stays_and_is_never_sent():
    api = DeskApi()
    await api.file()
    status, said = await api.ask("discard", "m-1", body={"reason": "a duplicate"})
    assert (status, said["status"]) == (200, "discarded")
    assert said["resolution"]["reason"] == "a duplicate"
    status, said = await api.ask("redrive", "m-1")
    assert (status, said["code"]) == (409, "dead_letter_resolved")


async def test_only_the_version_that_was_seen_is_discarded():
    api = DeskApi()
    await api.file()
    body = {"reason": "why"}
    status, _ = await api.ask("discard", "m-1", body=body, headers={"if-match": '"7"'})
    assert status == 412
    status, _ = await api.ask("discard", "m-1", body=body, headers={"if-match": '"1"'})
    assert status == 200


async def test_a_discard_without_a_reason_is_refused():
    api = DeskApi()
    await api.file()
    for body in ({}, {"reason": ""}, {"reason": "why", "more": 1}):
        assert (await api.ask("discard", "m-1", body=body))[0] == 400
    assert (await api.ask("get", "m-1"))[1]["status"] == "waiting"


async def test_a_bulk_redrive_is_started_once_a_key_with_what_it_means():
    api = DeskApi()
    body = {"queue": JOBS, "reason": "unknown"}
    status, said = await api.bulk("start", body=body, headers=KEY)
    assert (status, said) == await api.bulk("start", body=body, headers=KEY)
    assert status == 202
    ((redrive_id, (name, given)),) = api.engine.started.items()
    assert (redrive_id, name) == (said["redriveId"], "RedriveDeadLetters")
    assert (given["queue"], given["reason"], given["by"]) == (JOBS, "unknown", "local")
    assert said["links"]["self"] == f"/api/dead-letters/redrives/{redrive_id}"


async def test_a_bulk_redrive_is_watched():
    api = DeskApi()
    _, started = await api.bulk("start", body={})
    api.engine.custom_status = {"redriven": 50, "left": 0, "failed": 0}
    status, said = await api.bulk("get", started["redriveId"])
    assert (status, said["runtimeStatus"], said["redriven"]) == (200, "Running", 50)
    for unknown in ("redrive-none", "order-1", "weekly-report-2026-W47"):
        status, said = await api.bulk("get", unknown)
        assert (status, said["code"]) == (404, "redrive_not_found")


async def test_an_engine_that_is_down_is_told():
    api = DeskApi()
    api.engine.fault = OSError("down")
    for name, more in (("start", {"body": {}}), ("get", {"redrive_id": "redrive-1"})):
        status, said = await api.bulk(name, **more)
        assert (status, said["code"]) == (503, "workflow_unavailable")


@pytest.mark.parametrize("body", [{"queue": "none"}, {"reason": "A"}, {"more": 1}, [], None])
async def test_a_bulk_redrive_that_means_nothing_is_not_started(body):
    api = DeskApi()
    status, _ = await api.bulk("start", body=body)
    assert (status, api.engine.started) == (400, {})


async def test_the_desk_is_for_operators_only():
    api = DeskApi()
    await api.file()
    customer = api.as_user("ada")
    for name in ("page", "get", "redrive", "discard"):
        assert (await customer.ask(name, "m-1", body={"reason": "why"}))[0] == 403
    for name in ("start", "get"):
        assert (await customer.bulk(name, "redrive-1", body={}))[0] == 403
    assert (await api.as_user("ops", "operator").ask("get", "m-1"))[0] == 200
