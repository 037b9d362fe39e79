"""The installation of what the checkout needs: a virtual environment, its packages and Azurite."""

import re
import sys
from pathlib import Path

from workbench import node, places, steps
from workbench.stamps import Stamp
from workbench.steps import Step
from workbench.terminal import say

RUNTIME = "requirements.txt"
DEVELOPMENT = "requirements-dev.txt"  # all of requirements.txt and the tools, as a test checks
SUPPORTED = ((3, 11), (3, 13))  # pyproject.toml requires-python; dev.py says it as well

_REASONS = (
    (
        r"ensurepip is not|No module named '?(venv|ensurepip)",
        "Python's venv module is incomplete; on Debian and Ubuntu: sudo apt install python3-venv",
    ),
    (
        r"No space left|ENOSPC",
        "The disk is full; make room and run the command again.",
    ),
    (
        r"Permission denied|EACCES|EPERM",
        "A file cannot be written; check who owns this folder, then run the command again.",
    ),
    (
        r"(?i)name resolution|NewConnectionError|ConnectTimeout|ENOTFOUND|EAI_AGAIN|ETIMEDOUT"
        r"|ECONNREFUSED|ECONNRESET|connection refused|ProxyError|unreachable|timed out",
        "Likely no network or a proxy in between; the first run needs it, later ones do not.",
    ),
)


def ensure(root: Path, *, development: bool = False, azurite: bool = True) -> None:
    """Install what is missing or has changed; the second time this takes milliseconds.

    Python packages and npm's run side by side. Raises Trouble with the cure if a step fails.
    """
    lanes = [_python_lane(root, DEVELOPMENT if development else RUNTIME)]
    if azurite:
        lanes.append(_npm_lane(root))
    lanes = [lane for lane in lanes if lane]
    if lanes:
        say("Installing what is missing or has changed (half a minute; later runs skip it):")
        steps.run(lanes, root)


def is_current(root: Path, requirements: str = RUNTIME) -> bool:
    """Whether the virtual environment is usable and holds what the file asks for."""
    return _usable(root) and _python_stamp(root, requirements).is_current()


def npm_is_current(root: Path) -> bool:
    """Whether node_modules holds what the lock file asks for."""
    return _npm_stamp(root).is_current()


def likely_reason(output: str) -> str:
    """The cure for a failed installation, guessed from what pip, venv or npm printed."""
    for pattern, reason in _REASONS:
        if re.search(pattern, output):
            return reason
    return "The last lines above say why."


def _python_lane(root: Path, requirements: str) -> list[Step]:
    if is_current(root, requirements):
        return []
    python, venv = str(places.python(root)), str(root / places.VENV)
    logs = root / places.LOGS

    def done() -> None:
        for file in {requirements, RUNTIME}:
            _python_stamp(root, file).set()

    pip = [python, "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
    pip += ["--retries", "2", "-r", requirements]
    create = [sys.executable, "-m", "venv", "--clear", venv]
    lane = [Step("Python packages", pip, logs / "pip.log", likely_reason, done)]
    if not _usable(root):
        lane.insert(0, Step("Virtual environment", create, logs / "venv.log", likely_reason))
    return lane


def _npm_lane(root: Path) -> list[Step]:
    if npm_is_current(root):
        return []
    node.find()
    ci = [node.npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    # npm waits 10 and 60 s between tries; without a network that is a long silence.
    ci += ["--fetch-retries=2", "--fetch-retry-mintimeout=1000", "--fetch-retry-maxtimeout=5000"]
    log = root / places.LOGS / "npm.log"
    return [Step("Azurite (npm)", ci, log, likely_reason, _npm_stamp(root).set)]


def _python_stamp(root: Path, requirements: str) -> Stamp:
    return Stamp(root / places.VENV, [root / requirements])


def _npm_stamp(root: Path) -> Stamp:
    return Stamp(root / "node_modules", [root / "package-lock.json", root / "package.json"])


def _usable(root: Path) -> bool:
    """Whether .venv is complete (pip comes last) and holds a Python that we support."""
    description = root / places.VENV / "pyvenv.cfg"
    complete = places.python(root).exists() and any(places.scripts(root).glob("pip*"))
    if not complete or not description.is_file():
        return False
    version = re.search(r"(?m)^version(?:_info)? *= *(\d+)\.(\d+)", description.read_text("utf-8"))
    return (
        version is not None and SUPPORTED[0] <= (int(version[1]), int(version[2])) <= SUPPORTED[1]
    )
