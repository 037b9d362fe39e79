"""The management API, asked over real HTTP by plain requests and by the SDK's own client."""

from collections.abc import AsyncIterator

import pytest

from localhost.durable.links import WEBHOOK_PATH
from tests.localhost.durable.api import Api, served


def wait(context):
    context.set_custom_status({"step": "waiting"})
    value = yield context.wait_for_external_event("Go")
    return {"got": value}


def quick(context):
    value = yield context.call_activity("Echo", {"n": 1})
    return value


def broken(context):
    yield context.call_activity("Echo", 1)
    raise ValueError("boom")


@pytest.fixture
async def api(scene) -> AsyncIterator[Api]:
    stage = scene({"Wait": wait, "Quick": quick, "Broken": broken}, {"Echo": lambda value: value})
    async with served(stage) as api:
        yield api


async def test_a_start_is_accepted_with_all_links_but_rewind(api):
    status, body, headers = await api.ask("POST", "orchestrators/Wait/one", json={"a": 1})
    assert status == 202
    assert list(body) == [
        "id",
        "statusQueryGetUri",
        "sendEventPostUri",
        "terminatePostUri",
        "purgeHistoryDeleteUri",
        "restartPostUri",
        "suspendPostUri",
        "resumePostUri",
    ]
    base = f"{api.origin}{WEBHOOK_PATH}/instances/one"
    assert body["statusQueryGetUri"] == (f"{base}?taskHub=Hub&connection=Storage&code=secret")
    assert body["sendEventPostUri"].startswith(f"{base}/raiseEvent/{{eventName}}?taskHub=Hub")
    assert headers["Location"] == body["statusQueryGetUri"]
    assert headers["Retry-After"] == "10"


async def test_an_id_is_made_when_none_is_given(api):
    _, body, _ = await api.ask("POST", "orchestrators/Wait")
    assert len(body["id"]) == 32
    assert int(body["id"], 16)


async def test_a_running_instance_answers_202_with_where_to_look_again(api):
    await api.ask("POST", "orchestrators/Wait/one", json={"a": 1})
    await api.settle()
    status, body, headers = await api.ask("GET", "instances/one?taskHub=Hub")
    assert status == 202
    assert headers["Location"] == f"{api.origin}{WEBHOOK_PATH}/instances/one?taskHub=Hub"
    assert headers["Retry-After"] == "5"
    assert body == {
        "name": "Wait",
        "instanceId": "one",
        "runtimeStatus": "Running",
        "input": {"a": 1},
        "customStatus": {"step": "waiting"},
        "output": None,
        "createdTime": "2026-01-01T00:00:00Z",
        "lastUpdatedTime": "2026-01-01T00:00:00Z",
    }


async def test_a_completed_instance_answers_200_with_its_output(api):
    await api.ask("POST", "orchestrators/Quick/one")
    await api.settle()
    status, body, headers = await api.ask("GET", "instances/one?showInput=false")
    assert status == 200
    assert "Location" not in headers
    assert (body["runtimeStatus"], body["output"], body["input"]) == ("Completed", {"n": 1}, None)


async def test_a_failed_instance_answers_200_or_500_as_asked(api):
    await api.ask("POST", "orchestrators/Broken/one")
    await api.settle()
    status, body, _ = await api.ask("GET", "instances/one")
    assert (status, body["output"]) == (200, "Orchestrator function 'Broken' failed: boom")
    strict = "instances/one?returnInternalServerErrorOnFailure=true"
    assert (await api.ask("GET", strict))[0] == 500


async def test_the_history_is_shown_as_the_real_host_shows_it(api):
    await api.ask("POST", "orchestrators/Quick/one")
    await api.settle()
    path = "instances/one?showHistory=true&showHistoryOutput=true"
    _, body, _ = await api.ask("GET", path)
    moment = "2026-01-01T00:00:00Z"
    started, completed, ended = body["historyEvents"]
    assert started["EventType"] == "ExecutionStarted"
    assert started["FunctionName"] == "Quick"
    assert not {"Name", "OrchestrationInstance", "EventId", "IsPlayed"} & set(started)
    assert completed == {
        "EventType": "TaskCompleted",
        "Timestamp": moment,
        "Result": {"n": 1},
        "ScheduledTime": moment,
        "FunctionName": "Echo",
    }
    assert (ended["EventType"], ended["OrchestrationStatus"]) == ("ExecutionCompleted", "Completed")
    assert ended["Result"] == {"n": 1}


@pytest.mark.parametrize(
    ("verb", "path"),
    [
        ("GET", "instances/none"),
        ("POST", "instances/none/terminate?reason=x"),
        ("POST", "instances/none/raiseEvent/Go"),
        ("POST", "instances/none/suspend"),
        ("DELETE", "instances/none"),
        ("PUT", "instances/none"),
        ("GET", "orchestrators/Wait"),
        ("GET", "nonsense"),
        ("GET", ""),
    ],
)
async def test_what_is_not_there_is_404_with_an_empty_body(api, verb, path):
    status, body, _ = await api.ask(verb, path, json={} if verb == "POST" else None)
    assert (status, body) == (404, None)


