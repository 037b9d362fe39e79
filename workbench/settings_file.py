"""local.settings.json, the settings that `func start` and the embedded host give to the app."""

import json
import os
import shutil
from pathlib import Path

from workbench import places
from workbench.trouble import Trouble


def ensure(root: Path) -> bool:
    """Make it from the example if it is missing; returns whether it was."""
    file = root / places.SETTINGS
    if file.exists():
        return False
    shutil.copyfile(root / places.SETTINGS_EXAMPLE, file)
    return True


def value(root: Path, name: str) -> str:
    """A setting as the app will see it: the environment first, as in Core Tools, then the file.

    Returns an empty text if nobody sets it; raises Trouble if the file is not valid JSON
    (reference/host-triggers.md 1.10).
    """
    if os.environ.get(name):
        return os.environ[name]
    file = root / places.SETTINGS
    if not file.is_file():
        return ""
    try:
        values = json.loads(file.read_text("utf-8")).get("Values", {})
    except (ValueError, AttributeError) as error:
        raise Trouble(f"{places.SETTINGS} is not valid JSON ({error}): repair it.") from error
    return str(values.get(name) or "")
