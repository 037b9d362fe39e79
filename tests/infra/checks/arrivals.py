"""Every parameter arrives where it is for, and at nothing else."""

from collections.abc import Iterator
from fnmatch import fnmatchcase

from shared import settings
from tests.infra.bicep.fits import constant
from tests.infra.bicep.syntax import File
from tests.infra.bicep.values import Deployed, Unevaluable, Value
from tests.infra.checks import app_settings
from tests.infra.labels import MISSING, at, label, plain
from tests.infra.project import FULL, PARAMETERS, Project

# Each value only once, so that what arrives tells where it came from.
BEHAVIOUR: dict[str, Value] = {
    "logLevel": "WARNING",
    "retryDelaysSeconds": "3,5,9",
    "reservationMinutes": 31,
    "approvalThreshold": 100032,
    "approvalHours": 73,
    "gatewayPatienceHours": 25,
    "breakerFailures": 6,
    "uploadMaxBytes": 20971521,
    "uploadMinutes": 16,
}
MARKED: dict[str, Value] = {
    **FULL,
    "environmentName": "marked",
    "location": "northeurope",
    "durableBackend": "durableTaskScheduler",
    "pythonVersion": "3.12",
    "instanceMemoryMB": 4096,
    "maximumInstanceCount": 77,
    "alwaysReadyHttp": 3,
    "alwaysReadyDurable": 4,
    "httpConcurrency": 23,
    "vnetEnabled": True,
    "logRetentionDays": 91,
    "dailyQuotaGb": 8,
    "monthlyBudget": 123,
    "behaviour": BEHAVIOUR,
}
SETTINGS = {
    "LOG_LEVEL": "logLevel",
    "RETRY_DELAYS_SECONDS": "retryDelaysSeconds",
    "RESERVATION_MINUTES": "reservationMinutes",
    "APPROVAL_THRESHOLD": "approvalThreshold",
    "APPROVAL_HOURS": "approvalHours",
    "GATEWAY_PATIENCE_HOURS": "gatewayPatienceHours",
    "BREAKER_FAILURES": "breakerFailures",
    "UPLOAD_MAX_BYTES": "uploadMaxBytes",
    "UPLOAD_MINUTES": "uploadMinutes",
    "PAYMENT_URL": "paymentUrl",
    "CARRIER_URL": "carrierUrl",
    "MAIL_URL": "mailUrl",
    "MAIL_FROM": "mailFrom",
    "MAIL_USER": "mailUser",
}
_SCALE = "properties.functionAppConfig.scaleAndConcurrency"
_RULES = "properties.networkAcls.ipRules"
_RECEIVER = "properties.emailReceivers.0.emailAddress"
# By type, name and path: the parameter, or what it becomes.
PLACES: dict[tuple[str, str, str], Value] = {
    ("Web/sites", "*", "properties.functionAppConfig.runtime.version"): MARKED["pythonVersion"],
    ("Web/sites", "*", f"{_SCALE}.instanceMemoryMB"): MARKED["instanceMemoryMB"],
    ("Web/sites", "*", f"{_SCALE}.maximumInstanceCount"): MARKED["maximumInstanceCount"],
    ("Web/sites", "*", f"{_SCALE}.alwaysReady"): [
        {"name": "http", "instanceCount": MARKED["alwaysReadyHttp"]},
        {"name": "durable", "instanceCount": MARKED["alwaysReadyDurable"]},
    ],
    ("Web/sites", "*", f"{_SCALE}.triggers.http.perInstanceConcurrency"): MARKED["httpConcurrency"],
    ("Web/sites", "*", "properties.siteConfig.cors.allowedOrigins"): FULL["corsOrigins"],
    (
        "Web/sites/config",
        "*/authsettingsV2",
        "properties.identityProviders.azureActiveDirectory.registration.clientId",
    ): FULL["authClientId"],
    ("Web/serverfarms", "*", "properties.zoneRedundant"): True,
    ("Storage/storageAccounts", "*", "sku.name"): "Standard_ZRS",
    ("Storage/storageAccounts", "stdata*", _RULES): [
        {"value": FULL["clientIpRanges"][0], "action": "Allow"}
    ],
    ("Storage/storageAccounts", "sthost*", _RULES): [],
    (
        "Storage/storageAccounts/blobServices",
        "stdata*",
        "properties.cors.corsRules.0.allowedOrigins",
    ): FULL["corsOrigins"],
    ("KeyVault/vaults", "*", _RULES): [{"value": FULL["clientIpRanges"][0]}],
    ("OperationalInsights/workspaces", "*", "properties.retentionInDays"): 91,
    ("OperationalInsights/workspaces", "*", "properties.workspaceCapping.dailyQuotaGb"): 8,
    ("Insights/actionGroups", "*", _RECEIVER): FULL["alertEmail"],
    ("Consumption/budgets", "*", "properties.amount"): 123,
    ("Consumption/budgets", "*", "properties.timePeriod.startDate"): FULL["budgetStart"],
    ("Consumption/budgets", "*", "properties.notifications.spent.contactEmails"): [
        FULL["alertEmail"]
    ],
    ("Consumption/budgets", "*", "properties.notifications.expected.contactEmails"): [
        FULL["alertEmail"]
    ],
}


def crossed(project: Project) -> Iterator[str]:
    """The settings of the app that carry something else than their own parameter."""
    there = app_settings.of(project.given(MARKED))
    given = {**BEHAVIOUR, **FULL["providers"]}
    yield from (
        f"{name} is {there.get(name)}, not {given[parameter]}, the {parameter}"
        for name, parameter in SETTINGS.items()
        if there.get(name) != str(given[parameter])
    )
    yield from (f"nobody is given {each}" for each in sorted(set(given) - {*SETTINGS.values()}))


def lost(project: Project) -> Iterator[str]:
    """The parameters that do not arrive at a resource that they are for."""
    resources = project.given(MARKED).resources
    for (kind, name, path), value in PLACES.items():
        found = [each for each in resources if _is(each, f"Microsoft.{kind}", name)]
        if not found:
            yield f"there is no {kind} {name}"
        yield from (
            f"{label(each)}: {path} is {at(each, path)}, not {value}"
            for each in found
            if at(each, path) != value
        )


def undefaulted(project: Project) -> Iterator[str]:
    """The settings that a parameter file as written decides otherwise than the code does alone."""
    for environment in PARAMETERS:
        values = app_settings.resolved(app_settings.of(project.as_written(environment)))
        whole = settings.read(values)
        for name in SETTINGS:
            if settings.read({key: values[key] for key in values if key != name}) != whole:
                yield f"{environment}: {name} is {values.get(name)}, which is not its default"


def divided(project: Project) -> Iterator[str]:
    """The defaults that a file and one that it hands the parameter to have otherwise.

    Both may be deployed, and a default cannot be imported.
    """
    for file in project.files:
        for module in file.modules.values():
            callee = project.library.sibling(file, module.path)
            for name in sorted(file.parameters.keys() & callee.parameters.keys()):
                ours, theirs = _default(file, name), _default(callee, name)
                if MISSING not in (ours, theirs) and ours != theirs:
                    yield f"{name}: {file.path.name} has {ours}, {callee.path.name} has {theirs}"


def _default(file: File, name: str) -> Value:
    """The default of a parameter, if it has one that is not computed."""
    default = file.parameters[name].default
    try:
        return MISSING if default is None else constant(default)
    except Unevaluable:
        return MISSING


def _is(resource: Deployed, kind: str, name: str) -> bool:
    return resource.type == kind and fnmatchcase(plain(resource.name), name)
