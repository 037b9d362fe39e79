"""`dev.py test`: every check and every test; with arguments of pytest, those tests only."""

import argparse
from pathlib import Path

from workbench import check, foreground, installation, places
from workbench.terminal import paint, say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Everything after `test` belongs to pytest (see cli.parse)."""
    parser.add_argument(
        "pytest", nargs="*", help="arguments for pytest; the checks are skipped then"
    )


def run(options: argparse.Namespace, root: Path = places.ROOT) -> int:
    """Run the checks, then pytest, whose closing line comes last; returns 0 if all passed."""
    installation.ensure(root, development=True)
    failed = [] if options.pytest else check.failures(root)
    if failed:
        names = ", ".join(failed)
        say(paint(f"Failed: {names}. The tests run all the same; the exit code will say 1.", "red"))
    code = foreground.run([str(places.python(root)), "-m", "pytest", *options.pytest], cwd=root)
    return code or bool(failed)
