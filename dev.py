"""The one command for people: `python3 dev.py start` brings the order workflow to life."""
# This file is read by whatever Python a person has, so it keeps to what Python 3.6 understands;
# everything else lives in workbench/.

import sys

OLDEST = (3, 11)
NEWEST = (3, 13)


def complaint(version: "tuple[int, ...]") -> str:
    """What is wrong with a Python of this version (major, minor); nothing if it will do."""
    if OLDEST <= version <= NEWEST:
        return ""
    fault = "too old" if version < OLDEST else "not supported yet"
    name = ".".join(map(str, version))
    return f"Python {name} is {fault}: use 3.11 to 3.13, for example: python3.12 dev.py start"


if __name__ == "__main__":
    if complaint(sys.version_info[:2]):
        sys.exit(complaint(sys.version_info[:2]))
    from workbench.cli import main

    sys.exit(main(sys.argv[1:]))
