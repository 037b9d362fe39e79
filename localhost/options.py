"""The command line, `python -m localhost function_app:app --port 7071 ...`.

See reference/host-triggers.md 8.1.
"""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ADDRESS = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Options:
    """What a person asked for; None where local.settings.json or a default may decide."""

    target: str
    script_root: Path
    port: int | None = None
    address: str | None = None
    cors: str | None = None
    cors_credentials: bool = False
    verbose: bool = False


def parse(arguments: Sequence[str]) -> Options:
    """Read the command line; a mistake ends the process with 2 and the usage, as argparse does."""
    parser = argparse.ArgumentParser(
        prog="python -m localhost", description="Runs an Azure Functions app on this machine."
    )
    parser.add_argument("target", help="module:attribute of the app, such as function_app:app")
    parser.add_argument("-p", "--port", type=_port, help="default 7071; 0 finds a free one")
    parser.add_argument("--address", help=f"address to listen on, default {ADDRESS}")
    parser.add_argument("--script-root", type=Path, default=Path(), help="folder of the app")
    parser.add_argument("--cors", help="origins that may read answers, with commas between")
    parser.add_argument("--cors-credentials", action="store_true", help="with cookies")
    parser.add_argument("--enable-auth", action="store_true", help="not offered yet")
    parser.add_argument("--verbose", action="store_true", help="more lines, with invocation ids")
    given = parser.parse_args(arguments)
    if given.enable_auth:
        parser.error("--enable-auth is not offered yet: this host asks nobody for a key")
    root = given.script_root.resolve()
    if not root.is_dir():
        parser.error(f"--script-root: there is no folder '{root}'")
    return Options(
        target=given.target,
        script_root=root,
        port=given.port,
        address=given.address,
        cors=given.cors,
        cors_credentials=given.cors_credentials,
        verbose=given.verbose,
    )


def _port(text: str) -> int:
    if text.isdecimal() and int(text) <= 65_535:  # noqa: PLR2004 - what TCP has
        return int(text)
    raise argparse.ArgumentTypeError(f"'{text}' is not a port between 0 and 65535")
