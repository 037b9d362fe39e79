"""The server stays itself when a client does not."""

import asyncio

import azure.functions as func
import pytest

from tests.localhost.serving import app, serving, settings


def echo(req: func.HttpRequest) -> func.HttpResponse:
    """Answers with its route value and its body."""
    return func.HttpResponse(f"{req.route_params.get('x')}|{req.get_body().decode()}")


def parse(req: func.HttpRequest) -> func.HttpResponse:
    """Fails for what is not JSON, as a careless function does."""
    return func.HttpResponse(str(req.get_json()))


@pytest.fixture
async def port():
    made = app()
    made.route(route="echo/{x?}")(echo)
    made.route(route="parse")(parse)
    configured = settings(FUNCTIONS_REQUEST_BODY_SIZE_LIMIT="1000")
    async with serving(made, configured) as served:
        yield served.port


async def sent(port: int, request: bytes) -> tuple[bytes, bytes]:
    """Send bytes as they are; return the first packet's head and everything after it."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(request)
        await writer.drain()
        head, _, rest = (await reader.read()).partition(b"\r\n\r\n")
        return head, rest
    finally:
        writer.close()
        await writer.wait_closed()


def get(target: str, *headers: str, method="GET", body=b"") -> bytes:
    lines = (f"{method} {target} HTTP/1.1", "Host: h", "Connection: close", *headers)
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


ANSWERS = {
    "a percent-encoded value": (get("/api/echo/a%20%C3%A9"), b"200", "a é|".encode()),
    "an encoded slash": (get("/api/echo/a%2Fb"), b"200", b"a%2Fb|"),
    "double slashes": (get("/api//echo/a"), b"404", b""),
    "a slash at the end": (get("/api/echo/a/"), b"200", b"a|"),
    "two slashes at the end": (get("/api/echo/a//"), b"404", b""),
    "dot segments": (get("/api/x/../echo/a"), b"200", b"a|"),
    "climbing out": (get("/../../api/echo/a"), b"200", b"a|"),
    "an encoded NUL": (get("/api/echo/%00"), b"400", b""),
    "a broken escape": (get("/api/echo/%zz"), b"200", b"%zz|"),
    "an absolute target": (get("http://h/api/echo/a"), b"200", b"a|"),
    "a rare verb": (get("/api/echo/a", method="PROPFIND"), b"200", b"a|"),
    "OPTIONS for everything": (get("*", method="OPTIONS"), b"404", b""),
    "a chunked body is not read": (
        get("/api/echo/a", "Transfer-Encoding: chunked", body=b"3\r\nabc\r\n0\r\n\r\n"),
        b"200",
        b"a|",
    ),
    "a body with its length is": (get("/api/echo/a", "Content-Length: 3", body=b"abc"), b"200",
                                  b"a|abc"),
    "bad JSON": (get("/api/parse", "Content-Length: 1", body=b"{"), b"500", b""),
    "JSON that is not UTF-8": (get("/api/parse", "Content-Length: 1", body=b"\xff"), b"500", b""),
    "deep JSON": (
        get("/api/parse", "Content-Length: 999", body=b"[" * 999),
        b"500",
        b"",
    ),
    "a long header": (get("/api/echo/a", "X-Long: " + "x" * 20_000), b"200", b"a|"),
    "HTTP/1.0 without a host": (b"GET /api/echo/a HTTP/1.0\r\n\r\n", b"200", b"a|"),
}  # fmt: skip


@pytest.mark.parametrize(("request_", "status", "body"), ANSWERS.values(), ids=ANSWERS.keys())
async def test_it_is_answered(port, request_, status, body):
    head, rest = await sent(port, request_)
    assert head.split()[1] == status
    assert rest == body


@pytest.mark.parametrize(
    "request_",
    [
        get("/api/echo/a", "X-Long: " + "x" * 100_000),
        get("/" + "a" * 100_000),
        b"no http at all\r\n\r\n",
        get("/", method="BREW"),
        get("/api/echo/a", "Content-Length: -1"),
        get("/api/echo/a", "Content-Length: 3", "Content-Length: 4"),
        get("/api/echo/a", "Content-Length: 3", "Transfer-Encoding: chunked", body=b"0\r\n\r\n"),
    ],
    ids=[
        "huge header",
        "huge target",
        "noise",
        "a verb nobody has",
        "negative length",
        "two lengths",
        "smuggling",
    ],
)
async def test_what_is_not_http_is_a_400_and_the_server_lives_on(port, request_):
    head, _ = await sent(port, request_)
    assert head.split()[1] == b"400"
    assert (await sent(port, get("/api/echo/b")))[1] == b"b|"


async def test_a_body_over_the_limit_is_refused_before_it_is_sent(port):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(get("/api/echo/a", "Content-Length: 1001"))
    assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 413 ")
    writer.close()
    await writer.wait_closed()


async def test_a_client_that_leaves_amid_its_body_does_no_harm(port):
    _, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(get("/api/echo/a", "Content-Length: 900", body=b"half"))
    await writer.drain()
    writer.transport.abort()
    assert (await sent(port, get("/api/echo/b")))[1] == b"b|"


async def test_head_and_body_come_in_one_packet(port):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(get("/api/echo/a"))
    packet = await reader.read(65_536)
    assert packet.startswith(b"HTTP/1.1 200 ")
    assert packet.endswith(b"\r\n\r\na|")
    writer.close()
    await writer.wait_closed()


async def test_a_client_that_expects_it_is_told_to_continue(port):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(get("/api/echo/a", "Content-Length: 3", "Expect: 100-continue"))
    assert await reader.readuntil(b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
    writer.write(b"abc")
    assert (await reader.read()).endswith(b"a|abc")
    writer.close()
    await writer.wait_closed()
