"""`python -m localhost function_app:app`: one run of the host as a process."""

import asyncio
import os
import sys
import threading

from localhost import logs
from localhost.errors import StartError
from localhost.host import run
from localhost.options import parse


def main() -> int:
    """Run until stopped and return 0; 1, with one message, for what hinders a start."""
    options = parse(sys.argv[1:])
    try:
        asyncio.run(run(options))
    except StartError as refused:
        sys.stderr.write(f"{refused}\n")
        return 1
    finally:
        logs.stop()
    return 0


def leave(code: int) -> None:
    """End the process, also when a function still holds a thread, as Core Tools does.

    See reference/host-triggers.md 6.7.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    for thread in threading.enumerate():
        if thread is not threading.current_thread() and not thread.daemon:
            thread.join(timeout=0.1)
            if thread.is_alive():
                os._exit(code)
    sys.exit(code)


if __name__ == "__main__":
    leave(main())
