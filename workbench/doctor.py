"""`dev.py doctor`: what this machine has, what it lacks, and the cure for each lack."""

import argparse
import json
import platform
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from workbench import azurite, installation, node, places, ports, settings_file, start, storage
from workbench.terminal import CROSS, TICK, paint, say
from workbench.trouble import Trouble

NOTE = "-"
_COLOURS = {TICK: "green", CROSS: "red", NOTE: "yellow"}


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report: TICK, CROSS (must be cured) or NOTE (good to know)."""

    mark: str
    subject: str
    text: str


def add_arguments(_parser: argparse.ArgumentParser) -> None:
    """`doctor` has no options."""


def run(_options: argparse.Namespace, root: Path = places.ROOT) -> int:
    """Print the findings; returns 1 if one of them must be cured before `start` works."""
    found = list(findings(root))
    for finding in found:
        mark = paint(finding.mark, _COLOURS[finding.mark])
        say(f"{mark} {finding.subject:<16}{finding.text}")
    return int(any(finding.mark == CROSS for finding in found))


def findings(root: Path) -> Iterator[Finding]:
    """All that is worth knowing, in the order in which `start` needs it."""
    yield Finding(TICK, "Python", f"{platform.python_version()} on {platform.system()}")
    yield _environment(root)
    yield _node()
    yield _tool("npm", "comes with Node")
    yield _azurite(root)
    yield _tool("func", "optional: npm install -g azure-functions-core-tools@4")
    yield from _ports()
    yield _settings(root)
    yield Finding(TICK, "Data", f"{_megabytes(root / places.DATA):.1f} MB in {places.DATA}")


def _environment(root: Path) -> Finding:
    for requirements in (installation.DEVELOPMENT, installation.RUNTIME):
        if installation.is_current(root, requirements):
            return Finding(TICK, "Packages", f"{places.VENV} holds {requirements}")
    return Finding(NOTE, "Packages", "not installed or out of date; start and test install them")


def _node() -> Finding:
    try:
        return Finding(TICK, "Node", node.version_of(node.find()))
    except Trouble as trouble:
        return Finding(CROSS, "Node", str(trouble))


def _tool(name: str, cure: str) -> Finding:
    path = shutil.which(name)
    if path is None:
        return Finding(NOTE, name, f"not found ({cure})")
    return Finding(TICK, name, node.version_of(path) or "does not say its version")


def _azurite(root: Path) -> Finding:
    package = root / azurite.PROGRAM.parents[2] / "package.json"
    if not package.is_file() or not installation.npm_is_current(root):
        return Finding(NOTE, "Azurite", "not installed or out of date; start and test install it")
    return Finding(TICK, "Azurite", json.loads(package.read_text("utf-8"))["version"])


def _ports() -> Iterator[Finding]:
    first = storage.DEVELOPMENT_PORT
    for port, cure in (
        (start.APP_PORT, "start --port takes another"),
        *((first + n, "start --no-azurite uses what runs there") for n in range(3)),
    ):
        free = ports.is_free(port)
        yield Finding(TICK if free else NOTE, f"Port {port}", "free" if free else f"busy; {cure}")


def _settings(root: Path) -> Finding:
    if not (root / places.SETTINGS).is_file():
        return Finding(NOTE, "Settings", f"no {places.SETTINGS} yet; start makes it")
    return _or_trouble("Settings", lambda: _describe(settings_file.value(root, storage.SETTING)))


def _or_trouble(subject: str, describe: Callable[[], str]) -> Finding:
    try:
        return Finding(TICK, subject, describe())
    except Trouble as trouble:
        return Finding(CROSS, subject, str(trouble))


def _describe(connection: str) -> str:
    """Where the app's storage is, without the key that the connection string carries."""
    if not connection:
        raise Trouble(f"{storage.SETTING} is not set; write {storage.DEVELOPMENT}")
    host, port = storage.endpoints(connection)[-1]
    return f"{places.SETTINGS}; tables at {host}:{port}"


def _megabytes(folder: Path) -> float:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 1_000_000
