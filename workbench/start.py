"""`dev.py start`: Azurite, the host and the demo products, from a bare checkout to a banner."""

import argparse
import os
import shutil
import time
from pathlib import Path

from workbench import (
    azurite,
    banner,
    demo,
    host,
    installation,
    places,
    ports,
    settings_file,
    storage,
)
from workbench.supervisor import Supervisor
from workbench.terminal import paint, say
from workbench.trouble import Trouble

APP_PORT = 7071  # of Core Tools as well
HOST_SECONDS = 180.0  # the first `func start` downloads its extension bundle
HOST_GRACE = 10.0
AZURITE_SECONDS = 30.0
AZURITE_GRACE = 20.0  # it writes its data when it ends


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `start`."""
    yes_or_no = argparse.BooleanOptionalAction
    parser.add_argument("--port", type=port_number, default=APP_PORT, help="of the app")
    parser.add_argument(
        "--azurite",
        action=yes_or_no,
        default=True,
        help="start the storage emulator; without it the app uses the AzureWebJobsStorage of "
        "the environment or local.settings.json",
    )
    parser.add_argument(
        "--azurite-port",
        type=port_number,
        default=storage.DEVELOPMENT_PORT,
        metavar="BASE",
        help="blobs at BASE, queues at BASE+1, tables at BASE+2",
    )
    parser.add_argument("--fresh", action="store_true", help=f"empty {places.AZURITE_DATA} first")
    parser.add_argument("--host", choices=host.HOSTS, default="embedded", help="what runs the app")
    parser.add_argument("--demo", action=yes_or_no, default=True, help="store demo products")


def port_number(text: str) -> int:
    """A TCP port a person typed; raises ArgumentTypeError with the range."""
    if not text.isdecimal() or not 1 <= int(text) <= 65533:  # noqa: PLR2004 - BASE+2 must fit
        raise argparse.ArgumentTypeError(f"{text} is no port: it must be between 1 and 65533")
    return int(text)


def run(options: argparse.Namespace, root: Path = places.ROOT) -> int:
    """Start everything and stay until a stop is asked for; returns the exit code.

    Raises Trouble with the cure for whatever stands in the way.
    """
    began = time.monotonic()
    command = host.command(options.host, root, options.port)
    _check_options(options)
    _check_ports(options)
    installation.ensure(root, azurite=options.azurite)
    if settings_file.ensure(root):
        say(f"Made {places.SETTINGS} from {places.SETTINGS_EXAMPLE}.")
    environment = host.environment(root)
    with Supervisor() as supervisor:
        if options.azurite:
            environment |= _start_azurite(supervisor, options, root)
        else:
            for setting in (storage.SETTING, storage.DATA_SETTING):
                storage.check(settings_file.value(root, setting), setting)
        supervisor.start("Host", command, cwd=root, environment=environment, grace=HOST_GRACE)
        supervisor.wait_until(lambda: host.is_ready(options.port), "Host", HOST_SECONDS)
        if options.demo:
            _seed(options.port)
        where = _where(options)
        say(banner.render(options.port, data=where, seconds=time.monotonic() - began))
        supervisor.wait()
    return 0


def _check_options(options: argparse.Namespace) -> None:
    if options.fresh and not options.azurite:
        raise Trouble(
            "--fresh empties the emulator's data, but --no-azurite leaves the emulator out. "
            "Drop one of them."
        )


def _check_ports(options: argparse.Namespace) -> None:
    cures = {options.port: f"Stop what uses it, or take another: --port {options.port + 1}"}
    if options.azurite:
        for port in _azurite_ports(options):
            cures[port] = (
                "If that is an Azurite, use it with --no-azurite; "
                f"else move ours: --azurite-port {options.azurite_port + 1000}"
            )
    for port, cure in cures.items():
        try:
            free = ports.is_free(port)
        except PermissionError as error:
            raise Trouble(f"Port {port} is kept for the administrator. {cure}") from error
        if not free:
            raise Trouble(f"Port {port} is in use. {cure}")


def _start_azurite(
    supervisor: Supervisor, options: argparse.Namespace, root: Path
) -> dict[str, str]:
    """Start the emulator, wait for it and return what the app must know to reach it."""
    data = root / places.AZURITE_DATA
    if options.fresh and data.exists():
        shutil.rmtree(data)
    data.mkdir(parents=True, exist_ok=True)
    own = _azurite_ports(options)
    command = azurite.command(root, own, location=data)
    supervisor.start(
        "Azurite",
        command,
        cwd=root,
        environment=os.environ,
        grace=AZURITE_GRACE,
        on_line=lambda line: say(paint(f"azurite | {line}", "grey")),
    )
    supervisor.wait_until(
        lambda: all(ports.answers(ports.LOOPBACK, port) for port in own), "Azurite", AZURITE_SECONDS
    )
    usual = options.azurite_port == storage.DEVELOPMENT_PORT
    endpoints = [f"http://{ports.LOOPBACK}:{port}" for port in own]
    names = dict(zip(azurite.SERVICES, endpoints, strict=True))
    told = {}
    for setting in (storage.SETTING, storage.DATA_SETTING):
        configured = settings_file.value(root, setting)
        if storage.is_development(configured) and usual:
            continue
        if configured and not storage.is_development(configured):
            say(f"The account of {setting} is left alone; --no-azurite would use it.")
        told[setting] = azurite.connection_string(names)
    return told


def _seed(port: int) -> None:
    try:
        new = demo.seed(port)
    except demo.DemoRefused as error:
        # The host runs, and whoever repairs the app wants it to go on running.
        say(paint(f"The demo products could not be stored: {error}", "red"))
        return
    if new:
        say(f"Stored demo products: {', '.join(new)}")


def _azurite_ports(options: argparse.Namespace) -> list[int]:
    return [options.azurite_port + n for n in range(len(azurite.SERVICES))]


def _where(options: argparse.Namespace) -> str:
    if not options.azurite:
        return f"the account of {storage.SETTING}"
    pairs = zip(azurite.SERVICES, _azurite_ports(options), strict=True)
    return f"{places.AZURITE_DATA} ({', '.join(f'{name}s :{port}' for name, port in pairs)})"
