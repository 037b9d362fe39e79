"""The settings of the function app are those that the code reads, and they are right."""

import re
from collections.abc import Iterator, Mapping

from shared import names, settings
from tests.infra.bicep import platform
from tests.infra.bicep.expand import Expansion
from tests.infra.bicep.scopes import TENANT
from tests.infra.bicep.values import Deployed
from tests.infra.code import asked
from tests.infra.labels import IDENTITY
from tests.infra.project import Project

HOST = "AzureWebJobsStorage"
# Read by the Functions host and its extensions (reference/infra.md 3.2).
PLATFORM = frozenset(
    {
        f"{HOST}__accountName",
        f"{HOST}__credential",
        f"{HOST}__clientId",
        "APPLICATIONINSIGHTS_CONNECTION_STRING",
        "APPLICATIONINSIGHTS_AUTHENTICATION_STRING",
    }
)
SCHEDULER = "DURABLE_TASK_SCHEDULER_CONNECTION_STRING"
# What the code asks for and no template sets, and why not.
UNSET = {
    names.CONNECTION: "a connection string is for the emulator; in the cloud it would be a key",
    "WEBSITE_AUTH_ENABLED": "App Service sets it, or the app could be told a lie",
}
# Flex Consumption refuses or ignores them (reference/infra.md 3.2); the two plain connections
# would win over the identity.
FORBIDDEN = frozenset(
    [
        "FUNCTIONS_WORKER_RUNTIME",
        "FUNCTIONS_EXTENSION_VERSION",
        "FUNCTIONS_WORKER_PROCESS_COUNT",
        "FUNCTIONS_MAX_HTTP_CONCURRENCY",
        "WEBSITE_RUN_FROM_PACKAGE",
        "WEBSITE_CONTENTSHARE",
        "WEBSITE_CONTENTAZUREFILECONNECTIONSTRING",
        "WEBSITE_CONTENTOVERVNET",
        "WEBSITE_DNS_SERVER",
        "WEBSITE_MAX_DYNAMIC_APPLICATION_SCALE_OUT",
        "WEBSITE_TIME_ZONE",
        "WEBSITE_VNET_ROUTE_ALL",
        "TZ",
        "SCM_DO_BUILD_DURING_DEPLOYMENT",
        "ENABLE_ORYX_BUILD",
        "AzureWebJobsStorage",
        "OrdersData",
    ]
)
# Core Tools and the embedded host read these from the local file; the cloud has its own ways.
LOCAL = frozenset(
    {
        HOST,
        "FUNCTIONS_WORKER_RUNTIME",
        "AzureFunctionsJobHost__extensions__queues__visibilityTimeout",
    }
)
# Each secret's name in the vault, and the setting without which nobody needs it.
SECRETS = {
    "PAYMENT_KEY": ("payment-key", "PAYMENT_URL"),
    "CARRIER_KEY": ("carrier-key", "CARRIER_URL"),
    "MAIL_PASSWORD": ("mail-password", "MAIL_USER"),
}
_REFERENCE = re.compile(r"@Microsoft\.KeyVault\(SecretUri=(https://[^)]+/)secrets/([0-9a-z-]+)\)")
_SECRET_SETTINGS = re.compile(r"_(KEY|PASSWORD|SECRET)$")
_SERVICE_OF = {"queueTrigger": "queue", "queue": "queue", "blobTrigger": "blob", "blob": "blob"}


def of(expansion: Expansion) -> dict[str, str]:
    """The settings that an expansion gives to the app."""
    return next(
        (
            dict(each.properties)
            for each in _configs(expansion)
            if each.name.endswith("/appsettings")
        ),
        {},
    )


def unset(project: Project) -> Iterator[str]:
    """The settings that the code or the host reads, and nobody sets."""
    wanted = (project.code.asked | PLATFORM | set(_bound(project))) - set(UNSET)
    yield from (
        f"{variation}: {name} is not set"
        for variation, expansion in project.expansions()
        for name in sorted(wanted - set(of(expansion)))
    )


