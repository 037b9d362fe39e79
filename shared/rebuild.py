"""Rebuilds read models from the events while the app serves: `python -m shared.rebuild orders`."""

import argparse
import asyncio
import os
import sys
from collections.abc import Sequence

from shared import settings
from shared.application.rebuild import MODELS, Difference, Pause, Rebuild
from shared.settings import Settings
from shared.wiring import wire


async def rebuilt(given: Settings, names: Sequence[str], pause: Pause) -> list[Difference]:
    """Rebuild the read models of these names, one after the other.

    Raises:
        StoreUnavailable, UnknownEvent, RebuildOvertaken: run it again when that is cured; the
            lists are still shown.
    """
    wired = wire(given)
    work = Rebuild(wired.aggregates, wired.read_models.views, pause)
    try:
        return [await work.run(MODELS[name]) for name in names]
    finally:
        await wired.close()


def report(difference: Difference) -> str:
    """What a person wants to know of one rebuild."""
    found = (
        "nothing was wrong with it"
        if difference.is_none
        else f"rows missing {difference.missing}, too many {difference.extra},"
        f" different {difference.different}"
    )
    head = f"{difference.model}: built from {difference.built} streams and shown; before: {found}."
    return "\n  ".join((head, *difference.examples))


def main(words: Sequence[str]) -> None:
    """Rebuild what the command line names, or all; settings come from the environment."""
    parser = argparse.ArgumentParser(prog="python -m shared.rebuild", description=__doc__)
    parser.add_argument(
        "names", nargs="*", metavar="name", help=f"of {', '.join(MODELS)}; all when none is named"
    )
    names = parser.parse_args(words).names or list(MODELS)
    if unknown := [name for name in names if name not in MODELS]:
        parser.error(f"there is no read model {', '.join(unknown)}")
    for name in names:
        for each in asyncio.run(rebuilt(settings.read(os.environ), [name], asyncio.sleep)):
            sys.stdout.write(report(each) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
