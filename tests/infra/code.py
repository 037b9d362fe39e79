"""What the code expects of its infrastructure, asked of the code itself."""

import ast
import functools
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shared import names, settings
from workbench.places import ROOT

APP = ("blueprints", "orchestrations", "shared")
# The app as the cloud starts it; the data account is never asked while it is only indexed.
_CLOUD = {
    **json.loads((ROOT / "local.settings.json.example").read_text("utf-8"))["Values"],
    "UPLOAD_SOURCE": "events",
}
_PROBE = """
import json
import function_app
found = {each.get_function_name(): [json.loads(text) for text in each.get_raw_bindings()]
         for each in function_app.app.get_functions()}
print(json.dumps(found))
"""


@dataclass(frozen=True)
class Code:
    """`asked`: the settings it reads; `functions`: the bindings of each, by name."""

    asked: frozenset[str]
    functions: Mapping[str, list[dict[str, Any]]]
    queues: tuple[str, ...] = names.QUEUES
    containers: tuple[str, ...] = names.CONTAINERS
    tables: tuple[str, ...] = names.TABLES

    def bindings(self, kind: str) -> Iterator[dict[str, Any]]:
        """Every binding of this type."""
        for bindings in self.functions.values():
            yield from (each for each in bindings if each["type"].lower() == kind.lower())


class _Recording(Mapping[str, str]):
    """An environment that remembers what it was asked for."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = values
        self.asked: set[str] = set()

    def __getitem__(self, name: str) -> str:
        self.asked.add(name)
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        raise AssertionError("settings are read by name, or this test cannot know them")

    def __len__(self) -> int:
        return len(self._values)


def asked(environment: Mapping[str, str]) -> frozenset[str]:
    """The settings that the app asks for in an environment."""
    recording = _Recording(environment)
    settings.read(recording)
    return frozenset(recording.asked)


def identity_settings() -> dict[str, str]:
    """The fewest settings that let the app find its data account by its identity."""
    services = ("blob", "queue", "table")
    endpoints = {
        f"{names.CONNECTION}__{each}ServiceUri": f"https://account.{each}.core.windows.net/"
        for each in services
    }
    return {
        **endpoints,
        f"{names.CONNECTION}__credential": "managedidentity",
        f"{names.CONNECTION}__clientId": "00000000-0000-4000-8000-000000000009",
    }


@functools.cache
def facts() -> Code:
    """What this checkout's code expects; its functions indexed in a process of their own."""
    answer = subprocess.run(
        [sys.executable, "-c", _PROBE],
        cwd=ROOT,
        env={**os.environ, **_CLOUD},
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr
    return Code(asked(identity_settings()), json.loads(answer.stdout.splitlines()[-1]))


def environment_readers() -> list[str]:
    """The modules of the app that look at the environment themselves."""
    found = []
    for path in [ROOT / "function_app.py", *_sources()]:
        tree = ast.parse(path.read_text("utf-8"))
        attributes = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        if attributes & {"environ", "getenv", "environb"}:
            found.append(path.relative_to(ROOT).as_posix())
    return sorted(found)


def _sources() -> Iterator[Path]:
    for folder in APP:
        yield from (ROOT / folder).rglob("*.py")
