"""A leash for one child: Linux ends it with SIGTERM as soon as the process that started it is gone.

Run as a program: `python leash.py PARENT_PID COMMAND...` asks the kernel for the signal, then turns
itself into COMMAND. A program of its own rather than a `preexec_fn`, which Python calls unsafe as
soon as threads exist. The request survives `exec` (prctl(2), PR_SET_PDEATHSIG).
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main() -> None:
    """Tie this process to its parent and become the command; end at once if the parent is gone."""
    parent, command = int(sys.argv[1]), sys.argv[2:]
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG) failed")
    if os.getppid() != parent:  # it died before we asked, so no signal will come
        sys.exit(1)
    os.execvp(command[0], command)  # noqa: S606 - no shell is what we want


if __name__ == "__main__":
    main()
