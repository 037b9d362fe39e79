"""The real host as a process that can be killed and started again."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import aiohttp

ROOT = Path(__file__).parents[2]
START_SECONDS = 30


class RunningHost:
    """`python -m localhost` on a port of its own, its output kept for the failure message."""

    def __init__(self, environment: Mapping[str, str], log: Path) -> None:
        self._environment = {**os.environ, **environment}
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.url = f"http://127.0.0.1:{self.port}"

    def setting(self, name: str) -> str:
        """What the process is started with."""
        return self._environment[name]

    def start(self) -> None:
        """Start the process; it is not ready yet."""
        with self._log.open("ab") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "localhost", "function_app:app", "--port", str(self.port)],
                cwd=ROOT,
                env=self._environment,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    async def ready(self, session: aiohttp.ClientSession) -> None:
        """Wait until it answers."""
        await wait_until_ready(self.url, session, self._obituary)

    def _obituary(self) -> str | None:
        if self._process is not None and self._process.poll() is not None:
            return f"the host ended by itself:\n{self.output()}"
        return None

    @property
    def is_running(self) -> bool:
        """Whether the process lives."""
        return self._process is not None and self._process.poll() is None

    def kill(self) -> None:
        """End it as a power cut would."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def stop(self) -> int:
        """Ask it to end and return its exit code."""
        if self._process is None or self._process.poll() is not None:
            return 0
        self._process.send_signal(signal.SIGTERM)
        return self._process.wait(timeout=20)

    def output(self) -> str:
        """The last of what it printed."""
        return self._log.read_text(errors="replace")[-8000:]


async def wait_until_ready(
    url: str, session: aiohttp.ClientSession, obituary: Callable[[], str | None] = lambda: None
) -> None:
    """Wait until the host at `url` answers, or fail with what `obituary` says of its end."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if (died := obituary()) is not None:
            raise AssertionError(died)
        try:
            async with session.get(f"{url}/admin/host/ping") as answer:
                if answer.status == 200:
                    return
        except aiohttp.ClientConnectionError:
            continue
    raise AssertionError(f"{url} did not answer within {START_SECONDS} seconds")
