"""The lists that a review sees change: `python -m tests.infra.golden` writes them anew.

`dev.json` and `prod.json` hold every resource of the environment as its parameter file says, with
all that is said of it, what it answers (its outputs), and what each switch adds and drops.
`full.json` holds what is new or otherwise when every option is on, `defaults.json` the defaults of
every template, and `properties.json` every property that any template sets, by type: a misspelt one
shows there. Look up what is new in it (Azure's published types) before you write it anew.
"""

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from tests.infra.bicep.expand import Expansion
from tests.infra.bicep.fits import constant
from tests.infra.bicep.sources import Sources
from tests.infra.bicep.values import Deployed, Unevaluable, Value
from tests.infra.checks import roles, vocabulary
from tests.infra.code import facts
from tests.infra.labels import plain, scope_of
from tests.infra.project import PARAMETERS, Project
from workbench.places import ROOT

FOLDER = Path(__file__).parent / "golden"


def lists(project: Project) -> Iterator[tuple[str, Any]]:
    """What the golden files are to hold, by their names."""
    for environment in PARAMETERS:
        yield f"{environment}.json", _environment(project, environment)
    yield "full.json", _options(project)
    yield "defaults.json", _defaults(project)
    yield "properties.json", vocabulary.properties(project)


def differences(project: Project) -> Iterator[str]:
    """Where the golden files and the project differ, line by line."""
    for name, now in lists(project):
        before = (FOLDER / name).read_text("utf-8").splitlines()
        lines = _written(now).splitlines()
        yield from (f"{name}: gone: {line.strip()}" for line in _only(before, lines))
        yield from (f"{name}: new: {line.strip()}" for line in _only(lines, before))


def described(expansion: Expansion) -> dict[str, dict[str, Any]]:
    """What each resource says, by a line for it: its type, its name, and what it is on.

    A role assignment is called by what it grants, and says nothing more.
    """
    return dict(sorted((_line(each, expansion), _said(each)) for each in expansion.resources))


def _line(resource: Deployed, expansion: Expansion) -> str:
    if resource.type == roles.ASSIGNMENT:
        return f"{resource.type}: {roles.granted(resource, expansion)}"
    on = resource.id.count("/providers/") > 1
    line = f"{resource.type}@{resource.origin.version} {plain(resource.name)}"
    return f"{line} on {scope_of(resource, expansion)}" if on else line


def _said(resource: Deployed) -> dict[str, Any]:
    if resource.type == roles.ASSIGNMENT:
        return {}
    return dict(_leaves(resource.body))


def _leaves(value: Value, path: str = "") -> Iterator[tuple[str, Value]]:
    """The leaves of a body by their paths; ids are cut down to names."""
    if isinstance(value, dict) and value:
        for name, each in value.items():
            yield from _leaves(each, f"{path}.{_short(name)}" if path else name)
    elif isinstance(value, list) and value:
        for number, each in enumerate(value):
            yield from _leaves(each, f"{path}[{number}]")
    elif isinstance(value, Deployed):
        yield path, plain(value.name)
    else:
        yield path, _short(value) if isinstance(value, str) else value


def _short(text: str) -> str:
    """A text without hashes; of a resource's id only the part after the last provider."""
    return plain(text.rpartition("/providers/")[2]) if text.startswith("/sub") else plain(text)


def _environment(project: Project, name: str) -> dict[str, Any]:
    """The environment as its parameter file says, then what every other variation changes."""
    written = project.as_written(name)
    base = described(written)
    changes = {}
    for variation, expansion in project.expansions():
        there = described(expansion)
        if variation.environment == name and there.keys() != base.keys():
            changes[str(variation)] = {
                "adds": sorted(there.keys() - base.keys()),
                "drops": sorted(base.keys() - there.keys()),
            }
    return {
        "parameters": written.parameters,
        "outputs": _outputs(written),
        "resources": base,
        "changes": changes,
    }


def _options(project: Project) -> dict[str, Any]:
    """What turning every option on adds to the environments, and what it makes them say."""
    return {
        str(variation): {
            line: {
                path: value for path, value in said.items() if base.get(line, {}).get(path) != value
            }
            for line, said in described(expansion).items()
            if said != base.get(line)
        }
        | {"outputs": _outputs(expansion)}
        for variation, expansion in project.expansions()
        if variation.full
        for base in [described(project.as_written(variation.environment))]
    }


def _outputs(expansion: Expansion) -> dict[str, Any]:
    """What the deployment answers, by which `dev.py deploy` goes on."""
    return dict(_leaves(expansion.outputs))


def _defaults(project: Project) -> dict[str, dict[str, Any]]:
    """The defaults that are written out: what someone gets who gives no parameters."""
    found: dict[str, dict[str, Any]] = {}
    for file in project.files:
        for parameter in file.parameters.values():
            if parameter.default is not None:
                with suppress(Unevaluable):  # it is computed, and shows in what is brought up
                    default = constant(parameter.default)
                    found.setdefault(file.path.name, {})[parameter.name] = default
    return found


def _only(these: list[str], those: list[str]) -> list[str]:
    bare = Counter(line.rstrip(",") for line in those)
    return [*(Counter(line.rstrip(",") for line in these) - bare).elements()]


def _written(content: Any) -> str:
    return json.dumps(content, indent=2) + "\n"


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for file, content in lists(Project(Sources(ROOT), facts())):
        (FOLDER / file).write_text(_written(content), "utf-8")
