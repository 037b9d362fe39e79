"""Speaks HTTP: functions, homepage, admin API and extension webhooks on one port.

See reference/host-triggers.md 2.1-2.8.
"""

import asyncio
import errno
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence

from aiohttp import web
from aiohttp.http import HttpProcessingError

from localhost.admin import Admin, Manual
from localhost.cors import Cors
from localhost.errors import AddressError
from localhost.functions import FunctionSpec
from localhost.homepage import homepage
from localhost.http_request import BadTarget, Incoming, binding_data, http_request
from localhost.http_response import FAILED, Reply, ResponseError, outputs, reply
from localhost.invoke import API_REASON, Cause, Invoker
from localhost.routes import Match, find, table
from localhost.settings import HostSettings
from localhost.throttle import Throttle
from localhost.tracing import continued

log = logging.getLogger(__name__)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Webhook = Callable[[web.Request], Awaitable[web.StreamResponse]]

BODY_LIMIT = 104_857_600
"""Bytes a request body may have (reference/host-triggers.md 2.7)."""
LAST_WORDS = 0.5
"""Seconds to write out answers that were made just before the end."""
HEADER_LIMIT = 32_768
"""Bytes a header may have: Kestrel's limit for all of them, aiohttp's is for each."""
WEBHOOKS = "/runtime/webhooks/"


class Server:
    """One listening port and everything behind it."""

    def __init__(
        self,
        specs: Sequence[FunctionSpec],
        invoker: Invoker,
        settings: HostSettings,
        webhooks: Mapping[str, Webhook],
        manual: Mapping[str, Manual] | None = None,
        cors: Cors | None = None,
    ) -> None:
        """Take the functions, sorted by name, and what serves ``/runtime/webhooks/{extension}``.

        ``manual`` says how functions are run by hand through the admin API, by trigger type.
        """
        self._invoker, self._settings = invoker, settings
        self._webhooks = {name.lower(): webhook for name, webhook in webhooks.items()}
        self._routes = table(specs, settings.value("extensions.http.routePrefix", "api"))
        self._admin = Admin(specs, settings, manual or {})
        self._cors = cors or Cors(frozenset())
        self._throttle = Throttle.of(settings)
        self._limit = settings.number("FUNCTIONS_REQUEST_BODY_SIZE_LIMIT", BODY_LIMIT)
        self._custom = dict(settings.section("extensions.http.customHeaders"))
        self._running: set[asyncio.Future[None]] = set()
        self._draining = False
        # One middleware and no routes: aiohttp's router would answer 405 and eat slashes.
        self._app = web.Application(middlewares=[self._middleware], client_max_size=self._limit)
        self._runner: web.AppRunner | None = None

    async def start(self, host: str, port: int) -> int:
        """Listen, and return the port: the one given, or the one found for 0.

        Raises AddressError when the port is taken or the address is not this machine's.
        """
        self._runner = web.AppRunner(
            self._app,
            access_log=None,
            logger=_transport_log(),
            shutdown_timeout=LAST_WORDS,
            max_line_size=HEADER_LIMIT,
            max_field_size=HEADER_LIMIT,
        )
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, host, port).start()
        except OSError as refused:
            await self._runner.cleanup()
            raise _unavailable(host, port, refused) from refused
        return int(self._runner.addresses[0][1])

    async def stop(self, grace: float) -> None:
        """Take no new requests, give the running ones ``grace`` seconds, then close."""
        self._draining = True
        if self._runner is None:
            return
        for site in list(self._runner.sites):
            await site.stop()
        running = self._running | self._admin.running
        if running:
            await asyncio.wait(running, timeout=grace)
        await self._runner.cleanup()

    @web.middleware
    async def _middleware(
        self,
        request: web.Request,
        handler: Handler,  # noqa: ARG002 - aiohttp's 404, never wanted
    ) -> web.StreamResponse:
        # A task would not do: aiohttp's lives as long as the connection, not as the request.
        done = asyncio.get_running_loop().create_future()
        self._running.add(done)
        try:
            return await self._handle(request)
        except web.HTTPException:
            raise  # an extension's own answer
        except Exception:
            log.exception("The host failed at %s %s", request.method, request.raw_path)
            return _sent(FAILED, request.method)
        finally:
            self._running.discard(done)
            done.set_result(None)

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        if self._draining:
            return _sent(Reply(503, (("Connection", "close"),)), request.method)
        if self._cors.is_preflight(request.method, request.headers):
            return web.Response(status=204, headers=self._cors.preflight(request.headers))
        response = await self._answered(request)
        for name, value in {**self._custom, **self._cors.simple(request.headers)}.items():
            response.headers.setdefault(name, str(value))
        return response

    async def _answered(self, request: web.Request) -> web.StreamResponse:
        path = request.raw_path.partition("?")[0]
        if path.lower().startswith(WEBHOOKS):
            name = path[len(WEBHOOKS) :].partition("/")[0].lower()
            webhook = self._webhooks.get(name)
            return await webhook(request) if webhook else _sent(Reply(404), request.method)
        try:
            answer = await self._reply(await self._read(request))
        except web.HTTPRequestEntityTooLarge:
            answer = Reply(413, (("Connection", "close"),))
        except (BadTarget, web.RequestPayloadError, ConnectionError) as unusable:
            log.debug("Request %s could not be read: %r", request.raw_path, unusable)
            answer = Reply(400, (("Connection", "close"),))
        return _sent(answer, request.method)

    async def _read(self, request: web.Request) -> Incoming:
        """Read a request; its body only when its length was announced.

        See reference/host-triggers.md 2.4.
        """
        length = request.content_length or 0
        if length > self._limit:
            raise web.HTTPRequestEntityTooLarge(max_size=self._limit, actual_size=length)
        return Incoming(
            method=request.method,
            target=request.raw_path,
            scheme=request.scheme,
            host=request.headers.get("Host", ""),
            headers=tuple(request.headers.items()),
            body=await request.read() if length else b"",
        )

    async def _reply(self, incoming: Incoming) -> Reply:
        """Try the admin API, then the functions, then the homepage, as the host's pipeline does."""
        path = incoming.path
        base_url = f"{incoming.scheme}://{incoming.host}"
        answer = self._admin.answer(incoming.method, path, incoming.body, base_url)
        if answer is not None:
            return answer
        found = find(self._routes, incoming.method, path)
        if found is not None:
            return await self._throttle.run(self._call(found, incoming))
        if path == "/":
            return homepage(disabled=self._settings.flag("AzureWebJobsDisableHomepage"))
        return Reply(404)

    async def _call(self, found: Match, incoming: Incoming) -> Reply:
        spec = found.spec
        if spec.disabled:
            return Reply(404)
        trace = next((v for name, v in incoming.headers if name.lower() == "traceparent"), None)
        cause = Cause(
            trace_parent=continued(trace),
            data=binding_data(incoming, found.values) if spec.is_bound else {},
        )
        outs = outputs(spec)
        inputs = {spec.trigger.name: http_request(incoming, found.values), **outs}
        try:
            returned = await self._invoker.invoke(spec, inputs, reason=API_REASON, cause=cause)
            return reply(returned, outs)
        except ResponseError as unsendable:
            log.error("Functions.%s: %s", spec.name, unsendable)  # noqa: TRY400 - it says it all
        except Exception:  # noqa: BLE001 - logged with its stack by the invoker
            log.debug("Functions.%s answered with 500.", spec.name)
        return FAILED


