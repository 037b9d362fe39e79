"""What a resource of each type has to say: secure by default, and nothing left to a default."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from tests.infra.bicep.values import Value
from tests.infra.project import Variation

Judge = Callable[[Variation, Value], bool]


@dataclass(frozen=True)
class Rule:
    """What stands at `path` satisfies `judge`; `name` picks resources by their name.

    `why` names the source: the guide's line, a section of reference/infra.md, or in brackets the
    same rule in PSRule for Azure or checkov.
    """

    path: str
    judge: Judge
    why: str
    name: str = "*"


def _is(expected: Value) -> Judge:
    return lambda _variation, value: value == expected and isinstance(value, type(expected))


def _at_least(bound: int) -> Judge:
    return lambda _variation, value: isinstance(value, int) and value >= bound


def _when(condition: Callable[[Variation], bool], then: Judge, otherwise: Judge) -> Judge:
    return lambda variation, value: (then if condition(variation) else otherwise)(variation, value)


def _is_private(variation: Variation) -> bool:
    return variation.private


def _is_closed(variation: Variation) -> bool:
    return variation.is_closed


def _is_full(variation: Variation) -> bool:
    return variation.full


def _filled(_variation: Variation, value: Value) -> bool:
    return isinstance(value, list) and bool(value)


def _cors(variation: Variation, value: Value) -> bool:
    """Rules of a blob service's CORS: whole origins, and no more than a signed link is for."""
    return isinstance(value, list) and all(
        _origins(variation, each["allowedOrigins"])
        and each["allowedMethods"] == ["GET", "HEAD", "OPTIONS", "PUT"]
        and each["allowedHeaders"] == ["content-type", "x-ms-blob-type"]
        and each["exposedHeaders"] == ["etag"]
        for each in value
    )


def _origins(_variation: Variation, value: Value) -> bool:
    """Whole origins over https, never `*`: the API knows its callers."""
    return isinstance(value, list) and all(
        re.fullmatch(r"https://[a-z0-9.-]+(:\d+)?", each) for each in value
    )


