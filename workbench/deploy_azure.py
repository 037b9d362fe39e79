"""Azure, as its command line `az` shows it to us."""

import json
import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workbench.trouble import Trouble

INSTALL = "https://learn.microsoft.com/cli/azure/install-azure-cli"
TEMPLATE = Path("infra", "main.bicep")
PARAMETERS = {
    "dev": Path("infra", "main.bicepparam"),
    "prod": Path("infra", "main.prod.bicepparam"),
}
# Whoever else is needed comes with these; azd and the portal register them silently, `az` does not.
PROVIDERS = (
    "Microsoft.App",
    "Microsoft.EventGrid",
    "Microsoft.Insights",
    "Microsoft.KeyVault",
    "Microsoft.ManagedIdentity",
    "Microsoft.Network",
    "Microsoft.OperationalInsights",
    "Microsoft.Storage",
    "Microsoft.Web",
)
SCHEDULER_PROVIDER = "Microsoft.DurableTask"


@dataclass(frozen=True, slots=True)
class Target:
    """Where to deploy: an environment's parameter file, its name and its region."""

    environment: str
    name: str
    location: str

    @property
    def parameters(self) -> Path:
        """The parameter file, in the checkout."""
        return PARAMETERS[self.environment]

    @property
    def deployment(self) -> str:
        """The name of the deployment in the subscription."""
        return f"durable-orders-{self.name}"


class Azure:
    """`az`, run in the checkout; what it says on stderr goes to the terminal as it comes."""

    def __init__(self, root: Path) -> None:
        """Raises Trouble if `az` is not installed."""
        program = shutil.which("az")
        if program is None:
            raise Trouble(f"The Azure CLI is missing. Install it ({INSTALL}), then: az login")
        self._program, self._root = program, root

    def account(self) -> str:
        """The name of the subscription; raises Trouble if nobody is signed in."""
        return str(self._ask(["account", "show"], "Sign in first: az login")["name"])

    def check_providers(self, *, scheduler: bool) -> None:
        """Raises Trouble with the commands if the subscription lacks a resource provider."""
        query = ["provider", "list", "--query", "[?registrationState=='Registered'].namespace"]
        registered = {str(name).lower() for name in self._ask(query, "Sign in again: az login")}
        wanted = (*PROVIDERS, *((SCHEDULER_PROVIDER,) if scheduler else ()))
        missing = [name for name in wanted if name.lower() not in registered]
        if missing:
            commands = "; ".join(f"az provider register --namespace {name}" for name in missing)
            raise Trouble(f"The subscription does not know {', '.join(missing)} yet: {commands}")

    def what_if(self, target: Target, *, only_reads: bool) -> None:
        """Show what a deployment would change; raises Trouble if Azure refuses the template.

        `only_reads`: whoever asks may read and ask, but need not be able to deploy
        (the option came with the Azure CLI 2.76).
        """
        rights = ["--validation-level", "ProviderNoRbac"] if only_reads else []
        if self._run([*_deployment("what-if", target), *rights], target).returncode:
            raise Trouble("What-if failed; its lines above say why. Nothing was changed.")

    def deploy(self, target: Target) -> Mapping[str, Any]:
        """Bring the resources up and return the outputs of infra/main.bicep."""
        command = [*_deployment("create", target), "--query", "properties.outputs"]
        cure = "The deployment failed; the lines above say why. Running it again is safe."
        return _values(self._ask(command, cure, target))

    def outputs(self, target: Target) -> Mapping[str, Any]:
        """The outputs of the last deployment; raises Trouble if there was none."""
        command = ["deployment", "sub", "show", "--name", target.deployment]
        cure = f"{target.name} was not deployed from here yet: dev.py deploy"
        return _values(self._ask([*command, "--query", "properties.outputs"], cure, target))

    def last(self, target: Target) -> Mapping[str, Any] | None:
        """The outputs of the last deployment: none at all if it failed; None if there was none.

        It looks in the list first: `az` tells a first deployment and a lost connection alike.
        """
        query = ["--query", f"[?name=='{target.deployment}'].name"]
        cure = "Earlier deployments cannot be read; the lines above say why. Nothing was changed."
        if not self._ask(["deployment", "sub", "list", *query], cure):
            return None
        command = ["deployment", "sub", "show", "--name", target.deployment]
        outputs = self._ask([*command, "--query", "properties.outputs"], cure)
        return _values(outputs) if outputs else {}

    def publish(self, outputs: Mapping[str, Any], package: Path) -> None:
        """Give the app its code; the platform installs what requirements.txt names."""
        where = ["--resource-group", outputs["AZURE_RESOURCE_GROUP"]]
        where += ["--name", outputs["AZURE_FUNCTION_NAME"]]
        command = ["functionapp", "deployment", "source", "config-zip", *where]
        answer = self._run([*command, "--src", str(package), "--build-remote", "true"])
        if answer.returncode:
            raise Trouble("The code was not published; the lines above say why.")

    def token(self, client_id: str) -> str:
        """A token of the person who is signed in, for the API of this app registration."""
        scope = f"api://{client_id}/.default"
        cure = f"No token for {scope}. Let the Azure CLI ask for one: docs/deployment.md, sign-in."
        return str(
            self._ask(["account", "get-access-token", "--scope", scope], cure)["accessToken"]
        )

    def _ask(self, arguments: Sequence[str], cure: str, target: Target | None = None) -> Any:
        """The JSON that a command answers; raises Trouble with the cure if it fails."""
        answer = self._run([*arguments, "--output", "json"], target, stdout=subprocess.PIPE)
        if answer.returncode:
            raise Trouble(cure)
        try:
            return json.loads(answer.stdout)
        except ValueError as error:
            raise Trouble(f"az {arguments[0]} answered no JSON: {answer.stdout[:200]!r}") from error

    def _run(
        self, arguments: Sequence[str], target: Target | None = None, stdout: int | None = None
    ) -> subprocess.CompletedProcess[str]:
        ours = {"AZURE_CORE_ONLY_SHOW_ERRORS": "true"}
        if target is not None:  # the parameter files read these
            ours |= {"AZURE_ENV_NAME": target.name, "AZURE_LOCATION": target.location}
        return subprocess.run(
            [self._program, *arguments],
            cwd=self._root,
            env={**os.environ, **ours},
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            text=True,
            encoding="utf-8",
            check=False,
        )


def _deployment(verb: str, target: Target) -> list[str]:
    where = ["--location", target.location, "--name", target.deployment]
    files = ["--template-file", str(TEMPLATE), "--parameters", str(target.parameters)]
    return ["deployment", "sub", verb, *where, *files]


def _values(outputs: Any) -> Mapping[str, Any]:
    """Outputs without their types, by names in capitals: Azure may answer `azurE_LOCATION`."""
    if not isinstance(outputs, dict):
        raise Trouble("The deployment has no outputs: it did not come from infra/main.bicep.")
    return {name.upper(): output["value"] for name, output in outputs.items()}
