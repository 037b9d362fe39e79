"""The supervisor, on real processes."""

import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from workbench.places import ROOT

if sys.platform == "win32":
    pytest.skip("these tests speak in POSIX signals", allow_module_level=True)

PROGRAM = Path(__file__).with_name("supervised.py")
SECONDS = 20
# What nohup does: ignore the signal, then become the command.
NOHUP = """
import os, signal, sys
signal.signal(signal.SIGHUP, signal.SIG_IGN)
os.execv(sys.argv[1], sys.argv[1:])
"""


@contextmanager
def supervised(fate: str, *prefix: str) -> Iterator["subprocess.Popen[str]"]:
    with subprocess.Popen(
        [*prefix, sys.executable, str(PROGRAM), fate],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as program:
        try:
            yield program
        finally:
            program.kill()


def read_pids(program: "subprocess.Popen[str]") -> dict[str, int]:
    """The children's pids, once both have said theirs."""
    assert program.stdout is not None
    pids: dict[str, int] = {}
    while len(pids) < 2:
        name, pid = program.stdout.readline().split()
        pids[name] = int(pid)
    return pids


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_wanted_stop_ends_every_child_and_is_no_failure(number):
    with supervised("waits") as program:
        pids = read_pids(program)
        program.send_signal(number)
        said, _ = program.communicate(timeout=SECONDS)

        assert program.returncode == 0
        assert not any(is_alive(pid) for pid in pids.values())
        assert [line for line in said.splitlines() if "asked" in line] == [
            "host was asked to end",
            "storage was asked to end",
        ]


def test_a_child_that_dies_is_named_and_takes_the_rest_along():
    with supervised("dies") as program:
        pids = read_pids(program)
        said, _ = program.communicate(timeout=SECONDS)

        assert program.returncode == 1
        assert not any(is_alive(pid) for pid in pids.values())
        assert said.splitlines()[-1] == (
            "host ended by itself with exit code 7; everything else is stopped."
        )


def test_a_child_that_was_killed_is_told_with_its_signal():
    with supervised("waits") as program:
        os.kill(read_pids(program)["storage"], signal.SIGKILL)
        said, _ = program.communicate(timeout=SECONDS)

        assert program.returncode == 1
        assert "storage was ended by SIGKILL" in said


@pytest.mark.skipif(sys.platform != "linux", reason="the leash is a service of the Linux kernel")
def test_no_child_outlives_a_supervisor_that_was_killed():
    with supervised("waits") as program:
        ends = [os.pidfd_open(pid) for pid in read_pids(program).values()]
        try:
            program.kill()
            for end in ends:
                readable, _, _ = select.select([end], [], [], SECONDS)
                assert readable == [end]
        finally:
            for end in ends:
                os.close(end)


def test_a_hang_up_that_the_caller_ignores_stops_nothing():
    with supervised("waits", sys.executable, "-c", NOHUP) as program:
        read_pids(program)
        program.send_signal(signal.SIGHUP)
        with pytest.raises(subprocess.TimeoutExpired):
            program.wait(0.5)
        program.send_signal(signal.SIGTERM)
        program.communicate(timeout=SECONDS)

        assert program.returncode == 0