RULES: dict[str, tuple[Rule, ...]] = {
    "Microsoft.Storage/storageAccounts": (
        Rule("kind", _is("StorageV2"), "Event Grid needs it (infra.md 3.4)"),
        Rule("properties.allowSharedKeyAccess", _is(False), "keyless [Azure.Storage.LocalAuth]"),
        Rule("properties.isLocalUserEnabled", _is(False), "keyless"),
        Rule("properties.defaultToOAuthAuthentication", _is(True), "keyless"),
        Rule("properties.allowBlobPublicAccess", _is(False), "no public blobs [CKV_AZURE_59]"),
        Rule("properties.allowCrossTenantReplication", _is(False), "data stays in its tenant"),
        Rule("properties.minimumTlsVersion", _is("TLS1_2"), "row W06 [Azure.Storage.MinTLS]"),
        Rule("properties.supportsHttpsTrafficOnly", _is(True), "row W06 [CKV_AZURE_3]"),
        Rule("properties.networkAcls.bypass", _is("AzureServices"), "Event Grid (infra.md 3.4)"),
        Rule(
            "properties.networkAcls.defaultAction",
            _when(_is_private, _is("Deny"), _is("Allow")),
            "the firewall follows vnetEnabled (infra.md 3.4)",
            "sthost*",
        ),
        Rule(
            "properties.networkAcls.defaultAction",
            _when(_is_closed, _is("Deny"), _is("Allow")),
            "only signedLinksFromAnywhere opens it again (infra.md 3.4)",
            "stdata*",
        ),
        Rule(
            "properties.publicNetworkAccess",
            _is("Enabled"),
            "Event Grid delivers to no private endpoint",
            "stdata*",
        ),
        Rule(
            "properties.publicNetworkAccess",
            _when(_is_private, _is("Disabled"), _is("Enabled")),
            "infra.md 3.4",
            "sthost*",
        ),
    ),
    "Microsoft.Storage/storageAccounts/blobServices": (
        Rule("properties.deleteRetentionPolicy.enabled", _is(True), "row W06 [SoftDelete]"),
        Rule("properties.deleteRetentionPolicy.days", _at_least(7), "row W06 [SoftDelete]"),
        Rule("properties.containerDeleteRetentionPolicy.enabled", _is(True), "row W06"),
        Rule("properties.containerDeleteRetentionPolicy.days", _at_least(7), "row W06"),
        Rule("properties.isVersioningEnabled", _is(True), "PITR (guide S1.15)", "stdata*/default"),
        Rule("properties.changeFeed.enabled", _is(True), "PITR (guide S1.15)", "stdata*/default"),
        Rule(
            "properties.restorePolicy.enabled", _is(True), "PITR (guide S1.15)", "stdata*/default"
        ),
        Rule(
            "properties.restorePolicy.days",
            _is(29),
            "less than the soft delete (infra.md 3.4)",
            "stdata*/default",
        ),
        Rule("properties.deleteRetentionPolicy.days", _is(30), "row C11", "stdata*/default"),
        Rule(
            "properties.changeFeed.retentionInDays",
            _at_least(30),
            "no shorter than the way back in time, which reads it (guide S1.15)",
            "stdata*/default",
        ),
        Rule("properties.cors.corsRules", _cors, "row A04", "stdata*/default"),
    ),
    "Microsoft.Storage/storageAccounts/blobServices/containers": (
        Rule("properties.publicAccess", _is("None"), "no public blobs"),
    ),
    "Microsoft.Web/serverfarms": (
        Rule("sku.name", _is("FC1"), "Flex Consumption (infra.md 3.3)"),
        Rule("properties.reserved", _is(True), "Linux (infra.md 3.3)"),
    ),
    "Microsoft.Web/sites": (
        Rule("identity.type", _is("UserAssigned"), "its roles exist before its first start"),
        Rule("properties.httpsOnly", _is(True), "https only [Azure.AppService.UseHTTPS]"),
        Rule("properties.publicNetworkAccess", _is("Enabled"), "callers come by the internet"),
        Rule("properties.siteConfig.minTlsVersion", _is("1.2"), "TLS 1.2 [CKV_AZURE_15]"),
        Rule("properties.siteConfig.scmMinTlsVersion", _is("1.2"), "TLS 1.2, for publishing too"),
        Rule("properties.siteConfig.ftpsState", _is("Disabled"), "no FTP [CKV_AZURE_78]"),
        Rule("properties.siteConfig.http20Enabled", _is(True), "[CKV_AZURE_18]"),
        Rule("properties.siteConfig.remoteDebuggingEnabled", _is(False), "[CKV_AZURE_72]"),
        Rule("properties.siteConfig.cors.allowedOrigins", _origins, "guide S1.5, row A04"),
        Rule("properties.siteConfig.cors.supportCredentials", _is(False), "tokens, no cookies"),
        Rule("properties.functionAppConfig.runtime.name", _is("python"), "guide S1.1"),
        Rule(
            "properties.functionAppConfig.deployment.storage.authentication.type",
            _is("UserAssignedIdentity"),
            "keyless",
        ),
    ),
    "Microsoft.Web/sites/config": (
        Rule(
            "properties.globalValidation.requireAuthentication",
            _is(True),
            "guide S1.4",
            "*/authsettingsV2",
        ),
        Rule(
            "properties.globalValidation.unauthenticatedClientAction",
            _is("Return401"),
            "an API sends nobody to a login page",
            "*/authsettingsV2",
        ),
        Rule(
            "properties.globalValidation.excludedPaths",
            _is(["/api/health", "/api/openapi.json", "/api/docs"]),
            "only the probe and the description are for strangers (infra.md 3.3)",
            "*/authsettingsV2",
        ),
        Rule(
            "properties.httpSettings",
            _is({"requireHttps": True}),
            "https only, by the platform's own address and routes",
            "*/authsettingsV2",
        ),
        Rule(
            "properties.platform.enabled",
            _when(_is_full, _is(True), _is(False)),
            "on as soon as there is an app registration (guide S1.4)",
            "*/authsettingsV2",
        ),
    ),
    "Microsoft.Insights/components": (
        Rule("properties.DisableLocalAuth", _is(True), "keyless [Azure.AppInsights.LocalAuth]"),
        Rule("properties.IngestionMode", _is("LogAnalytics"), "one workspace"),
    ),
    "Microsoft.OperationalInsights/workspaces": (
        Rule("properties.retentionInDays", _is(30), "guide S1.17"),
        Rule("properties.features.disableLocalAuth", _is(True), "keyless"),
        Rule(
            "properties.workspaceCapping.dailyQuotaGb",
            _at_least(1),
            "a runaway log has a ceiling (infra.md 3.7)",
        ),
    ),
    "Microsoft.KeyVault/vaults": (
        Rule("properties.enableRbacAuthorization", _is(True), "roles, no access policies"),
        Rule("properties.enablePurgeProtection", _is(True), "[Azure.KeyVault.PurgeProtect]"),
        Rule("properties.enableSoftDelete", _is(True), "[Azure.KeyVault.SoftDelete]"),
        Rule("properties.softDeleteRetentionInDays", _at_least(90), "infra.md 3.7"),
        Rule(
            "properties.networkAcls.defaultAction",
            _when(_is_private, _is("Deny"), _is("Allow")),
            "the firewall follows vnetEnabled",
        ),
    ),
    "Microsoft.DurableTask/schedulers": (
        Rule("properties.ipAllowlist", _filled, "an empty list keeps everyone out (infra.md 3.5)"),
    ),
    "Microsoft.EventGrid/systemTopics": (
        Rule("identity", _is({"type": "SystemAssigned"}), "Event Grid's handler-storage-queues"),
    ),
    "Microsoft.Authorization/locks": (
        Rule("properties.level", _is("CanNotDelete"), "infra.md 3.7"),
    ),
}
