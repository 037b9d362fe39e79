"""The server answers over real HTTP as the real host would."""

import asyncio
import re

import aiohttp
import azure.functions as func
import pytest
from aiohttp import web

from localhost.cors import cors
from localhost.errors import AddressError
from localhost.invoke import Invoker
from localhost.server import Server
from tests.localhost.serving import app, no_client, serving, settings


def echo(req: func.HttpRequest) -> func.HttpResponse:
    """Answers with what it saw."""
    lines = (req.method, dict(req.route_params), dict(req.params), req.get_body())
    return func.HttpResponse("\n".join(map(str, lines)), headers={"X-Agent": req.headers["x-a"]})


def routed(function, **route):
    made = app()
    made.route(**route)(function)
    return made


async def status_of(client, path, method="GET", **request):
    async with client.request(method, path, **request) as response:
        return response.status, await response.text()


async def test_a_function_sees_the_request_and_answers():
    async with (
        serving(routed(echo, route="o/{id}", methods=["PUT"])) as served,
        served.client.put("/api/o/7?a=1&A=2&b=", data=b"body", headers={"X-A": "me"}) as response,
    ):
        assert response.status == 200
        assert response.headers["X-Agent"] == "me"
        assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
        assert await response.text() == "PUT\n{'id': '7'}\n{'a': '1,2'}\nb'body'"


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/api/o/7"), ("PUT", "/api/o"), ("PUT", "/o/7"), ("GET", "/x")]
)
async def test_what_does_not_match_is_an_empty_404(method, path):
    async with (
        serving(routed(echo, route="o/{id}", methods=["PUT"])) as served,
        served.client.request(method, path) as response,
    ):
        assert (response.status, await response.read()) == (404, b"")
        assert "Allow" not in response.headers
        assert "Content-Type" not in response.headers


def returns(value):
    def answer(req: func.HttpRequest):
        del req
        if isinstance(value, Exception):
            raise value
        return value

    return answer


FAILURES = {
    "None": None,
    "a dict": {"a": 1},
    "bytes": b"x",
    "a tuple": ("x", 201),
    "an exception": ValueError("secret"),
    "a bad header": func.HttpResponse("x", headers={"a": "é"}),
    "a bad status": func.HttpResponse("x", status_code=1000),
}


@pytest.mark.parametrize("value", FAILURES.values(), ids=FAILURES.keys())
async def test_it_is_a_500_that_says_nothing(value):
    async with (
        serving(routed(returns(value), route="x")) as served,
        served.client.get("/api/x") as response,
    ):
        assert (response.status, await response.read()) == (500, b"")
        assert "Content-Type" not in response.headers


async def test_a_named_output_that_was_never_set_is_a_204():
    def silent(req: func.HttpRequest, res: func.Out[func.HttpResponse]) -> None:
        if req.params.get("say"):
            res.set(func.HttpResponse("said", status_code=201))

    async with serving(routed(silent, route="x", binding_arg_name="res")) as served:
        assert await status_of(served.client, "/api/x") == (204, "")
        assert await status_of(served.client, "/api/x?say=1") == (201, "said")


async def test_head_gets_the_head_and_no_body():
    async with (
        serving(routed(returns("12345"), route="x")) as served,
        served.client.head("/api/x") as response,
    ):
        assert (response.status, await response.read()) == (200, b"")
        assert response.headers["Content-Length"] == "5"


async def test_every_cookie_goes_out():
    answer = func.HttpResponse("x")
    answer.headers.add("Set-Cookie", "a=1")
    answer.headers.add("Set-Cookie", "b=2; Path=/")
    async with (
        serving(routed(returns(answer), route="x")) as served,
        served.client.get("/api/x") as response,
    ):
        assert response.headers.getall("Set-Cookie") == ["a=1", "b=2; Path=/"]


async def test_the_prefix_is_a_setting():
    configured = settings({"extensions": {"http": {"routePrefix": ""}}})
    async with serving(routed(returns("hi"), route="{*all}"), configured) as served:
        assert await status_of(served.client, "/any/where") == (200, "hi")
        assert await status_of(served.client, "/") == (200, "hi")
        assert (await status_of(served.client, "/admin/host/ping"))[1] == ""


async def test_the_homepage_answers_any_verb_and_can_be_switched_off():
    async with serving(app()) as served:
        status, text = await status_of(served.client, "/", "POST")
        assert status == 200
        assert "Your Azure Function App is up and running." in text
    async with serving(app(), settings(AzureWebJobsDisableHomepage="true")) as served:
        assert await status_of(served.client, "/") == (204, "")


async def test_a_disabled_function_is_not_found():
    configured = settings(AzureWebJobs_answer_Disabled="1")
    async with serving(routed(returns("hi"), route="x"), configured) as served:
        assert await status_of(served.client, "/api/x") == (404, "")


async def test_a_webhook_gets_everything_below_its_name():
    async def webhook(request: web.Request) -> web.StreamResponse:
        return web.Response(text=request.path)

    async with serving(app(), webhooks={"durabletask": webhook}) as served:
        path = "/runtime/webhooks/DurableTask/instances/1"
        assert await status_of(served.client, path) == (200, path)
        assert await status_of(served.client, "/runtime/webhooks/other/x") == (404, "")


