"""`host.json`: found, parsed, checked, overridden from the environment.

See reference/host-triggers.md 1.9.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from localhost.errors import SettingsError

DEFAULT: Mapping[str, Any] = {
    "version": "2.0",
    "extensionBundle": {
        "id": "Microsoft.Azure.Functions.ExtensionBundle",
        "version": "[4.*, 5.0.0)",
    },
}
"""What the host assumes when there is no file."""

OVERRIDE_PREFIX = "azurefunctionsjobhost:"


def read(root: Path) -> Mapping[str, Any]:
    """Return the content of ``root/host.json``, or ``DEFAULT`` when there is none.

    Raises SettingsError as the host does: not JSON, not an object, or a version other than "2.0".
    """
    path = root / "host.json"
    if not path.exists():
        return DEFAULT
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except ValueError as broken:
        raise SettingsError(
            f"Unable to parse host configuration file '{path}': {broken}. Correct the JSON."
        ) from broken
    if content == {}:
        return {"version": "2.0"}
    if not isinstance(content, dict) or content.get("version") != "2.0":
        raise SettingsError(
            f"The host configuration file '{path}' needs '\"version\": \"2.0\"'. "
            'Add the line, or begin the file as {"version": "2.0"}.'
        )
    return content


def lookup(tree: Any, path: list[str]) -> Any:
    """Return what lies under ``path`` in ``tree``, keys compared ignoring case; else None."""
    for step in path:
        if not isinstance(tree, Mapping):
            return None
        tree = next((value for key, value in tree.items() if key.lower() == step.lower()), None)
    return tree


def override(tree: Any, path: list[str], text: str) -> Any:
    """Return ``tree`` with the leaf at ``path`` set to ``text``; a spelling in the file is kept.

    An array is addressed by index and grows by one, as .NET configuration reads it.
    """
    if not path:
        return text
    step, rest = path[0], path[1:]
    if tree is None and step == "0":
        tree = []
    if isinstance(tree, list) and step.isdecimal() and int(step) <= len(tree):
        at = int(step)
        grown = tree if at < len(tree) else [*tree, None]
        return [override(old, rest, text) if i == at else old for i, old in enumerate(grown)]
    branch = dict(tree) if isinstance(tree, Mapping) else {}
    key = next((known for known in branch if known.lower() == step.lower()), step)
    branch[key] = override(branch.get(key), rest, text)
    return branch


def effective(content: Mapping[str, Any], environment: Mapping[str, str]) -> Mapping[str, Any]:
    """Return ``content`` with every ``AzureFunctionsJobHost__a__b`` of the environment laid over.

    An overridden leaf is text, as everything is in the host's configuration.
    """
    tree: Any = content
    for name, text in sorted(environment.items()):
        key = name.replace("__", ":")
        if key.lower().startswith(OVERRIDE_PREFIX):
            tree = override(tree, key[len(OVERRIDE_PREFIX) :].split(":"), text)
    return dict(tree)