async def test_a_second_start_of_an_unfinished_id_is_a_conflict_told_twice(api):
    await api.ask("POST", "orchestrators/Wait/one")
    status, body, _ = await api.ask("POST", "orchestrators/Wait/one")
    assert status == 409
    assert body["Message"] == body["ExceptionMessage"]
    assert "already exists" in body["Message"]


async def test_a_finished_id_may_be_started_again(api):
    await api.ask("POST", "orchestrators/Quick/one")
    await api.settle()
    assert (await api.ask("POST", "orchestrators/Wait/one"))[0] == 202
    await api.settle()
    assert (await api.ask("GET", "instances/one"))[1]["name"] == "Wait"


async def test_finished_instances_take_no_more_messages(api):
    await api.ask("POST", "orchestrators/Quick/one")
    await api.settle()
    for path in ("raiseEvent/Go", "terminate?reason=x", "suspend", "resume"):
        assert (await api.ask("POST", f"instances/one/{path}", json=1))[0] == 410


async def test_an_event_is_delivered_as_the_json_that_was_posted(api):
    await api.ask("POST", "orchestrators/Wait/one")
    assert (await api.ask("POST", "instances/one/raiseEvent/Go", json={"x": "ü"}))[0] == 202
    await api.settle()
    assert (await api.ask("GET", "instances/one"))[1]["output"] == {"got": {"x": "ü"}}


async def test_an_event_that_is_not_json_is_refused(api):
    await api.ask("POST", "orchestrators/Wait/one")
    text = {"data": "hi", "headers": {"Content-Type": "text/plain"}}
    status, body, _ = await api.ask("POST", "instances/one/raiseEvent/Go", **text)
    assert (status, body["Message"]) == (400, "Only application/json request content is supported")
    torn = {"data": '{"a"', "headers": {"Content-Type": "application/json"}}
    assert (await api.ask("POST", "instances/one/raiseEvent/Go", **torn))[0] == 400


@pytest.mark.parametrize("bad", ["@one", "a%23b", "a%3Fb", "a%5Cb", "x" * 257, "a%01b"])
async def test_ids_the_real_host_refuses_are_refused(api, bad):
    assert (await api.ask("POST", f"orchestrators/Wait/{bad}"))[0] == 400


async def test_ids_with_blanks_and_colons_work_everywhere(api):
    _, body, _ = await api.ask("POST", "orchestrators/Wait/order%20one:2")
    assert body["id"] == "order one:2"
    async with api.http.get(body["statusQueryGetUri"]) as response:
        assert response.status == 202


async def test_termination_shows_its_reason_as_output(api):
    await api.ask("POST", "orchestrators/Wait/one")
    assert (await api.ask("POST", "instances/one/terminate?reason=too%20late"))[0] == 202
    await api.settle()
    _, body, _ = await api.ask("GET", "instances/one")
    assert (body["runtimeStatus"], body["output"]) == ("Terminated", "too late")


async def test_only_finished_instances_can_be_purged(api):
    await api.ask("POST", "orchestrators/Wait/one")
    await api.settle()
    status, body, _ = await api.ask("DELETE", "instances/one")
    assert status == 412
    assert "has status Running" in body["Message"]
    await api.ask("POST", "instances/one/terminate")
    await api.settle()
    assert (await api.ask("DELETE", "instances/one"))[:2] == (200, {"instancesDeleted": 1})
    assert (await api.ask("GET", "instances/one"))[0] == 404


async def test_a_purge_by_time_takes_the_finished_ones_and_says_how_many(api):
    for name in ("q1", "q2"):
        await api.ask("POST", f"orchestrators/Quick/{name}")
    await api.ask("POST", "orchestrators/Broken/b")
    await api.ask("POST", "orchestrators/Wait/w")
    await api.settle()
    assert (await api.ask("DELETE", "instances"))[0] == 400
    late = "instances?createdTimeFrom=2027-01-01T00:00:00Z"
    assert (await api.ask("DELETE", late))[:2] == (404, None)
    since = "instances?createdTimeFrom=2026-01-01T00:00:00Z"
    status, body, _ = await api.ask("DELETE", f"{since}&runtimeStatus=Completed")
    assert (status, body) == (200, {"instancesDeleted": 2})
    # No status named: the real host would take the running one too (docs/localhost.md).
    assert (await api.ask("DELETE", since))[1] == {"instancesDeleted": 1}
    assert (await api.ask("GET", "instances/w"))[0] == 202


async def test_a_restart_runs_the_same_input_again_under_a_new_or_the_old_id(api):
    await api.ask("POST", "orchestrators/Quick/one", json={"a": 1})
    await api.settle()
    _, body, _ = await api.ask("POST", "instances/one/restart")
    assert body["id"] != "one"
    await api.settle()
    _, again, _ = await api.ask("GET", f"instances/{body['id']}")
    assert (again["name"], again["input"]) == ("Quick", {"a": 1})
    kept = "instances/one/restart?restartWithNewInstanceId=false"
    assert (await api.ask("POST", kept))[1]["id"] == "one"
    await api.ask("POST", "orchestrators/Wait/w")
    assert (await api.ask("POST", kept.replace("one", "w")))[0] == 409
    status, said, _ = await api.ask("POST", "instances/none/restart")
    assert (status, "does not match" in said["Message"]) == (400, True)


