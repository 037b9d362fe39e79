"""An Azurite whose clock the test sets: what it is told to store may be weeks old."""

import contextlib
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

from workbench import azurite as emulator
from workbench.child import Child
from workbench.places import ROOT

# Last-Modified cannot be set from outside, and the cleanup believes nobody else.
SHIFTED = """
import fs from "node:fs";
const Real = Date, now = () => Real.now() + Number(fs.readFileSync(CLOCK, "utf8") || 0);
globalThis.Date = new Proxy(Real, {
  construct: (kind, given) => (given.length ? new Real(...given) : new Real(now())),
  apply: () => new Real(now()).toString(),
  get: (kind, name) => (name === "now" ? now : Reflect.get(kind, name)),
});
"""


@dataclass(frozen=True)
class AgedStorage:
    """A connection string, and the clock behind it."""

    connection: str
    clock: Path

    def ago(self, **by: float) -> None:
        """Let it be that long ago, for what is written from now on."""
        self.clock.write_text(str(-int(timedelta(**by).total_seconds() * 1000)))


@contextlib.contextmanager
def aged_storage(folder: Path) -> Iterator[AgedStorage]:
    """One of its own, in memory; `folder` keeps its clock."""
    clock = folder / "clock"
    clock.write_text("0")
    script = SHIFTED.replace("CLOCK", json.dumps(str(clock)))
    node, *rest = emulator.command(ROOT, (0, 0, 0), location=None)
    endpoints: dict[str, str] = {}
    said: list[str] = []
    settled = threading.Event()

    def listen(line: str) -> None:
        said.append(line)
        if match := emulator._LISTENING.match(line):
            endpoints[match[1].lower()] = match[2]
        if len(endpoints) == len(emulator.SERVICES):
            settled.set()

    shifted = [node, "--import", f"data:text/javascript,{quote(script)}", *rest]
    child = Child(shifted, cwd=ROOT, on_line=listen, on_end=lambda _: settled.set())
    try:
        settled.wait(emulator.START_SECONDS)
        assert len(endpoints) == len(emulator.SERVICES), said
        yield AgedStorage(emulator.connection_string(endpoints), clock)
    finally:
        child.stop(emulator.STOP_SECONDS)
