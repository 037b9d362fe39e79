"""A program for the supervisor's tests: a supervisor with two real children, `storage`, `host`."""

import os
import sys
from pathlib import Path

from workbench.supervisor import Supervisor
from workbench.terminal import say
from workbench.trouble import Trouble

# A child says its name and pid, then waits for its SIGTERM. sigwait, not a handler: one that sets
# an Event on which the same thread waits can block itself for ever.
CHILD = """
import os, signal, sys
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
print(sys.argv[1], os.getpid(), flush=True)
if sys.argv[2] == "dies":
    sys.exit(7)
signal.sigwait([signal.SIGTERM])
print(sys.argv[1], "was asked to end", flush=True)
"""


def main() -> int:
    """Run until a signal comes or, asked for `dies`, until the host ends by itself."""
    try:
        with Supervisor() as supervisor:
            start(supervisor, "storage", "waits")
            start(supervisor, "host", sys.argv[1])
            supervisor.wait()
    except Trouble as trouble:
        say(str(trouble))
        return 1
    return 0


def start(supervisor: Supervisor, name: str, fate: str) -> None:
    """Start a child and wait for its first line."""
    lines: list[str] = []

    def listen(line: str) -> None:
        lines.append(line)
        say(line)

    supervisor.start(
        name,
        [sys.executable, "-c", CHILD, name, fate],
        cwd=Path(__file__).parent,
        environment=os.environ,
        grace=5,
        on_line=listen,
    )
    supervisor.wait_until(lambda: bool(lines), name, 20)


if __name__ == "__main__":
    sys.exit(main())
