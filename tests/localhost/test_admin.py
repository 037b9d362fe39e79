"""The admin API answers as the host's does when nobody needs a key."""

import asyncio

import azure.functions as func
import pytest

from tests.localhost.serving import app, serving, settings


def place(req: func.HttpRequest) -> str:
    return req.url


def made():
    one = app()
    one.function_name("Place")(one.route(route="Orders/{id:int}", methods=["POST"])(place))
    one.function_name("bad")(one.route(route="admin")(place))
    return one


async def got(served, path, method="GET", **request):
    async with served.client.request(method, path, **request) as response:
        body = await response.json() if response.content_type == "application/json" else None
        return response.status, body


async def test_the_status_says_running_and_what_is_in_error():
    async with serving(made()) as served:
        status, body = await got(served, "/admin/host/status")
    assert status == 200
    assert body["state"] == "Running"
    assert body["errors"] == [
        "bad: The specified route conflicts with one or more built in routes."
    ]
    assert {"id", "version", "versionDetails", "instanceId", "processUptime"} <= set(body)


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_ping_answers_both_verbs(method):
    async with serving(made()) as served:
        assert await got(served, "/admin/host/ping", method) == (200, None)


async def test_functions_are_described():
    async with serving(made()) as served:
        _, everyone = await got(served, "/admin/functions")
        status, one = await got(served, "/ADMIN/functions/place/")
        base = f"http://127.0.0.1:{served.port}"
    assert [found["name"] for found in everyone] == ["bad", "Place"]
    assert status == 200
    assert one["invoke_url_template"] == f"{base}/api/orders/{{id:int}}"
    assert one["href"] == f"{base}/admin/functions/Place"
    assert one["language"] == "python"
    assert one["isDisabled"] is False
    assert {binding["type"] for binding in one["config"]["bindings"]} == {"http", "httpTrigger"}
    assert one["config"]["scriptFile"] == "function_app.py"


async def test_a_functions_status_shows_its_errors():
    async with serving(made()) as served:
        assert await got(served, "/admin/functions/place/status") == (200, {})
        _, bad = await got(served, "/admin/functions/bad/status")
    assert "conflicts" in bad["errors"][0]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/admin/functions/nobody"),
        ("POST", "/admin/functions/nobody"),
        ("GET", "/admin/nothing"),
        ("DELETE", "/admin/functions/place"),
    ],
)
async def test_the_rest_is_not_found(method, path):
    async with serving(made()) as served:
        assert await got(served, path, method) == (404, None)


async def test_a_run_by_hand_is_accepted_at_once_and_goes_on_behind():
    told: asyncio.Future[tuple[str, str]] = asyncio.get_running_loop().create_future()

    async def run(spec, text):
        told.set_result((spec.name, text))

    async with serving(made(), manual={"httptrigger": run}) as served:
        path = "/admin/functions/place"
        assert await got(served, path, "POST", json={"input": "hi"}) == (202, None)
        assert await told == ("Place", "hi")


async def test_a_disabled_function_can_be_run_by_hand():
    told: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    async def run(spec, text):
        told.set_result(spec.name + text)

    configured = settings(AzureWebJobs_Place_Disabled="true")
    async with serving(made(), configured, manual={"httptrigger": run}) as served:
        assert await got(served, "/admin/functions/place", "POST", json={}) == (202, None)
        assert await told == "Place"


async def test_a_failing_run_by_hand_is_only_logged(caplog):
    async with serving(made()) as served:
        assert await got(served, "/admin/functions/place", "POST", json={}) == (202, None)
    assert "cannot be started by hand" in caplog.text


@pytest.mark.parametrize("body", [b"", b"null", b"{", b"[]"])
async def test_a_run_by_hand_without_an_object_is_refused(body):
    async with serving(made()) as served:
        assert await got(served, "/admin/functions/place", "POST", data=body) == (400, None)
