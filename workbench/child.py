"""A child process in a group of its own: read line by line, stopped gently, then firmly."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

LEASH = Path(__file__).with_name("leash.py")


class Child:
    """One running program; `on_line` gets its output, errors included, `on_end` its exit code,
    each from a thread of its own.
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        cwd: Path,
        on_line: Callable[[str], None],
        on_end: Callable[[int], None] = lambda _: None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        """Start `command` in `cwd`. Call it from the main thread: on Linux a child on the leash
        ends with the thread that started it. Raises OSError if the program cannot be started.
        """
        self._on_line = on_line
        self._on_end = on_end
        self._ended = threading.Event()
        self._process = subprocess.Popen(
            on_leash(command),
            cwd=cwd,
            env=None if environment is None else dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
            # A group of its own, so that Ctrl-C in the terminal reaches us alone and we pass it on
            # in the right order.
            process_group=0 if os.name == "posix" else None,
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        threading.Thread(target=self._watch, daemon=True).start()

    @property
    def pid(self) -> int:
        """The process id, which is the id of its group as well."""
        return self._process.pid

    def wait(self) -> int:
        """Wait for its end; returns the exit code, negative for a signal."""
        self._ended.wait()
        return self._process.returncode

    def stop(self, grace: float) -> int:
        """Ask it to end, wait `grace` seconds, then kill its whole group; returns the exit code."""
        if not self._ended.is_set():
            self._ask()
        if not self._ended.wait(grace):
            self._kill()
        return self.wait()

    def _ask(self) -> None:
        if sys.platform == "win32":
            self._process.send_signal(signal.CTRL_BREAK_EVENT)
        else:
            self._process.send_signal(signal.SIGTERM)

    def _kill(self) -> None:
        if sys.platform == "win32":
            self._process.kill()
        else:
            with contextlib.suppress(ProcessLookupError):  # it ended while we decided
                os.killpg(self.pid, signal.SIGKILL)

    def _read(self) -> None:
        if self._process.stdout is None:
            return
        with self._process.stdout as lines:
            for line in lines:
                self._on_line(line.rstrip("\r\n"))

    def _watch(self) -> None:
        self._process.wait()
        # Its last lines come first; a grandchild that holds the pipe open must not hold us.
        self._reader.join(1)
        self._ended.set()
        self._on_end(self._process.returncode)


def on_leash(command: Sequence[str]) -> list[str]:
    """`command`, on Linux such that it ends with us even if we are killed (see leash.py)."""
    if sys.platform != "linux":
        return list(command)
    return [sys.executable, "-I", "-S", str(LEASH), str(os.getpid()), *command]
