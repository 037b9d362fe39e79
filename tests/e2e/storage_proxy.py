"""A proxy in front of the storage emulator that can make a chosen write the host's last."""

import asyncio
from collections.abc import Callable
from types import TracebackType
from typing import Self

import aiohttp
from aiohttp import web
from yarl import URL

READS = {"GET", "HEAD"}
_HOP_BY_HOP = {"transfer-encoding", "connection", "keep-alive", "content-length", "host"}


class StorageProxy:
    """Forwards every request to a table endpoint; writes are numbered from 1 after `arm`."""

    def __init__(self, connection_string: str) -> None:
        parts = dict(part.split("=", 1) for part in connection_string.strip(";").split(";") if part)
        endpoint = URL(parts["TableEndpoint"])
        self._origin = str(endpoint.origin())
        self._path = endpoint.path
        self._parts = parts
        self._fatal: int | None = None
        self._does_it_first = False
        self._deadly: Callable[[], None] = lambda: None
        self.died = asyncio.Event()
        self.writes: list[str] = []

    async def __aenter__(self) -> Self:
        # The emulator's keep-alive outlives an idle moment of ours, so connections are reused.
        self._session = aiohttp.ClientSession(auto_decompress=False)
        app = web.Application(client_max_size=100 * 1024 * 1024)
        app.router.add_route("*", "/{path:.*}", self._forward)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        port = self._runner.addresses[0][1]
        here = self._parts | {"TableEndpoint": f"http://127.0.0.1:{port}{self._path}"}
        self.connection_string = ";".join(f"{key}={value}" for key, value in here.items()) + ";"
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._runner.cleanup()
        await self._session.close()

    def arm(
        self, fatal: int | None, deadly: Callable[[], None], *, does_it_first: bool = False
    ) -> None:
        """Number the writes anew; at the `fatal` one `deadly` is called, before or after it."""
        self._fatal, self._deadly, self._does_it_first = fatal, deadly, does_it_first
        self.died = asyncio.Event()
        self.writes = []

    async def _forward(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        if self.died.is_set() and self._fatal is not None:
            raise web.HTTPServiceUnavailable  # what a dead process still had on its way
        fatal = False
        if request.method not in READS:
            self.writes.append(_what(request, body))
            fatal = len(self.writes) == self._fatal
        if fatal and not self._does_it_first:
            return self._die()
        headers = {
            key: value for key, value in request.headers.items() if key.lower() not in _HOP_BY_HOP
        }
        url = URL(self._origin + request.raw_path, encoded=True)
        async with self._session.request(
            request.method, url, data=body or None, headers=headers
        ) as answer:
            content = await answer.read()
            if fatal:
                return self._die()
            kept = {k: v for k, v in answer.headers.items() if k.lower() not in _HOP_BY_HOP}
            return web.Response(status=answer.status, body=content, headers=kept)

    def _die(self) -> web.StreamResponse:
        self._deadly()
        self.died.set()
        return web.Response(status=503)

    def disarm(self) -> None:
        """Let everything through again."""
        self._fatal = None


def _what(request: web.Request, body: bytes) -> str:
    path = request.path.rpartition("/")[2]
    if path == "$batch":
        first = body.decode(errors="replace").partition(" HTTP/1.1")[0].rpartition("/")[2]
        return f"batch {first}"
    return f"{request.method} {path}"
