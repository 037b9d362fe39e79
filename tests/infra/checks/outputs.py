"""The outputs are those that `dev.py deploy` and azd live on, and they mean what these take."""

import ast
import itertools
from collections.abc import Iterator, Mapping
from typing import Any

from shared import names
from tests.infra.bicep import platform
from tests.infra.bicep.expand import Expansion
from tests.infra.bicep.values import Value
from tests.infra.checks import app_settings
from tests.infra.checks.host import site
from tests.infra.project import Project, Variation

# What the outputs are called where they are read: those of now, and those of the deployment before.
READ_AS = {"outputs", "last"}
_PUBLISHING = "config-zip"


def unknown(project: Project) -> Iterator[str]:
    """The outputs that `dev.py deploy` reads, and no template gives."""
    given = {name.upper() for name in project.as_written("dev").outputs}
    for path, tree in _scripts(project):
        constants = _constants(tree)
        for node in ast.walk(tree):
            name = _read(node, constants)
            if name is not None and name not in given:
                yield f"{path}: there is no output {name}"


def misstated(project: Project) -> Iterator[str]:
    """The outputs that say something else than is deployed, and those that nobody explained."""
    prefix = project.json("host.json")["extensions"]["http"]["routePrefix"]
    for variation, expansion in project.expansions():
        right = _right(variation, expansion, prefix)
        there = expansion.outputs
        yield from (
            f"{variation}: {name} is {there.get(name)}, not {value}"
            for name, value in right.items()
            if there.get(name) != value
        )
        yield from (f"{variation}: what is {name}?" for name in sorted(set(there) - set(right)))


def unbuilt(project: Project) -> Iterator[str]:
    """Where code is published without letting the platform install what it requires."""
    found = False
    for path, tree in _scripts(project):
        texts = [
            [each.value if isinstance(each, ast.Constant) else None for each in node.elts]
            for node in ast.walk(tree)
            if isinstance(node, ast.List)
        ]
        publishing = any(_PUBLISHING in each for each in texts)
        found = found or publishing
        if publishing and not any(_follows(each, "--build-remote", "true") for each in texts):
            yield f"{path}: {_PUBLISHING} goes without --build-remote true"
    if not found:
        yield "nothing publishes the code"


def _right(variation: Variation, expansion: Expansion, prefix: str) -> dict[str, Value]:
    app = site(expansion)
    told = platform.told(app.type, app.name)["properties"]
    url = f"https://{told['defaultHostName']}/{prefix}"
    data = [
        each.name
        for each in expansion.of("Microsoft.Storage/storageAccounts")
        if each.name.startswith("stdata")
    ]
    tables = app_settings.of(expansion).get("TABLE_PREFIX", "")
    return {
        "AZURE_LOCATION": expansion.parameters["location"],
        "AZURE_RESOURCE_GROUP": expansion.of("Microsoft.Resources/resourceGroups")[0].name,
        "AZURE_FUNCTION_NAME": app.name,
        "SERVICE_API_ENDPOINT": url,
        "DATA_STORAGE_NAME": data[0],
        "LOG_WORKSPACE_NAME": expansion.of("Microsoft.OperationalInsights/workspaces")[0].name,
        "DURABLE_BACKEND": variation.backend,
        "AUTH_CLIENT_ID": expansion.parameters["authClientId"],
        # A smoke test orders what can be paid unless this is true.
        "USES_REAL_PROVIDERS": variation.is_real,
        "UsersApiUrl": f"{url}/users",  # guide S1.19, as the next
        "UsersTableName": f"{tables}{names.READ_MODELS}",
    }


def _scripts(project: Project) -> Iterator[tuple[str, ast.Module]]:
    folder = project.sources.root / "workbench"
    for path in project.sources.under(folder):
        if path.suffix == ".py" and path.name.startswith("deploy"):
            yield path.name, ast.parse(project.sources.text(path))


def _read(node: ast.AST, constants: Mapping[str, str]) -> str | None:
    """X of `outputs["X"]` and of `last.get("X")`; X may be a constant of the module."""
    match node:
        case ast.Subscript(value=ast.Name(id=of), slice=key):
            pass
        case ast.Call(func=ast.Attribute(value=ast.Name(id=of), attr="get"), args=[key, *_]):
            pass
        case _:
            return None
    if of not in READ_AS:
        return None
    return constants.get(key.id) if isinstance(key, ast.Name) else ast.literal_eval(key)


def _constants(tree: ast.Module) -> dict[str, str]:
    """The texts that a module gives a name to."""
    return {
        target.id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name) and isinstance(node.value.value, str)
    }


def _follows(texts: list[Any], first: str, second: str) -> bool:
    return (first, second) in itertools.pairwise(texts)
