"""Every resource is of a known type and version, and says nothing that was not looked up."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from tests.infra.bicep.values import Value
from tests.infra.project import Project

# The versions that were looked up in Azure's published types (reference/infra.md 4): stable, and
# used by Microsoft's own modules for months.
VERSIONS = {
    "Microsoft.Authorization/locks": "2020-05-01",
    "Microsoft.Authorization/roleAssignments": "2022-04-01",
    "Microsoft.Consumption/budgets": "2024-08-01",
    "Microsoft.DurableTask/schedulers": "2026-02-01",
    "Microsoft.EventGrid/systemTopics": "2025-02-15",
    "Microsoft.Insights/actionGroups": "2023-01-01",
    "Microsoft.Insights/components": "2020-02-02",
    # The newest stable one is of 2016 and knows no log categories.
    "Microsoft.Insights/diagnosticSettings": "2021-05-01-preview",
    # 2026-01-01 is out, but no published types of it could be looked up here.
    "Microsoft.Insights/metricAlerts": "2018-03-01",
    "Microsoft.Insights/scheduledQueryRules": "2023-12-01",
    "Microsoft.KeyVault/vaults": "2024-11-01",
    "Microsoft.ManagedIdentity/userAssignedIdentities": "2024-11-30",
    "Microsoft.Network/networkSecurityGroups": "2025-05-01",
    "Microsoft.Network/privateDnsZones": "2024-06-01",
    "Microsoft.Network/privateEndpoints": "2025-05-01",
    "Microsoft.Network/virtualNetworks": "2025-05-01",
    "Microsoft.OperationalInsights/workspaces": "2025-07-01",
    "Microsoft.Resources/resourceGroups": "2025-04-01",
    "Microsoft.Storage/storageAccounts": "2025-06-01",
    "Microsoft.Web/serverfarms": "2025-03-01",
    "Microsoft.Web/sites": "2025-03-01",
}
# The newest stable versions of those that are older, on the day when they were looked up
# (reference/infra.md 4); the others are the newest themselves.
LOOKED_UP = date(2026, 11, 23)
NEWEST = {
    "Microsoft.Consumption/budgets": "2026-06-01",
    "Microsoft.Insights/scheduledQueryRules": "2026-03-01",
    "Microsoft.KeyVault/vaults": "2026-02-01",
    "Microsoft.Network/networkSecurityGroups": "2025-09-01",
    "Microsoft.Network/privateEndpoints": "2025-09-01",
    "Microsoft.Network/virtualNetworks": "2025-09-01",
    "Microsoft.OperationalInsights/workspaces": "2026-03-01",
    "Microsoft.Storage/storageAccounts": "2026-04-01",
}
THREE_YEARS = 1095  # days, as use-recent-api-versions of infra/bicepconfig.json has it
LOOKED_UP_PROPERTIES = Path(__file__).parents[1] / "golden" / "properties.json"
# Their members are names that we choose.
FREE = ("tags", "userAssignedIdentities", "dependsOn")


def misversioned(project: Project) -> Iterator[str]:
    """The resources of an unknown type, or at another version than was looked up."""
    yield from (
        f"{file.path.name}:{each.line}: {each.type}@{each.version}"
        for file in project.files
        for each in file.resources.values()
        if VERSIONS.get("/".join(each.type.split("/")[:2])) != each.version
    )


def outdated(project: Project) -> Iterator[str]:
    """The versions that are neither the newest stable one nor at most three years old."""
    for file in project.files:
        for each in file.resources.values():
            newest = NEWEST.get("/".join(each.type.split("/")[:2]), each.version)
            age = (LOOKED_UP - date.fromisoformat(each.version[:10])).days
            if each.version != newest and age > THREE_YEARS:
                yield f"{file.path.name}:{each.line}: {each.type}@{each.version}, not {newest}"


def unfamiliar(project: Project) -> Iterator[str]:
    """The types and properties that are in no list of what was looked up."""
    known = json.loads(LOOKED_UP_PROPERTIES.read_text("utf-8"))
    for kind, paths in properties(project).items():
        if kind not in known:
            yield f"{kind} was never looked up"
        yield from (f"{kind}: {path}" for path in paths if path not in known.get(kind, paths))


def properties(project: Project) -> dict[str, list[str]]:
    """The properties that are set anywhere, by type; settings of the app are left out."""
    found: dict[str, set[str]] = {}
    for _, expansion in project.expansions():
        for resource in expansion.resources:
            kind = resource.type
            if kind == "Microsoft.Web/sites/config":
                kind += f" {resource.name.rpartition('/')[2]}"
            if not kind.endswith("appsettings"):
                found.setdefault(kind, set()).update(_paths(resource.body))
    return {kind: sorted(paths) for kind, paths in sorted(found.items())}


def _paths(body: Value, before: str = "") -> Iterator[str]:
    """The paths of an object's leaves; the items of an array count as one."""
    if isinstance(body, list):
        for each in body:
            yield from _paths(each, f"{before}[]")
        return
    if not isinstance(body, dict):
        yield before
        return
    for name, value in body.items():
        path = f"{before}.{name}" if before else name
        if name in FREE:
            yield path
        else:
            yield from _paths(value, path)