def unread(project: Project) -> Iterator[str]:
    """The settings that are set, and nobody reads."""
    read = project.code.asked | PLATFORM | set(_bound(project))
    yield from (
        f"{variation}: nobody reads {name}"
        for variation, expansion in project.expansions()
        for name in sorted(set(of(expansion)) - read - {SCHEDULER})
    )


def forbidden(project: Project) -> Iterator[str]:
    """The settings that must not be there, and a second place to put settings."""
    for variation, expansion in project.expansions():
        set_here = of(expansion)
        yield from (f"{variation}: {name}" for name in sorted(FORBIDDEN & set(set_here)))
        yield from (
            f"{variation}: {name} would overrule host.json"
            for name in set_here
            if name.startswith("AzureFunctionsJobHost__")
        )
        yield from (
            f"{variation}: siteConfig.appSettings would be replaced by config/appsettings"
            for site in expansion.of("Microsoft.Web/sites")
            if "appSettings" in site.properties.get("siteConfig", {})
        )


def refused(project: Project) -> Iterator[str]:
    """What the app itself says of its settings, their references to the vault resolved."""
    for variation, expansion in project.expansions():
        values = of(expansion)
        yield from (
            f"{variation}: {name} is no text"
            for name in values
            if not isinstance(values[name], str)
        )
        try:
            settings.read(resolved(values))
        except (settings.BadSetting, TypeError) as bad:
            yield f"{variation}: {bad}"


def misread(project: Project) -> Iterator[str]:
    """The settings by which the app would be something else than the cloud needs."""
    for variation, expansion in project.expansions():
        values = of(expansion)
        site = expansion.of("Microsoft.Web/sites")[0]
        ready = site.properties["functionAppConfig"]["scaleAndConcurrency"]["alwaysReady"]
        expected = {
            # The platform's word on who calls is taken, and nobody else's (guide S1.4).
            "AUTH_MODE": settings.AuthMode.EASYAUTH.value,
            # Flex Consumption polls no blobs (reference/infra.md 3.6).
            "UPLOAD_SOURCE": settings.UploadSource.EVENTS.value,
            # Instances that are always ready need nobody to keep them warm (guide S8.3, row X06).
            "KEEP_WARM": "false" if ready else "true",
        }
        yield from (
            f"{variation}: {name} must be {value}"
            for name, value in expected.items()
            if values.get(name) != value
        )


def unidentified(project: Project) -> Iterator[str]:
    """The connections that are not of the app's one identity, or lead to another account."""
    for variation, expansion in project.expansions():
        values, client = of(expansion), _client_id(expansion)
        accounts = {HOST: "sthost", names.CONNECTION: "stdata"}
        for prefix, account in accounts.items():
            yield from (
                f"{variation}: {name} is {values.get(name)}"
                for name, right in {
                    f"{prefix}__credential": "managedidentity",
                    f"{prefix}__clientId": client,
                }.items()
                if values.get(name) != right
            )
            yield from (
                f"{variation}: {name} leads to {value}"
                for name, value in values.items()
                if name.startswith(prefix)
                and not name.endswith(("credential", "clientId"))
                and not re.sub("^https://", "", value).startswith(account)
            )
        telemetry = f"ClientId={client};Authorization=AAD"
        if values.get("APPLICATIONINSIGHTS_AUTHENTICATION_STRING") != telemetry:
            yield f"{variation}: telemetry is not sent by the app's identity"


def unattached(project: Project) -> Iterator[str]:
    """Where the site acts as an identity that it does not have."""
    for variation, expansion in project.expansions():
        site = expansion.of("Microsoft.Web/sites")[0]
        attached = list(site.body.get("identity", {}).get("userAssignedIdentities", {}))
        storage = site.properties["functionAppConfig"]["deployment"]["storage"]
        used = {
            "the package": storage["authentication"].get("userAssignedIdentityResourceId"),
            "references to the vault": site.properties.get("keyVaultReferenceIdentity"),
        }
        for what, identity in used.items():
            if [identity] != attached:
                yield f"{variation}: {what} is read as {identity}"


