"""host.json, azure.yaml and pyproject.toml say the same as the templates."""

import json
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from packaging.specifiers import SpecifierSet

from tests.infra.bicep import platform
from tests.infra.bicep.expand import Expansion
from tests.infra.bicep.syntax import Array, Literal, Parameter
from tests.infra.bicep.values import Deployed
from tests.infra.checks import app_settings
from tests.infra.labels import label
from tests.infra.project import Project
from workbench import deploy_azure
from workbench.deploy_package import host_json

# Guide S3.1 to S3.4; reference/host-triggers.md 3 says what each means.
QUEUES = {
    "batchSize": 10,
    "newBatchThreshold": 0,
    "maxPollingInterval": "00:00:05",
    "visibilityTimeout": "00:05:00",
    "maxDequeueCount": 3,
    "messageEncoding": "none",
}
BUNDLE = "[4.*, 5.0.0)"  # reference/infra.md 3.5
LAST_MINOR = 30  # no Python 3 goes that far
GROUPS = {"http", "blob", "durable"}
ZONES = 2  # reference/infra.md 3.3: what a group needs at least when it is zone redundant


def site(expansion: Expansion) -> Deployed:
    """The function app."""
    return expansion.of("Microsoft.Web/sites")[0]


def misread_queues(project: Project) -> Iterator[str]:
    """The figures of the guide's queue that host.json has otherwise."""
    there = project.json("host.json")["extensions"].get("queues", {})
    yield from (
        f"queues.{name} is {there.get(name)}, not {value}"
        for name, value in QUEUES.items()
        if there.get(name) != value
    )


def misbacked(project: Project) -> Iterator[str]:
    """Where the package's host.json and the deployment disagree on who runs the workflows."""
    text = project.text("host.json")
    for variation, expansion in project.expansions():
        packed = json.loads(host_json(text, variation.backend))["extensions"]["durableTask"]
        yield from (f"{variation}: {why}" for why in _backend(packed, expansion))


def misbundled(project: Project) -> Iterator[str]:
    """An extension bundle that was never tried with this code."""
    version = project.json("host.json")["extensionBundle"]["version"]
    if version != BUNDLE:
        yield f"the bundle is {version}, not {BUNDLE}"


def mispythoned(project: Project) -> Iterator[str]:
    """The Pythons that the templates allow or use, and pyproject.toml does not."""
    wanted = tomllib.loads(project.text("pyproject.toml"))["project"]["requires-python"]
    versions = (f"3.{minor}" for minor in range(LAST_MINOR))
    supported = {version for version in versions if version in SpecifierSet(wanted)}
    used = {
        f"{variation}": site(expansion).properties["functionAppConfig"]["runtime"]["version"]
        for variation, expansion in project.expansions()
    }
    allowed = {
        f"{file.path.name}: {version}": version
        for file in project.files
        for parameter in file.parameters.values()
        if parameter.name == "pythonVersion"
        for version in options(parameter)
    }
    yield from (
        f"{where}: Python {version} is not supported"
        for where, version in (used | allowed).items()
        if version not in supported
    )


def untagged(project: Project) -> Iterator[str]:
    """Where azd would not find the site of its service, or the environment of a resource."""
    azure = yaml.safe_load(project.text("azure.yaml"))
    services = azure["services"]
    template = Path(azure["infra"]["path"], azure["infra"]["module"]).with_suffix(".bicep")
    if not project.sources.has(project.sources.root / template):
        yield f"azure.yaml deploys {template}"
    for name, service in services.items():
        if service != {"project": ".", "language": "python", "host": "function"}:
            yield f"azure.yaml: {name} is {service}"
    for variation, expansion in project.expansions():
        tag = site(expansion).body.get("tags", {}).get("azd-service-name")
        if [tag] != [*services]:
            yield f"{variation}: the site is tagged {tag}, the service is {[*services]}"
        name = expansion.parameters["environmentName"]
        for resource in expansion.resources:
            if (
                "location" in resource.body
                and resource.body.get("tags", {}).get("azd-env-name") != name
            ):
                yield f"{variation}: {label(resource)} has no azd-env-name"


def misready(project: Project) -> Iterator[str]:
    """The always-ready instances that warm nothing, or are too few for two zones."""
    for variation, expansion in project.expansions():
        redundant = expansion.of("Microsoft.Web/serverfarms")[0].properties.get("zoneRedundant")
        for group in _scale(expansion).get("alwaysReady", []):
            name, count = group["name"], group["instanceCount"]
            function = name.removeprefix("function:")
            known = name in GROUPS or (name != function and function in project.code.functions)
            if not known:
                yield f"{variation}: {name} is no group"
            if redundant and count < ZONES:
                yield f"{variation}: {name} needs {ZONES}, one in each of two zones"


def unregistered(project: Project) -> Iterator[str]:
    """The resource providers that `dev.py deploy` does not look for."""
    looked_for = {*deploy_azure.PROVIDERS, deploy_azure.SCHEDULER_PROVIDER}
    # Every subscription has them.
    given = {"Microsoft.Authorization", "Microsoft.Consumption", "Microsoft.Resources"}
    used = {
        resource.type.partition("/")[0]
        for _, expansion in project.expansions()
        for resource in expansion.resources
    }
    yield from (f"nobody asks for {name}" for name in sorted(used - looked_for - given))


def options(parameter: Parameter) -> list[str]:
    """The values that @allowed() lets a parameter have."""
    lists = [each.arguments[0] for each in parameter.decorators if each.name == "allowed"]
    return [
        str(item.value)
        for each in lists
        if isinstance(each, Array)
        for item in each.items
        if isinstance(item, Literal)
    ]


def _scale(expansion: Expansion) -> dict[str, Any]:
    return dict(site(expansion).properties["functionAppConfig"]["scaleAndConcurrency"])


def _backend(durable: dict[str, Any], expansion: Expansion) -> Iterator[str]:
    provider, values = durable.get("storageProvider", {}), app_settings.of(expansion)
    hubs = [
        each.name.rpartition("/")[2]
        for each in expansion.of("Microsoft.DurableTask/schedulers/taskHubs")
    ]
    if provider.get("type") == "azureManaged":
        if hubs != [durable.get("hubName")]:
            yield f"host.json's hub is {durable.get('hubName')}, the scheduler's are {hubs}"
        if provider.get("connectionStringName") not in values:
            yield f"nobody sets {provider.get('connectionStringName')}"
        yield from _scheduler_connection(values.get(app_settings.SCHEDULER, ""), expansion)
        return
    if hubs or app_settings.SCHEDULER in values:
        yield "there is a scheduler, and host.json does not use it"
    if provider.get("connectionName") != app_settings.HOST:
        yield f"host.json keeps workflows in {provider.get('connectionName')}"
    if not "00:00:00" < provider.get("maxQueuePollingInterval", "00:00:30") <= "00:00:10":
        yield "Flex Consumption wants to be asked every 10 seconds (infra.md 3.5)"


def _scheduler_connection(connection: str, expansion: Expansion) -> Iterator[str]:
    scheduler = expansion.of("Microsoft.DurableTask/schedulers")[0]
    endpoint = platform.told(scheduler.type, scheduler.name)["properties"]["endpoint"]
    client = app_settings.of(expansion).get(f"{app_settings.HOST}__clientId")
    if connection != f"Endpoint={endpoint};Authentication=ManagedIdentity;ClientID={client}":
        yield f"the connection to the scheduler is {connection}"
