"""Azurite, the storage emulator: how to start it and the connection string that reaches it."""

import contextlib
import os
import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from workbench import node
from workbench.child import Child
from workbench.places import ROOT
from workbench.trouble import Trouble

PROGRAM = Path("node_modules", "azurite", "dist", "src", "azurite.js")
SERVICES = ("blob", "queue", "table")
START_SECONDS = 30.0
STOP_SECONDS = 10.0

# The account every Azurite serves; its key is published in Azurite's README and guards nothing.
ACCOUNT = "devstoreaccount1"
ACCOUNT_KEY = (
    "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
)
# Windows has no SIGTERM; its children are stopped by Ctrl-Break, on which Azurite would end without
# saving the last seconds, so it is told to take that for the Ctrl-C it knows.
_BREAK = ["--import", 'data:text/javascript,process.once("SIGBREAK",()=>process.emit("SIGINT"))']
_PRELOADED = Path(__file__).with_name("azurite_queues.cjs")
_LISTENING = re.compile(r"Azurite (\w+) service is successfully listening at (http://\S+)")


def command(root: Path, ports: Sequence[int], *, location: Path | None) -> list[str]:
    """The command line that serves blobs, queues and tables on three ports (0 = any free one).

    `location` is the folder that keeps the data; None keeps it in memory. Node runs the script
    itself, not npm's wrapper in `.bin`, so that signals reach it (reference/ecosystem.md 4.9).
    Raises Trouble if Node or Azurite is missing.
    """
    if not (root / PROGRAM).is_file():
        raise Trouble("Azurite is missing from node_modules. Run: python3 dev.py test, or npm ci")
    store = ["--inMemoryPersistence"] if location is None else ["--location", str(location)]
    listen = [
        word
        for service, port in zip(SERVICES, ports, strict=True)
        for word in (f"--{service}Port", str(port))
    ]
    # Azurite 3.35.0 knows API versions up to 2025-11-05. azure-data-tables 12.7.0 asks for an older
    # one, but azure-storage-blob 12.31.1 sends 2026-10-06 and is refused with 400 (tried), and so
    # are Core Tools' host and Storage Explorer in their newest versions. What we use works the same
    # under any version, so the check has nothing to protect here.
    flags = ["--silent", "--disableTelemetry", "--skipApiVersionCheck"]
    heed_break = _BREAK if os.name == "nt" else []
    preloaded = ["--require", str(_PRELOADED)]
    return [node.find(), *heed_break, *preloaded, str(PROGRAM), *flags, *store, *listen]


def connection_string(endpoints: Mapping[str, str]) -> str:
    """The connection string for `endpoints`: service -> `http://host:port`."""
    parts = ["DefaultEndpointsProtocol=http", f"AccountName={ACCOUNT}", f"AccountKey={ACCOUNT_KEY}"]
    parts += [f"{name.capitalize()}Endpoint={endpoints[name]}/{ACCOUNT}" for name in SERVICES]
    return ";".join(parts) + ";"


@contextlib.contextmanager
def in_memory(root: Path = ROOT) -> Iterator[str]:
    """An Azurite of one's own on free ports that forgets all at the end; yields its connection.

    Raises Trouble, with what Azurite said, if it does not come up within START_SECONDS.
    """
    said: list[str] = []
    endpoints: dict[str, str] = {}
    settled = threading.Event()

    def listen(line: str) -> None:
        said.append(line)
        if match := _LISTENING.match(line):
            endpoints[match[1].lower()] = match[2]
        if len(endpoints) == len(SERVICES):
            settled.set()

    anywhere = command(root, (0, 0, 0), location=None)
    child = Child(anywhere, cwd=root, on_line=listen, on_end=lambda _: settled.set())
    try:
        settled.wait(START_SECONDS)
        if len(endpoints) < len(SERVICES):
            raise Trouble(f"Azurite did not start: {' | '.join(said) or 'it said nothing'}")
        yield connection_string(endpoints)
    finally:
        child.stop(STOP_SECONDS)
