"""Puts the engine into a host: its hub, its webhooks, its loopback endpoint for the SDK."""

import os
import secrets
import uuid
from collections.abc import Sequence

from aiohttp import web

from localhost.clock import Clock
from localhost.durable.engine import Engine, Limits
from localhost.durable.functions import AppFunctions
from localhost.durable.links import WEBHOOK_PATH, Links
from localhost.durable.tables_hub import TablesTaskHub
from localhost.durable.timestamps import quicken
from localhost.durable.webhooks import Webhooks
from localhost.functions import Binding, FunctionSpec
from localhost.invoke import Invoker
from localhost.settings import HostSettings
from localhost.tables import Account, Tables

RPC_PATH = "/durabletask/"
SECTION = "extensions.durableTask"
DEFAULT_HUB = "TestHubName"
"""What the real host calls a local hub without a name (reference/host-durable.md 9.1)."""


class DurableExtension:
    """Everything durable of one host run. Make it, ``start`` it, ``stop`` it."""

    def __init__(self, settings: HostSettings, clock: Clock, origin: str) -> None:
        """``origin`` is where clients find the host, like http://localhost:7071."""
        self._settings, self._clock, self._origin = settings, clock, origin
        storage = f"{SECTION}.storageProvider"
        name = settings.value(f"{storage}.connectionName", "") or settings.value(
            f"{storage}.connectionStringName", "AzureWebJobsStorage"
        )
        self.connection_name = name
        short = name.removeprefix("AzureWebJobs") or "Storage"
        hub_name = settings.value(f"{SECTION}.hubName", DEFAULT_HUB)
        self._links = Links(hub_name, short, secrets.token_urlsafe(32))
        self._hub_name = hub_name
        self._rpc_url = ""
        self._webhooks: Webhooks | None = None
        self._engine: Engine | None = None
        self._runner: web.AppRunner | None = None

    def client_payload(self, binding: Binding) -> str:
        """Return the JSON text a durable client binding receives."""
        return self._links.client(self._origin, self._rpc_url, binding.options)

    async def start(self, specs: Sequence[FunctionSpec], invoker: Invoker) -> int:
        """Open the hub and take up what is unfinished; return how many instances that are.

        Raises:
            ConnectionError: the storage does not answer.
            SettingsError: the connection or a limit cannot be read.
        """
        tables = Tables(Account.parse(self._settings.connection(self.connection_name)))
        hub = TablesTaskHub(tables, self._hub_name, self._clock)
        await hub.open()
        functions = AppFunctions(specs, invoker)
        quicken()
        usual = 10 * (os.cpu_count() or 1)
        limit = self._settings.value(f"{SECTION}.maxConcurrentActivityFunctions", usual)
        self._engine = Engine(
            hub, functions, self._clock, lambda: uuid.uuid4().hex, Limits(activities=limit)
        )
        self._webhooks = Webhooks(self._engine, self._links)
        await self._listen()
        return await self._engine.start()

    async def _listen(self) -> None:
        # The SDK's client speaks to a loopback endpoint of its own (host-durable 6.1); any free
        # port does, because the binding tells it.
        app = web.Application(client_max_size=100 * 1024 * 1024)
        app.router.add_route("*", RPC_PATH + "{path:.*}", self.rpc)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        host, port = self._runner.addresses[0][:2]
        self._rpc_url = f"http://{host}:{port}{RPC_PATH}"

    async def rpc(self, request: web.Request) -> web.StreamResponse:
        """Answer the SDK."""
        return await self._handle(request, RPC_PATH)

    async def webhook(self, request: web.Request) -> web.StreamResponse:
        """Answer a management request from outside."""
        return await self._handle(request, WEBHOOK_PATH)

    async def _handle(self, request: web.Request, base: str) -> web.StreamResponse:
        if self._webhooks is None:
            return web.Response(status=503)
        raw = request.raw_path.partition("?")[0]
        return await self._webhooks.handle(request, raw[len(base) :])

    async def stop(self, grace: float) -> None:
        """Let running work end within ``grace`` seconds; the rest goes on after the next start."""
        if self._engine is not None:
            await self._engine.stop(grace)
            await self._engine.hub.close()
        if self._runner is not None:
            await self._runner.cleanup()