@pytest.mark.parametrize("query", ["", "?restartWithNewInstanceId=false"])
async def test_a_running_instance_is_not_started_a_second_time_under_any_id(api, query):
    await api.ask("POST", "orchestrators/Wait/one")
    await api.settle()
    status, said, _ = await api.ask("POST", f"instances/one/restart{query}")
    assert (status, "already exists" in said["Message"]) == (409, True)
    _, listed, _ = await api.ask("GET", "instances")
    assert [each["instanceId"] for each in listed] == ["one"]


async def test_a_listing_filters_by_status_prefix_and_time_and_pages(api):
    for number in range(3):
        await api.ask("POST", f"orchestrators/Wait/w{number}")
    await api.ask("POST", "orchestrators/Quick/q")
    await api.settle()

    async def ids(query, token=""):
        _, body, headers = await api.ask(
            "GET", f"instances?{query}", headers={"x-ms-continuation-token": token}
        )
        return [item["instanceId"] for item in body], headers["x-ms-continuation-token"]

    assert await ids("") == (["q", "w0", "w1", "w2"], "")
    assert await ids("runtimeStatus=Completed,Failed") == (["q"], "")
    assert await ids("runtimeStatus=Completed&runtimeStatus=Running") == (
        ["q", "w0", "w1", "w2"],
        "",
    )
    assert await ids("instanceIdPrefix=w&createdTimeFrom=2027-01-01T00:00:00Z") == ([], "")
    first, token = await ids("top=3")
    assert token
    assert first + (await ids("top=3", token))[0] == ["q", "w0", "w1", "w2"]


async def test_a_start_can_wait_for_the_output(api):
    async def status_of(path):
        answer = await api.ask("POST", path)
        return answer[0], answer[1]

    assert await status_of("orchestrators/Quick/one?timeout=5") != (200, {"n": 1})
    await api.settle()
    assert (await api.ask("POST", "orchestrators/Quick/x?timeout=1&pollingInterval=2"))[0] == 400


async def test_the_sdks_client_sees_the_host_it_knows(api):
    instance_id = await api.client.start_new("Wait", "one", {"a": 1})
    assert instance_id == "one"
    await api.settle()
    status = await api.client.get_status("one", show_history=True)
    assert status.runtime_status.name == "Running"
    assert status.input_ == '{"a": 1}'
    with pytest.raises(Exception, match="already exists"):
        await api.client.start_new("Wait", "one")
    await api.client.raise_event("one", "Go", {"x": 1})
    await api.settle()
    done = await api.client.get_status("one")
    # The SDK encodes an event twice, so the orchestrator gets text (host-durable 6.2).
    assert done.output == {"got": '{"x": 1}'}
    assert not await api.client.get_status("none")
    with pytest.raises(Exception, match="gone"):
        await api.client.raise_event("one", "Go", 1)
    with pytest.raises(Exception, match="No instance with ID none found"):
        await api.client.raise_event("none", "Go", 1)
    await api.client.terminate("one", "too late")  # 410 is a success to the SDK
    assert (await api.client.purge_instance_history("one")).instances_deleted == 1
    assert [one.name for one in await api.client.get_status_all()] == []


@pytest.mark.parametrize(
    ("verb", "path"),
    [
        ("POST", "instances/one/rewind?reason=x"),
        ("GET", "entities/counter/k"),
        ("POST", "entities/counter/k?op=add"),
    ],
)
async def test_what_is_not_served_yet_says_so(api, verb, path):
    status, body, _ = await api.ask(verb, path)
    assert status == 501
    assert "does not serve" in body["Message"]


async def test_half_a_surrogate_pair_takes_no_listing_down(api):
    body = {"data": '"\\ud800"', "headers": {"Content-Type": "application/json"}}
    assert (await api.ask("POST", "orchestrators/Wait/one", **body))[0] == 202
    await api.settle()
    assert (await api.ask("GET", "instances/one"))[1]["input"] == "\ud800"
    assert (await api.ask("GET", "instances"))[0] == 200


@pytest.mark.parametrize("bad", ["[" * 100_000, "NaN", "[Infinity]", "{"])
async def test_what_is_no_json_is_told_so(api, bad):
    status, said, _ = await api.ask("POST", "orchestrators/Wait/one", data=bad)
    assert (status, "Invalid JSON content" in said["Message"]) == (400, True)


@pytest.mark.parametrize("query", ["top=inf", "top=nan", "top=-1", "top=x"])
async def test_a_number_that_is_none_counts_as_absent(api, query):
    assert (await api.ask("GET", f"instances?{query}"))[0] == 200
