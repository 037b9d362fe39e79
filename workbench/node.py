"""Node, which runs Azurite: is it there, is it new enough."""

import re
import shutil
import subprocess

from workbench.trouble import Trouble

OLDEST = 20  # package.json "engines"; the oldest line that Node still maintained when we pinned


def find() -> str:
    """The path of a Node that is new enough; raises Trouble otherwise."""
    node = shutil.which("node")
    if node is None:
        raise Trouble(
            f"Node is missing: Azurite, the storage emulator, needs it. Install Node {OLDEST} or "
            "newer (https://nodejs.org), or use --no-azurite with a storage account of yours."
        )
    version = version_of(node)
    major = re.match(r"v(\d+)", version)
    if major is None or int(major[1]) < OLDEST:
        raise Trouble(
            f"Node {version or '(unknown version)'} is too old: Azurite needs {OLDEST} or newer. "
            "Update it (https://nodejs.org), or use --no-azurite with a storage account of yours."
        )
    return node


def npm() -> str:
    """The path of npm, which comes with Node; raises Trouble if it does not."""
    found = shutil.which("npm")
    if found is None:
        raise Trouble("npm is missing, though Node is there. Install the package npm as well.")
    return found


def version_of(program: str) -> str:
    """What `program --version` says, or nothing if it cannot say it."""
    try:
        answer = subprocess.run(
            [program, "--version"], capture_output=True, text=True, timeout=30, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return answer.stdout.strip()