async def test_a_failing_webhook_is_a_500_and_its_own_answers_pass(caplog):
    async def broken(request: web.Request) -> web.StreamResponse:
        raise KeyError(request.path)

    async def refusing(request: web.Request) -> web.StreamResponse:
        raise web.HTTPGone(text=request.method)

    async with serving(app(), webhooks={"broken": broken, "refusing": refusing}) as served:
        assert await status_of(served.client, "/runtime/webhooks/broken") == (500, "")
        assert await status_of(served.client, "/runtime/webhooks/refusing") == (410, "GET")
    assert "The host failed at GET /runtime/webhooks/broken" in caplog.text


async def test_an_address_of_another_machine_is_told():
    invoker = Invoker(no_client, threads=1)
    server = Server([], invoker, settings(), {})
    with pytest.raises(AddressError, match=r"Cannot listen on 203\.0\.113\.1:0: "):
        await server.start("203.0.113.1", 0)
    await server.stop(grace=0)
    invoker.close()


async def test_cors_is_answered_before_and_added_after_the_functions():
    made = routed(returns(ValueError("no")), route="x")
    async with serving(made, cors=cors("http://a")) as served:
        wanted = {"Origin": "http://a", "Access-Control-Request-Method": "PUT"}
        async with served.client.options("/api/nowhere", headers=wanted) as preflight:
            assert preflight.status == 204
            assert preflight.headers["Access-Control-Allow-Methods"] == "PUT"
        async with served.client.get("/api/x", headers={"Origin": "http://a"}) as failed:
            assert failed.status == 500
            assert failed.headers["Access-Control-Allow-Origin"] == "http://a"
        async with served.client.get("/api/x", headers={"Origin": "http://b"}) as foreign:
            assert foreign.status == 500
            assert "Access-Control-Allow-Origin" not in foreign.headers


async def test_custom_headers_are_added_where_they_are_missing():
    configured = settings({"extensions": {"http": {"customHeaders": {"X-A": "host", "X-B": "b"}}}})
    answer = func.HttpResponse("x", headers={"X-A": "function"})
    async with (
        serving(routed(returns(answer), route="x"), configured) as served,
        served.client.get("/api/x") as response,
    ):
        assert (response.headers["X-A"], response.headers["X-B"]) == ("function", "b")


async def test_too_many_requests_are_refused_and_the_rest_wait():
    entered, leave = asyncio.Event(), asyncio.Event()
    inside: list[int] = []

    async def slow(req: func.HttpRequest) -> str:
        inside.append(1)
        entered.set()
        await leave.wait()
        return req.method

    http = {"maxConcurrentRequests": 1, "maxOutstandingRequests": 2}
    configured = settings({"extensions": {"http": http}})
    async with serving(routed(slow, route="x"), configured) as served:
        sent = [asyncio.create_task(status_of(served.client, "/api/x")) for _ in range(3)]
        refused, waiting = await asyncio.wait(sent, return_when=asyncio.FIRST_COMPLETED)
        assert [task.result() for task in refused] == [(429, "")]
        await entered.wait()
        assert len(inside) == 1
        leave.set()
        assert await asyncio.gather(*waiting) == [(200, "GET"), (200, "GET")]


async def test_the_trace_is_continued():
    def traced(req: func.HttpRequest, context: func.Context) -> str:
        return context.trace_context.trace_parent + req.url[:0]

    trace = "0af7651916cd43dd8448eb211c80319c"
    headers = {"traceparent": f"00-{trace}-b7ad6b7169203331-01"}
    async with serving(routed(traced, route="x")) as served:
        _, text = await status_of(served.client, "/api/x", headers=headers)
        assert re.fullmatch(rf"00-{trace}-[0-9a-f]{{16}}-01", text)


# ---- stopping ------------------------------------------------------------------------------


async def test_a_running_request_ends_in_peace_and_a_new_one_is_refused():
    entered, leave = asyncio.Event(), asyncio.Event()

    async def slow(req: func.HttpRequest) -> str:
        entered.set()
        await leave.wait()
        return req.method

    async with serving(routed(slow, route="x")) as served:
        running = asyncio.create_task(status_of(served.client, "/api/x"))
        reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
        await entered.wait()
        stopping = asyncio.create_task(served.server.stop(grace=5))
        await asyncio.sleep(0)  # it begins
        with pytest.raises(OSError, match="Connect call failed"):
            await asyncio.open_connection("127.0.0.1", served.port)
        writer.write(b"GET /api/x HTTP/1.1\r\nHost: h\r\n\r\n")
        assert (await reader.read()).startswith(b"HTTP/1.1 503 ")
        writer.close()
        await writer.wait_closed()
        leave.set()
        assert await running == (200, "GET")
        await stopping


async def test_a_request_that_does_not_end_is_given_up():
    entered = asyncio.Event()

    async def stuck(req: func.HttpRequest) -> str:
        entered.set()
        await asyncio.Event().wait()
        return req.method

    async with serving(routed(stuck, route="x")) as served:
        running = asyncio.create_task(status_of(served.client, "/api/x"))
        await entered.wait()
        await served.server.stop(grace=0.01)
        with pytest.raises(aiohttp.ClientError):
            await running


async def test_a_busy_port_is_told_in_core_tools_words():
    async with serving(app()) as served:
        invoker = Invoker(no_client, threads=1)
        second = Server([], invoker, settings(), {})
        with pytest.raises(AddressError) as refused:
            await second.start("127.0.0.1", served.port)
        assert str(refused.value) == (
            f"Port {served.port} is unavailable. Close the process using that port, or specify "
            "another port using --port [-p]."
        )
        invoker.close()
