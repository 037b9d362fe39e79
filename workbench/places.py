"""Where things lie in the checkout."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ".venv"
DATA = ".data"
AZURITE_DATA = f"{DATA}/azurite"
LOGS = f"{DATA}/logs"
SETTINGS = "local.settings.json"
SETTINGS_EXAMPLE = "local.settings.json.example"


def scripts(root: Path) -> Path:
    """The folder of the virtual environment that holds its programs."""
    return root / VENV / ("Scripts" if os.name == "nt" else "bin")


def python(root: Path) -> Path:
    """The interpreter of the virtual environment."""
    return scripts(root) / ("python.exe" if os.name == "nt" else "python")
