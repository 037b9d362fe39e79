"""`dev.py bench`: the measurements in bench/, by name."""

import argparse
import ast
from pathlib import Path

from workbench import foreground, installation, places
from workbench.terminal import say
from workbench.trouble import Trouble


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """A name and what follows it."""
    parser.add_argument("name", nargs="?", help="which one; without it they are listed")
    parser.add_argument("arguments", nargs=argparse.REMAINDER, help="for the measurement")


def run(options: argparse.Namespace, root: Path = places.ROOT) -> int:
    """Run one measurement, or list them; raises Trouble for a name that does not exist."""
    known = measurements(root)
    if options.name is None:
        for name, sentence in known.items():
            say(f"  {name:<24}{sentence}")
        if not known:
            say("bench/ holds no measurements yet.")
        return 0
    if options.name not in known:
        raise Trouble(f"There is no bench/{options.name}.py. Known: {', '.join(known) or 'none'}")
    installation.ensure(root, development=True)
    python = str(places.python(root))
    return foreground.run([python, "-m", f"bench.{options.name}", *options.arguments], cwd=root)


def measurements(root: Path) -> dict[str, str]:
    """Name and first docstring line of each module in bench/ that does not start with `_`."""
    return {
        file.stem: (ast.get_docstring(ast.parse(file.read_text("utf-8"))) or "").split("\n")[0]
        for file in sorted((root / "bench").glob("*.py"))
        if not file.stem.startswith("_")
    }
