"""A program in the foreground: it has the terminal, and Ctrl-C is its own affair."""

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

from workbench.child import on_leash


def run(command: Sequence[str], *, cwd: Path) -> int:
    """Run `command` to its end and return its exit code.

    Ctrl-C reaches it as well as us; we stay until it has cleaned up behind itself.
    """
    environment = {**os.environ, "PYTHONPATH": str(cwd)}
    with subprocess.Popen(on_leash(command), cwd=cwd, env=environment) as process:
        while True:
            try:
                return process.wait()
            except KeyboardInterrupt:
                continue
