"""The environments are, as their parameter files are written, what they are for."""

from collections.abc import Iterator
from fnmatch import fnmatchcase

from tests.infra.bicep.values import Value
from tests.infra.labels import at, label, plain, scope_of
from tests.infra.project import Project

_SCALE = "properties.functionAppConfig.scaleAndConcurrency"
_STORAGE = "Microsoft.Storage/storageAccounts"
_SITE = "Microsoft.Web/sites"
_QUOTA = "properties.workspaceCapping.dailyQuotaGb"
_LOCKS = "Microsoft.Authorization/locks"
# Type, name, path, value; and why.
WANTED: dict[str, tuple[tuple[str, str, str, Value, str], ...]] = {
    "prod": (
        ("Microsoft.Web/serverfarms", "*", "properties.zoneRedundant", True, "three zones"),
        (_STORAGE, "*", "sku.name", "Standard_ZRS", "three zones"),
        (_STORAGE, "*", "properties.networkAcls.defaultAction", "Deny", "strangers stay out"),
        (_STORAGE, "*", "properties.networkAcls.ipRules", [], "nobody is known yet"),
        (_SITE, "*", f"{_SCALE}.alwaysReady.0", {"name": "http", "instanceCount": 5}, "S8.1"),
        (_SITE, "*", f"{_SCALE}.alwaysReady.1.name", "durable", "two zones"),
        (_SITE, "*", f"{_SCALE}.triggers.http.perInstanceConcurrency", 16, "infra.md 3.3"),
        ("Microsoft.OperationalInsights/workspaces", "*", _QUOTA, 5, "infra.md 3.7"),
    ),
    "dev": (
        (_SITE, "*", f"{_SCALE}.alwaysReady", [], "everything scales to zero"),
        (_SITE, "*", f"{_SCALE}.triggers.http.perInstanceConcurrency", 16, "infra.md 3.3"),
        ("Microsoft.OperationalInsights/workspaces", "*", _QUOTA, 1, "infra.md 3.7"),
        (_STORAGE, "*", "sku.name", "Standard_LRS", "nothing is reserved"),
    ),
}
TEMPORARY_DAYS = 7  # docs/deployment.md: a week after DailyCleanup should have done it (S5.1)


def unfit(project: Project) -> Iterator[str]:
    """What an environment lacks, as its parameter file is written."""
    for environment, wanted in WANTED.items():
        resources = project.as_written(environment).resources
        for kind, name, path, value, why in wanted:
            yield from (
                f"{environment}: {label(each)}: {path} is {at(each, path)}, not {value}: {why}"
                for each in resources
                if each.type == kind and fnmatchcase(plain(each.name), name)
                if at(each, path) != value
            )


def unconnected(project: Project) -> Iterator[str]:
    """Where production has no network, or the place to try things pays for one."""
    for environment, wanted in {"prod": True, "dev": False}.items():
        there = bool(project.as_written(environment).of("Microsoft.Network/virtualNetworks"))
        if there != wanted:
            yield f"{environment}: the network is {'there' if there else 'missing'}"


def unlocked(project: Project) -> Iterator[str]:
    """Where the lock is not on the account with the orders, or not in production."""
    prod = project.as_written("prod")
    if not prod.of(_LOCKS):
        yield "prod: nothing is locked"
    for variation, expansion in [("prod", prod), *project.expansions()]:
        for lock in expansion.of(_LOCKS):
            if scope_of(lock, expansion) != "storageAccounts stdata*":
                yield f"{variation}: the lock is on {scope_of(lock, expansion)}"


def impatient(project: Project) -> Iterator[str]:
    """Where temporary files are deleted before DailyCleanup had a week to do it."""
    for variation, expansion in project.expansions():
        for policy in expansion.of(f"{_STORAGE}/managementPolicies"):
            for rule in policy.properties["policy"]["rules"]:
                deletion = rule["definition"]["actions"].get("baseBlob", {}).get("delete", {})
                if deletion and deletion != {"daysAfterModificationGreaterThan": TEMPORARY_DAYS}:
                    yield f"{variation}: {rule['name']} deletes {deletion}"


def overpaid(project: Project) -> Iterator[str]:
    """The schedulers that cost while nothing runs (infra.md 3.5)."""
    for variation, expansion in project.expansions():
        for scheduler in expansion.of("Microsoft.DurableTask/schedulers"):
            if scheduler.properties["sku"] != {"name": "Consumption"}:
                yield f"{variation}: {label(scheduler)} is {scheduler.properties['sku']}"
