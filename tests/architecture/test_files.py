"""What is committed belongs to no machine, and points only at what exists."""

import json
import re
from pathlib import Path
from urllib.parse import unquote

import pytest

from tests.architecture.tree import files, text
from workbench.installation import DEVELOPMENT, RUNTIME
from workbench.places import ROOT

# Brackets around one letter, or this file would accuse itself.
MACHINE = re.compile(r"(?<![\w.$}])/(?:[h]ome|[r]oot|[w]ork|[U]sers)/[\w.]")
REGISTRY = re.compile(r"registry\.npm[j]s|files\.python[h]osted|--(?:extra-)?index[-]url")
LINK = re.compile(r"\]\(([^)\s]+)\)")
PIN = re.compile(r"[a-z0-9-]+==[0-9][\w.]*( ; .+)?$")


def documents() -> list[Path]:
    return [path for path in files() if path.suffix == ".md"]


@pytest.mark.parametrize("path", files(), ids=str)
def test_a_file_names_no_machine_and_no_registry(path):
    content = text(path)
    assert MACHINE.findall(content) == []
    assert REGISTRY.findall(content) == []


@pytest.mark.parametrize("path", documents(), ids=str)
def test_every_relative_link_leads_somewhere(path):
    targets = [link.split("#")[0] for link in LINK.findall(text(path)) if "://" not in link]
    folder = (ROOT / path).parent
    lost = [target for target in targets if target and not (folder / unquote(target)).exists()]
    assert lost == [], f"{path} points at nothing"


@pytest.mark.parametrize(
    "path", [path for path in documents() if path.parts[:2] == ("docs", "decisions")], ids=str
)
def test_a_decision_has_its_context_and_its_consequence(path):
    headings = re.findall(r"(?m)^## (\w+)", text(path))
    assert [heading.removesuffix("s") for heading in headings] == [
        "Context",
        "Decision",
        "Consequence",
    ]


@pytest.mark.parametrize("name", [RUNTIME, DEVELOPMENT])
def test_every_requirement_is_pinned(name):
    assert [line for line in requirements(name) if not PIN.match(line)] == []


def test_the_development_requirements_hold_those_of_the_app():
    assert set(requirements(RUNTIME)) <= set(requirements(DEVELOPMENT))


def test_the_lock_file_says_what_but_not_where_from():
    packages = json.loads(text(Path("package-lock.json")))["packages"]
    del packages[""]
    assert all("integrity" in package for package in packages.values())
    assert not any("resolved" in package for package in packages.values())


def requirements(name: str) -> list[str]:
    """The lines of a requirements file that ask for something."""
    lines = (line.strip() for line in text(Path(name)).splitlines())
    return [line for line in lines if line and not line.startswith("#")]
