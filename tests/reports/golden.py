"""The files that reports are compared with: `python -m tests.reports.golden` writes them anew."""

import sys
from collections.abc import Callable
from pathlib import Path

from shared.reports.csv_file import csv_file
from shared.reports.json_file import json_file
from shared.reports.page import page
from shared.reports.report import Report
from tests.reports.scene import report, report_of_nothing

FOLDER = Path(__file__).with_name("golden")
SCENES: dict[str, Callable[[], Report]] = {"week": report, "nothing": report_of_nothing}


def files() -> dict[str, bytes]:
    """What today's program writes, by the name of the file."""
    written = {}
    for name, scene in SCENES.items():
        made = scene()
        written[f"{name}.json"] = json_file(made)
        written[f"{name}.csv"] = csv_file(made)
        written[f"{name}.html"] = page(made)
    return written


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for file, content in files().items():
        (FOLDER / file).write_bytes(content)
    sys.stdout.write(f"Look at what changed: {FOLDER}\n")
