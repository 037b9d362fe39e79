"""Names, places and numbers are such as Azure takes."""

import re
from collections.abc import Iterator

from tests.infra.bicep import references
from tests.infra.bicep.expand import Expansion
from tests.infra.bicep.library import BadTemplate
from tests.infra.bicep.syntax import Call, Name
from tests.infra.bicep.values import Deployed
from tests.infra.checks.host import options, site
from tests.infra.labels import label
from tests.infra.project import VARIATIONS, Project

_DASHED = r"(?=.{3,63}$)[a-z0-9]+(-[a-z0-9]+)*"
# Microsoft's "Naming rules and restrictions for Azure resources"; for a child, its own part.
NAMES = {
    "Microsoft.Resources/resourceGroups": r"[-\w().]{0,89}[-\w()]",
    "Microsoft.ManagedIdentity/userAssignedIdentities": r"[A-Za-z0-9][-\w]{2,127}",
    "Microsoft.Storage/storageAccounts": r"[a-z0-9]{3,24}",
    "Microsoft.Storage/storageAccounts/blobServices/containers": _DASHED,
    "Microsoft.Storage/storageAccounts/queueServices/queues": _DASHED,
    "Microsoft.Storage/storageAccounts/tableServices/tables": r"[A-Za-z][A-Za-z0-9]{2,62}",
    "Microsoft.Web/serverfarms": r"[A-Za-z0-9-]{1,60}",
    "Microsoft.Web/sites": r"(?=.{2,60}$)[A-Za-z0-9][A-Za-z0-9-]*[A-Za-z0-9]",
    "Microsoft.KeyVault/vaults": r"(?=.{3,24}$)[A-Za-z](-?[A-Za-z0-9])*",
    "Microsoft.DurableTask/schedulers": r"[a-zA-Z0-9-]{3,64}",
    "Microsoft.DurableTask/schedulers/taskHubs": r"[a-zA-Z0-9-]{3,64}",
    "Microsoft.OperationalInsights/workspaces": r"(?=.{4,63}$)[A-Za-z0-9][A-Za-z0-9-]*[A-Za-z0-9]",
    "Microsoft.Insights/components": r"[^%&\\?/]{1,254}[^%&\\?/ .]",
    "Microsoft.Insights/actionGroups": r"[^:<>+/&%\\?|]{1,259}[^:<>+/&%\\?| .]",
    "Microsoft.Insights/metricAlerts": r"[^*#&+:<>?@%{}\\/]{1,259}[^*#&+:<>?@%{}\\/ .]",
    "Microsoft.Insights/scheduledQueryRules": r"[^*<>%{}&:\\?/#|]{1,259}[^*<>%{}&:\\?/#| .]",
    "Microsoft.EventGrid/systemTopics": r"[A-Za-z0-9-]{3,128}",
    "Microsoft.EventGrid/systemTopics/eventSubscriptions": r"[A-Za-z0-9-]{3,64}",
    "Microsoft.Network/virtualNetworks": r"(?=.{2,64}$)[A-Za-z0-9][\w.-]*\w",
    "Microsoft.Network/networkSecurityGroups": r"(?=.{1,80}$)[A-Za-z0-9]([\w.-]*\w)?",
    "Microsoft.Network/privateEndpoints": r"(?=.{2,64}$)[A-Za-z0-9][\w.-]*\w",
    "Microsoft.Consumption/budgets": r"[-\w]{1,63}",
}
# What a deployer may call an environment; azd allows as much.
ENVIRONMENT_NAMES = ("a", "dev", "Feature_7.new", "x" * 64)
DEPLOYMENT_NAME = r"[-\w.()]{1,64}"
INSTANCES = range(1, 1001)  # reference/infra.md 3.3
MEMORY = (512, 2048, 4096)
_EVERYWHERE = "global"


def colliding(project: Project) -> Iterator[str]:
    """Where two subscriptions, or two environments of one, would get the same names.

    Names of accounts and sites are the whole world's, so the hash must be of where they are.
    """
    hashed = [
        {*_asked(call)}
        for file in project.files
        for root in references.roots(file)
        for call in references.everything(root)
        if isinstance(call, Call) and call.name == "uniqueString"
    ]
    wanted = {"subscription", "resourceGroup", "environmentName"}
    if hashed != [wanted]:
        yield f"names are hashes of {hashed}, not one of {sorted(wanted)}"


def misnamed(project: Project) -> Iterator[str]:
    """The names that Azure refuses, whatever the environment is called."""
    everything = VARIATIONS[0]
    for name in ENVIRONMENT_NAMES:
        try:
            expansion = project.expand(everything, {"AZURE_ENV_NAME": name})
        except BadTemplate as wrong:
            yield f"{name}: {wrong}"
        else:
            yield from (f"{name}: {each}" for each in _names(expansion))


def mislocated(project: Project) -> Iterator[str]:
    """The resources that are in another region than they are told."""
    yield from (
        f"{variation}: {label(resource)} is in {resource.body['location']}"
        for variation, expansion in project.expansions()
        for resource in expansion.resources
        if resource.body.get("location", _EVERYWHERE)
        not in {_EVERYWHERE, expansion.parameters["location"]}
    )


def mismeasured(project: Project) -> Iterator[str]:
    """The numbers of the plan that Flex Consumption does not offer."""
    for variation, expansion in project.expansions():
        scale = site(expansion).properties["functionAppConfig"]["scaleAndConcurrency"]
        most, ready = scale.get("maximumInstanceCount"), scale.get("alwaysReady", [])
        if most not in INSTANCES:
            yield f"{variation}: at most {most} instances"
        if scale.get("instanceMemoryMB") not in MEMORY:
            yield f"{variation}: {scale.get('instanceMemoryMB')} MB an instance"
        if sum(group["instanceCount"] for group in ready) > (most or 0):
            yield f"{variation}: more instances are ready than there may be"


def misoffered(project: Project) -> Iterator[str]:
    """The choices that a template leaves to its deployer, and Flex Consumption does not offer."""
    for file in project.files:
        for parameter in file.parameters.values():
            if parameter.name == "instanceMemoryMB":
                offered = tuple(int(each) for each in options(parameter))
                if offered != MEMORY:
                    yield f"{file.path.name}:{parameter.line}: instances of {offered} MB"


def _names(expansion: Expansion) -> list[str]:
    complaints = [
        f"{label(resource)} is no name that Azure takes"
        for resource in expansion.resources
        if resource.type in NAMES and not re.fullmatch(NAMES[resource.type], _own(resource))
    ]
    return complaints + [
        f"{name} is no name of a deployment"
        for _, name in expansion.names
        if not re.fullmatch(DEPLOYMENT_NAME, name)
    ]


def _asked(call: Call) -> Iterator[str]:
    """The functions and symbols that a call's arguments are made of."""
    for argument in call.arguments:
        for node in references.everything(argument):
            if isinstance(node, Call | Name):
                yield node.name


def _own(resource: Deployed) -> str:
    return resource.name.rpartition("/")[2]