def _sent(answer: Reply, method: str) -> web.Response:
    """Make aiohttp's response; it writes head and body in one packet, and no body for HEAD."""
    response = web.Response(status=answer.status, body=answer.body or None)
    for name, value in answer.headers:
        # aiohttp frames the body itself; only HEAD may announce a length it does not send.
        if name.lower() == "transfer-encoding":
            continue
        if (name.lower(), value.lower()) == ("connection", "close"):
            response.force_close()
        if name.lower() == "content-length" and (method != "HEAD" or answer.body):
            continue
        if name.lower() == "set-cookie":
            response.headers.add(name, value)
        else:
            response.headers[name] = value
    return response


def _transport_log() -> logging.Logger:
    """Return aiohttp's logger without the stacks of requests that were no HTTP.

    Whoever sends noise gets a 400; the host is not at fault and has nothing to say about it.
    """
    transport = logging.getLogger("localhost.transport")
    transport.addFilter(_is_fault_of_ours)
    return transport


def _is_fault_of_ours(record: logging.LogRecord) -> bool:
    return not (record.exc_info and isinstance(record.exc_info[1], HttpProcessingError))


def _unavailable(host: str, port: int, refused: OSError) -> AddressError:
    if refused.errno == errno.EADDRINUSE:
        return AddressError(
            f"Port {port} is unavailable. Close the process using that port, or specify another "
            "port using --port [-p]."
        )
    return AddressError(
        f"Cannot listen on {host}:{port}: {refused.strerror or refused}. "
        "Choose another with --address and --port."
    )
