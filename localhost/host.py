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

from localhost import logs
from localhost.banner import banner
from localhost.clock import SystemClock
from localhost.cors import Cors, cors
from localhost.durable.extension import DurableExtension
from localhost.errors import SettingsError, StorageError
from localhost.families import Surroundings, families, needs
from localhost.functions import Binding, FunctionSpec
from localhost.host_id import host_id
from localhost.indexing import index, load_app
from localhost.invoke import THREADS_SETTING, Invoker, thread_count
from localhost.options import ADDRESS, Options
from localhost.server import Server
from localhost.settings import HostSettings, load
from localhost.storage import AccountStorage, Storage, require
from localhost.tables import TableError
from localhost.timespan import seconds
from localhost.triggers.journal import FileJournals
from localhost.wire import Refused

log = logging.getLogger(__name__)

GRACE = 2.0
"""Seconds that running calls get after Ctrl-C or SIGTERM (reference/host-triggers.md 6.7)."""
FUNCTION_TIMEOUT = "00:30:00"
"""Outside the Consumption plan (reference/host-triggers.md 6.6)."""
DURABLE = frozenset({"orchestrationtrigger", "activitytrigger", "entitytrigger", "durableclient"})


class Extension(Protocol):
    """What serves a family of triggers: the durable engine, and those of families.py."""

    async def start(self, specs: Sequence[FunctionSpec], invoker: Invoker) -> int:
        """Begin to work; return how many unfinished instances were taken up."""

    async def stop(self, grace: float) -> None:
        """Take nothing new, let running calls end within ``grace`` seconds, give back the rest."""


@dataclass(frozen=True, slots=True)
class Host:
    """The parts of one run, put together and not yet started."""

    specs: Sequence[FunctionSpec]
    engines: Sequence[Extension]
    """Durable ones, which functions of every other kind may call: first to start, last to stop."""
    triggers: Sequence[Extension]
    invoker: Invoker
    server: Server
    storage: Storage

    async def start(self, address: str, port: int) -> None:
        """Start everything, the listening port last, so that no request meets half a host."""
        running = [spec for spec in self.specs if spec.runs]
        try:
            for extension in (*self.engines, *self.triggers):
                taken_up = await extension.start(running, self.invoker)
                if taken_up:
                    log.info("%d unfinished instances go on.", taken_up)
            await self.server.start(address, port)
        except (ConnectionError, TableError, Refused) as refused:
            await self.stop(0)
            raise StorageError(
                "The storage account refused to serve the host; check the account and the key in "
                f"the connection string: {' '.join(str(refused).split())}"
            ) from refused
        except BaseException:
            await self.stop(0)
            raise

    async def stop(self, grace: float = GRACE) -> None:
        """Stop everything: first what lets work in, together, then what that work relies on."""
        ends = [self.server.stop(grace), *(trigger.stop(grace) for trigger in self.triggers)]
        await asyncio.gather(*ends)
        for engine in self.engines:
            await engine.stop(grace)
        self.invoker.close()
        await self.storage.close()


async def compose(specs: Sequence[FunctionSpec], settings: HostSettings, options: Options) -> Host:
    """Put the parts together for these functions. A new family of triggers joins families.py.

    Raises a StartError for storage that does not answer and for settings that cannot be used.
    """
    clock, storage = SystemClock(), AccountStorage(settings)
    durable: DurableExtension | None = None
    if any(binding.type.lower() in DURABLE for spec in specs for binding in spec.bindings):
        durable = DurableExtension(settings, clock, f"http://localhost:{settings.port}")
        await require(settings, durable.connection_name, "table")
    around = Surroundings.of(settings, storage, clock, FileJournals(host_id(settings)))
    for connection, service in sorted(needs(specs, clock)):
        await require(settings, connection, service)
    invoker = Invoker(
        durable.client_payload if durable else _no_client,
        thread_count(settings.get(THREADS_SETTING)),
        function_timeout(settings),
        around.bindings(),
        clock,
    )
    triggers = families(specs, around)
    server = Server(
        specs,
        invoker,
        settings,
        {"durabletask": durable.webhook} if durable else {},
        {kind: family.run_by_hand for kind, family in triggers.items()},
        _cors(settings, options),
    )
    engines = [durable] if durable else []
    return Host(specs, engines, list(triggers.values()), invoker, server, storage)


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
