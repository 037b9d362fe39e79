"""One child process."""

import sys
import threading
from pathlib import Path

from workbench.child import Child

STUBBORN = """
import signal, threading
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("deaf", flush=True)
threading.Event().wait()
"""


def run(code: str, lines: list[str], heard: threading.Event | None = None) -> Child:
    def listen(line: str) -> None:
        lines.append(line)
        if heard is not None:
            heard.set()

    return Child([sys.executable, "-c", code], cwd=Path.cwd(), on_line=listen)


def test_its_lines_come_in_order_and_before_its_end():
    lines: list[str] = []
    code = run("import sys; print('one'); print('two'); sys.exit(3)", lines).wait()
    assert (lines, code) == (["one", "two"], 3)


def test_what_it_writes_as_an_error_is_heard_as_well():
    lines: list[str] = []
    run("import sys; sys.exit('it broke')", lines).wait()
    assert lines == ["it broke"]


def test_bytes_that_are_no_text_do_not_stop_the_listening():
    lines: list[str] = []
    run(r"import os; os.write(1, b'\xff\n'); print('next')", lines).wait()
    assert lines == ["\N{REPLACEMENT CHARACTER}", "next"]


def test_one_that_does_not_listen_is_killed_after_its_grace():
    heard = threading.Event()
    child = run(STUBBORN, [], heard)
    assert heard.wait(20)
    assert child.stop(0.1) != 0


def test_stopping_one_that_ended_gives_its_code():
    child = run("raise SystemExit(5)", [])
    child.wait()
    assert child.stop(1) == 5
