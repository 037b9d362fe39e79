"""`dev.py check`: format, lint, types, import contracts and declared dependencies."""

import argparse
import os
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

from workbench import installation, places
from workbench.terminal import CROSS, TICK, paint, say


@dataclass(frozen=True, slots=True)
class Check:
    """One tool that judges the whole tree."""

    name: str
    command: tuple[str, ...]
    cure: str = ""


# The slowest first, so that two cores finish early.
CHECKS = (
    Check("types", ("mypy",)),
    Check("dependencies", ("deptry", "--no-ansi", ".")),
    Check("imports", ("lint-imports",)),
    Check("lint", ("ruff", "check", "."), "ruff check --fix . repairs some of it"),
    Check("format", ("ruff", "format", "--check", "."), "ruff format . repairs it"),
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check said and how long it took."""

    check: Check
    passed: bool
    output: str
    seconds: float


def add_arguments(_parser: argparse.ArgumentParser) -> None:
    """`check` has no options."""


def run(_options: argparse.Namespace, root: Path = places.ROOT) -> int:
    """Install what is missing, run the checks; returns 1 if any failed."""
    installation.ensure(root, development=True, azurite=False)
    return 1 if failures(root) else 0


def failures(root: Path, checks: tuple[Check, ...] = CHECKS) -> list[str]:
    """Run `checks` side by side, tell each verdict as it comes, and return the failed names."""
    failed = []
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        for done in as_completed([pool.submit(_judge, check, root) for check in checks]):
            verdict = done.result()
            _tell(verdict)
            if not verdict.passed:
                failed.append(verdict.check.name)
    return failed


def _judge(check: Check, root: Path) -> Verdict:
    began = time.monotonic()
    program, *arguments = check.command
    answer = subprocess.run(
        [str(places.scripts(root) / program), *arguments],
        cwd=root,
        # lint-imports looks for our packages on the path, not in the folder it runs in.
        env={**os.environ, "PYTHONPATH": str(root)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    return Verdict(check, answer.returncode == 0, answer.stdout, time.monotonic() - began)


def _tell(verdict: Verdict) -> None:
    mark = paint(TICK, "green") if verdict.passed else paint(CROSS, "red")
    say(f"{mark} {verdict.check.name:<13}{verdict.seconds:5.1f} s")
    if verdict.passed:
        return
    for line in verdict.output.rstrip().splitlines():
        say(f"  | {line}")
    if verdict.check.cure:
        say(f"  {verdict.check.cure}")