def missigned(project: Project) -> Iterator[str]:
    """Where tokens of somebody else's app or tenant would be taken (guide S1.4)."""
    for variation, expansion in project.expansions():
        client = expansion.parameters.get("authClientId")
        for config in _configs(expansion):
            if config.name.endswith("/authsettingsV2"):
                entra = config.properties["identityProviders"]["azureActiveDirectory"]
                issuer = f"https://login.microsoftonline.com/{TENANT}/v2.0"
                if entra["registration"] != {"clientId": client, "openIdIssuer": issuer}:
                    yield f"{variation}: tokens of {entra['registration']}"
                if entra["validation"] != {"allowedAudiences": [client, f"api://{client}"]}:
                    yield f"{variation}: tokens for {entra['validation']}"
                if entra["enabled"] != config.properties["platform"]["enabled"]:
                    yield f"{variation}: sign-in and its provider are not on together"


def unkept_secrets(project: Project) -> Iterator[str]:
    """The secret settings that hold anything but a reference to the deployment's own vault."""
    for variation, expansion in project.expansions():
        vaults = {
            platform.told(each.type, each.name)["properties"]["vaultUri"]
            for each in expansion.of("Microsoft.KeyVault/vaults")
        }
        for name, value in of(expansion).items():
            if not _SECRET_SETTINGS.search(name):
                continue
            secret, needed_with = SECRETS.get(name, ("", ""))
            is_needed = bool(of(expansion).get(needed_with))
            reference = _REFERENCE.fullmatch(value)
            if is_needed and (reference is None or reference[1] not in vaults):
                yield f"{variation}: {name} is no reference to the vault"
            if is_needed and reference and reference[2] != secret:
                yield f"{variation}: {name} is the secret {reference[2]}"
            if not is_needed and value:
                yield f"{variation}: {name} is set, and nobody needs it"


def unlike_locally(project: Project) -> Iterator[str]:
    """Where local.settings.json.example and what the code reads locally differ."""
    values = project.json("local.settings.json.example")["Values"]
    wanted = (asked(values) | LOCAL) - {"WEBSITE_AUTH_ENABLED"}
    yield from (f"{name} is missing" for name in sorted(wanted - set(values)))
    yield from (f"nobody reads {name}" for name in sorted(set(values) - wanted))


def resolved(values: Mapping[str, str]) -> dict[str, str]:
    """The settings as the app sees them: the platform puts in what references mean."""
    return {
        name: _REFERENCE.sub("a-secret-of-the-vault", value) if isinstance(value, str) else value
        for name, value in values.items()
    }


def _bound(project: Project) -> Iterator[str]:
    """The settings that bindings name: by %NAME%, or by the prefix of a connection."""
    for kind, service in _SERVICE_OF.items():
        for binding in project.code.bindings(kind):
            prefix = binding.get("connection", HOST)
            if prefix != HOST:
                yield from (
                    f"{prefix}__{part}"
                    for part in (f"{service}ServiceUri", "credential", "clientId")
                )
            yield from (
                name for value in binding.values() for name in re.findall("%([^%]+)%", str(value))
            )


def _configs(expansion: Expansion) -> list[Deployed]:
    return expansion.of("Microsoft.Web/sites/config")


def _client_id(expansion: Expansion) -> str:
    """The client id of the one identity that the site has."""
    site = expansion.of("Microsoft.Web/sites")[0]
    attached = set(site.body.get("identity", {}).get("userAssignedIdentities", {}))
    ids = [
        platform.told(IDENTITY, each.name)["properties"]["clientId"]
        for each in expansion.of(IDENTITY)
        if each.id in attached
    ]
    return str(ids[0]) if len(ids) == 1 else f"that of one identity, not of {len(ids)}"
