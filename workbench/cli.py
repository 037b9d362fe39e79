"""The command line of dev.py: one word, its options, one line when something is wrong."""

import argparse
import io
import sys
from collections.abc import Sequence
from types import ModuleType

from workbench import bench, check, deploy, doctor, start, test
from workbench.terminal import paint, say
from workbench.trouble import Trouble

COMMANDS: dict[str, tuple[ModuleType, str]] = {
    "start": (start, "run the app here: storage emulator, host, demo products"),
    "test": (test, "every check and every test; with pytest arguments only those tests"),
    "check": (check, "format, lint, types, import contracts, dependencies"),
    "doctor": (doctor, "what this machine has and lacks"),
    "deploy": (deploy, "to Azure: what would change, the change, the code, a first order"),
    "bench": (bench, "measurements; without a name they are listed"),
}
INTERRUPTED = 130  # 128 + SIGINT, as shells say it


def main(arguments: Sequence[str]) -> int:
    """Run the command that `arguments` name and return the exit code."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # an old console has no tick
    options = parse(arguments or ["--help"])
    try:
        return int(COMMANDS[options.command][0].run(options))
    except Trouble as trouble:
        sys.stderr.write(paint(str(trouble), "red") + "\n")
        return 1
    except KeyboardInterrupt:
        say("Interrupted.")
        return INTERRUPTED


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """The options of a command line; ends the process, as argparse does, if they are wrong.

    The words after `test` go to pytest as they are: argparse cannot pass on options it does not
    know in their order.
    """
    command, *words = arguments
    if command == "test" and words and words[0] not in {"-h", "--help"}:
        return argparse.Namespace(command=command, pytest=words)
    return parser().parse_args(arguments)


def parser() -> argparse.ArgumentParser:
    """The parser of every command."""
    top = argparse.ArgumentParser(
        prog="dev.py",
        description="Durable Orders on your machine. The first run installs what it needs into "
        "this folder (.venv, node_modules); later runs take seconds.",
        epilog="dev.py COMMAND --help tells the options of a command.",
    )
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, (module, sentence) in COMMANDS.items():
        module.add_arguments(commands.add_parser(name, help=sentence, description=module.__doc__))
    return top
