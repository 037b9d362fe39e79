"""function_app.py only composes, and its import stays light."""

import ast
import json
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

from shared.projections.backlog import ABANDONED
from tests.architecture.tree import text
from workbench.places import ROOT

ALLOWED = (
    "azure.functions",
    "azure.durable_functions",
    "blueprints",
    "shared.logs",
    "shared.settings",
    "shared.wiring",
)
# Each costs tens to hundreds of milliseconds of every cold start (reference/ecosystem.md 3).
HEAVY = (
    "PIL",
    "azure.identity",
    "azure.monitor",
    "azure.storage.blob",
    "azure.storage.queue",
    "jinja2",
    "localhost",
    "numpy",
    "pytest",
    "tests",
    "workbench",
)
PROBE = """
import json, sys
import function_app
print(json.dumps(sorted(sys.modules)))
"""


def imported(source: str) -> set[str]:
    """Every module that `source` imports, `from a import b` as both `a` and `a.b`."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
    return names


def belongs(name: str, packages: tuple[str, ...]) -> bool:
    """Whether `name` is one of the packages or lies inside one."""
    return any(name == package or name.startswith(f"{package}.") for package in packages)


def standard(name: str) -> bool:
    """Whether `name` belongs to the standard library."""
    return name.split(".", maxsplit=1)[0] in sys.stdlib_module_names


def test_function_app_imports_nothing_but_what_it_composes():
    names = imported(text(Path("function_app.py")))
    assert {name for name in names if not belongs(name, ALLOWED) and not standard(name)} == set()


def test_importing_function_app_loads_nothing_heavy():
    answer = subprocess.run(
        [sys.executable, "-c", PROBE],
        cwd=ROOT,
        env={**os.environ, "OrdersData": "UseDevelopmentStorage=true"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr
    loaded = json.loads(answer.stdout.splitlines()[-1])
    assert [name for name in loaded if belongs(name, HEAVY)] == []


def test_a_backlog_marker_outlives_every_writer():
    """A writer that could still append after its marker was swept would never be shown."""
    hours, minutes, seconds = json.loads((ROOT / "host.json").read_text())["functionTimeout"].split(
        ":"
    )
    longest = timedelta(hours=int(hours), minutes=int(minutes), seconds=int(seconds))
    assert longest * 4 < ABANDONED
