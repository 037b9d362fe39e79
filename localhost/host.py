"""One run of the host, from settings to the last goodbye."""

import asyncio
import logging
import os
import signal
import socket
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from aiohttp import web

from localhost import logs
from localhost.banner import banner
from localhost.clock import SystemClock
from localhost.cors import Cors, cors
from localhost.durable.extension import DurableExtension
from localhost.errors import SettingsError, StorageError
from localhost.functions import Binding, FunctionSpec
from localhost.indexing import index, load_app
from localhost.invoke import THREADS_SETTING, Invoker, thread_count
from localhost.options import ADDRESS, Options
from localhost.server import Server
from localhost.settings import HostSettings, load
from localhost.storage import require_tables
from localhost.tables import TableError
from localhost.timespan import seconds

log = logging.getLogger(__name__)

GRACE = 2.0
"""Seconds that running calls get after Ctrl-C or SIGTERM (reference/host-triggers.md 6.7)."""
FUNCTION_TIMEOUT = "00:30:00"
"""Outside the Consumption plan (reference/host-triggers.md 6.6)."""
DURABLE = frozenset({"orchestrationtrigger", "activitytrigger", "entitytrigger", "durableclient"})


class Extension(Protocol):
    """What serves a family of bindings: the durable engine; queues, blobs and timers to come."""

    def client_payload(self, binding: Binding) -> str:
        """Return the text that a ``durableClient`` binding receives."""

    async def webhook(self, request: web.Request) -> web.StreamResponse:
        """Answer what comes in under ``/runtime/webhooks/{name}``."""

    async def start(self, specs: Sequence[FunctionSpec], invoker: Invoker) -> int:
        """Begin to work; return how many unfinished instances were taken up."""

    async def stop(self, grace: float) -> None:
        """End the work; requests have stopped coming in."""


@dataclass(frozen=True, slots=True)
class Host:
    """The parts of one run, put together and not yet started."""

    specs: Sequence[FunctionSpec]
    extensions: Sequence[Extension]
    invoker: Invoker
    server: Server

    async def start(self, address: str, port: int) -> None:
        """Start everything, the listening port last, so that no request meets half a host."""
        running = [spec for spec in self.specs if spec.runs]
        try:
            for extension in self.extensions:
                taken_up = await extension.start(running, self.invoker)
                if taken_up:
                    log.info("%d unfinished instances go on.", taken_up)
            await self.server.start(address, port)
        except (ConnectionError, TableError) as refused:
            await self.stop(0)
            raise StorageError(
                "The storage account refused to serve the host; check the account and the key in "
                f"the connection string: {' '.join(str(refused).split())}"
            ) from refused
        except BaseException:
            await self.stop(0)
            raise

    async def stop(self, grace: float = GRACE) -> None:
        """Stop everything, the listening port first."""
        await self.server.stop(grace)
        for extension in self.extensions:
            await extension.stop(grace)
        self.invoker.close()


async def compose(specs: Sequence[FunctionSpec], settings: HostSettings, options: Options) -> Host:
    """Put the parts together for these functions. A new family of triggers is plugged in here.

    Raises a StartError for storage that does not answer and for settings that cannot be used.
    """
    extensions: dict[str, Extension] = {}
    client_payload = _no_client
    if any(binding.type.lower() in DURABLE for spec in specs for binding in spec.bindings):
        durable = DurableExtension(settings, SystemClock(), f"http://localhost:{settings.port}")
        await require_tables(settings, durable.connection_name)
        extensions["durabletask"] = durable
        client_payload = durable.client_payload
    invoker = Invoker(
        client_payload, thread_count(settings.get(THREADS_SETTING)), function_timeout(settings)
    )
    webhooks = {name: extension.webhook for name, extension in extensions.items()}
    server = Server(specs, invoker, settings, webhooks, cors=_cors(settings, options))
    return Host(specs, list(extensions.values()), invoker, server)


async def run(options: Options) -> None:
    """Serve the app until SIGINT or SIGTERM. Raises a StartError when it cannot be started."""
    stopped = _stop_signal()
    root, port = options.script_root, options.port
    os.chdir(root)  # the app may name files of its own (reference/host-triggers.md 6.1)
    logs.start(verbose=options.verbose)
    settings = load(root, os.environ, _free_port() if port == 0 else port)
    logs.start(
        settings.section("logging.logLevel"),
        verbose=options.verbose,
        debug=settings.flag("PYTHON_ENABLE_DEBUG_LOGGING"),
    )
    specs = index(load_app(options.target, root), settings)
    host = await compose(specs, settings, options)
    address = options.address or settings.local.host.get("LocalHttpAddress", ADDRESS)
    await host.start(address, settings.port)
    prefix = settings.value("extensions.http.routePrefix", "api")
    sys.stdout.write(banner(specs, f"http://localhost:{settings.port}", prefix) + "\n")
    sys.stdout.flush()
    await stopped.wait()
    await host.stop()


def function_timeout(settings: HostSettings) -> float | None:
    """Return host.json's ``functionTimeout`` in seconds; None for ``-1``, which is for ever.

    Raises SettingsError for what is no time span, or less than a second (reference/host-triggers.md
    6.6).
    """
    text = settings.value("functionTimeout", FUNCTION_TIMEOUT)
    if text == "-1":
        return None
    try:
        length = seconds(text)
    except ValueError as wrong:
        raise SettingsError(f"host.json: 'functionTimeout': {wrong}.") from wrong
    if length < 1:
        raise SettingsError(f"host.json: 'functionTimeout' is {text}; the least is 00:00:01.")
    return length


def _stop_signal() -> asyncio.Event:
    """Return the event that SIGINT and SIGTERM set."""
    stopped, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        try:
            loop.add_signal_handler(number, stopped.set)
        except NotImplementedError:  # Windows
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(stopped.set))
    return stopped


def _cors(settings: HostSettings, options: Options) -> Cors:
    local = settings.local.host
    return cors(
        local.get("CORS", "") if options.cors is None else options.cors,
        credentials=options.cors_credentials or local.get("CORSCredentials", "").lower() == "true",
    )


def _no_client(binding: Binding) -> str:
    """For an app without durable functions, which has no such binding to fill."""
    raise LookupError(f"nothing serves the binding '{binding.name}' of type '{binding.type}'")


def _free_port() -> int:
    """Find a port before anything starts: the app's settings and the engine's links name it."""
    with socket.socket() as probe:
        probe.bind((ADDRESS, 0))
        return int(probe.getsockname()[1])
