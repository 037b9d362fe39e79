"""A stand-in for `az`, put on PATH as a program of its own: it writes down and answers as told.

What it answers was written by hand from the documentation of the real one; no Azure was asked.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any

PROGRAM = """#!{python}
import json, os, sys
from pathlib import Path
here = Path({folder!r})
words = sys.argv[1:]
seen = {{name: os.environ.get(name) for name in ("AZURE_ENV_NAME", "AZURE_LOCATION")}}
with (here / "heard").open("a") as heard:
    heard.write(json.dumps({{"words": words, "environment": seen}}) + "\\n")
for start, answer in json.loads((here / "answers").read_text()):
    if words[: len(start)] == start:
        if "--src" in words:
            package = Path(words[words.index("--src") + 1])
            (here / "published.zip").write_bytes(package.read_bytes())
        if answer is None:
            sys.exit("ERROR: as you wish")
        print(json.dumps(answer))
        sys.exit(0)
sys.exit(f"the stand-in knows no {{words}}")
"""
PROVIDERS = [
    "microsoft.insights",  # Azure spells some of them so
    "Microsoft.App",
    "Microsoft.DurableTask",
    "Microsoft.EventGrid",
    "Microsoft.KeyVault",
    "Microsoft.ManagedIdentity",
    "Microsoft.Network",
    "Microsoft.OperationalInsights",
    "Microsoft.Storage",
    "Microsoft.Web",
]


class AzureCli:
    """The stand-in in a folder; it fails a command whose answer is None."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._answers: dict[str, Any] = {
            "account show": {"name": "Pay as you go"},
            "account get-access-token": {"accessToken": "a-token"},
            "provider list": PROVIDERS,
            "deployment sub list": [],
            "deployment sub what-if": "Resource changes: 65 to create.",
            "functionapp deployment source config-zip": {"complete": True},
        }
        self.deployed()
        program = folder / "az"
        program.write_text(PROGRAM.format(python=sys.executable, folder=str(folder)), "utf-8")
        program.chmod(0o755)

    def answer(self, command: str, answer: Any) -> None:
        """What a command that begins so answers from now on."""
        self._answers[command] = answer
        answers = [(start.split(), said) for start, said in self._answers.items()]
        (self._folder / "answers").write_text(json.dumps(answers), "utf-8")

    def deployed(self, **changed: Any) -> None:
        """The outputs of infra/main.bicep, in Azure's spelling."""
        values = {
            "azurE_RESOURCE_GROUP": "rg-durable-orders-dev",
            "azurE_FUNCTION_NAME": "func-abc",
            "servicE_API_ENDPOINT": "https://func-abc.azurewebsites.net/api",
            "durablE_BACKEND": "azureStorage",
            "autH_CLIENT_ID": "11111111-2222-3333-4444-555555555555",
            "useS_REAL_PROVIDERS": False,
        }
        outputs = {name: {"value": value} for name, value in (values | changed).items()}
        self.answer("deployment sub create", outputs)
        self.answer("deployment sub show", outputs)

    def heard(self) -> list[list[str]]:
        """The commands it was given."""
        return [call["words"] for call in self.calls()]

    def calls(self) -> list[dict[str, Any]]:
        """The same, each with what it found in its environment."""
        heard = self._folder / "heard"
        lines = heard.read_text("utf-8").splitlines() if heard.exists() else []
        return [json.loads(line) for line in lines]

    def asked_for(self, command: str) -> bool:
        """Whether a command that begins so was given."""
        return any(" ".join(words).startswith(command) for words in self.heard())

    @property
    def published(self) -> Path:
        """The package it was given last."""
        return self._folder / "published.zip"

    def path(self) -> str:
        """A PATH on which it comes first."""
        return os.pathsep.join([str(self._folder), os.environ["PATH"]])
