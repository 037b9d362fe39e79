"""Mistakes in the network, in what is recorded and told, and in how things are signed for."""

from tests.infra.checks import (
    app_settings,
    host,
    language,
    network,
    policies,
    storage_names,
    watching,
)
from tests.infra.mistakes.mistake import Mistake, swap

RESOURCES = "infra/resources.bicep"
NETWORK = "infra/modules/network.bicep"
ENDPOINTS = "infra/modules/privateendpoints.bicep"
ALERTS = "infra/modules/alerts.bicep"
MONITORING = "infra/modules/monitoring.bicep"
STORAGE = "infra/modules/storage.bicep"
INGEST = "infra/modules/ingest.bicep"
APP = "infra/modules/functionapp.bicep"
MAIN = "infra/main.bicep"
LINTER = "infra/bicepconfig.json"
TABLE_LINK = (
    "        { name: 'host-table', resourceId: hostStorage.outputs.id, subResource: 'table',"
    " zoneId: network!.outputs.tableZoneId }\n"
)

MISTAKES = (
    Mistake(
        "an endpoint is missing",
        network.misconnected,
        swap(RESOURCES, TABLE_LINK, ""),
    ),
    Mistake(
        "an endpoint leads to another service",
        network.misconnected,
        swap(RESOURCES, TABLE_LINK, TABLE_LINK.replace("'table'", "'file'")),
    ),
    Mistake(
        "an endpoint is registered in another zone",
        network.misconnected,
        swap(RESOURCES, TABLE_LINK, TABLE_LINK.replace("tableZoneId", "queueZoneId")),
    ),
    Mistake(
        "the network does not ask its zones",
        network.misconnected,
        swap(
            NETWORK,
            "for (zoneName, i) in zoneNames: {",
            "for (zoneName, i) in take(zoneNames, 1): {",
        ),
    ),
    Mistake(
        "the app stays outside its network",
        network.disconnected,
        swap(APP, "empty(subnetId) ? null : subnetId", "empty(subnetId) ? subnetId : null"),
    ),
    Mistake(
        "the app's subnet belongs to somebody else",
        network.disconnected,
        swap(NETWORK, "'Microsoft.App/environments'", "'Microsoft.Web/serverFarms'"),
    ),
    Mistake(
        "two subnets overlap",
        network.disconnected,
        swap(NETWORK, "cidrSubnet(addressPrefix, 26, 1)", "cidrSubnet(addressPrefix, 26, 0)"),
    ),
    Mistake(
        "everyone may come to the endpoints",
        network.open_to_all,
        swap(NETWORK, "sourceAddressPrefix: appPrefix", "sourceAddressPrefix: '*'"),
    ),
    Mistake(
        "the last rule says yes",
        network.open_to_all,
        swap(
            NETWORK,
            "name: 'nobody-else'\n        properties: {\n          access: 'Deny'",
            "name: 'nobody-else'\n        properties: {\n          access: 'Allow'",
        ),
    ),
    Mistake(
        "telemetry goes nowhere",
        watching.unrecorded,
        swap(MONITORING, "WorkspaceResourceId: workspace.id", "WorkspaceResourceId: ''"),
    ),
    Mistake(
        "a category of logs that does not exist",
        watching.unrecorded,
        swap(APP, "'FunctionAppLogs'", "'FunctionLogs'"),
    ),
    Mistake(
        "an alert is off",
        watching.untold,
        swap(
            ALERTS,
            "    severity: rule.severity\n    enabled: true",
            "    severity: rule.severity\n    enabled: false",
        ),
    ),
    Mistake(
        "an alert tells nobody",
        watching.untold,
        swap(ALERTS, "actionGroupId: people.id", "actionGroupId: ''"),
    ),
    Mistake(
        "an alert is missing",
        watching.untold,
        swap(ALERTS, "    name: 'failed-orchestrations'", "    name: 'orchestrations'"),
    ),
    Mistake(
        "the alert on poison forgets a function",
        watching.unseen_poison,
        swap(ALERTS, '("JobPoison", "UploadEventPoison")', '("JobPoison")'),
    ),
    Mistake(
        "every web page may use signed links",
        policies.broken_rules,
        swap(STORAGE, "  allowedOrigins: corsOrigins", "  allowedOrigins: ['*']"),
    ),
    Mistake(
        "tokens of any tenant are taken",
        app_settings.missigned,
        swap(APP, "${tenant().tenantId}/v2.0", "common/v2.0"),
    ),
    Mistake(
        "tokens for another app are taken",
        app_settings.missigned,
        swap(
            APP, "            'api://${authClientId}'", "            'https://management.azure.com'"
        ),
    ),
    Mistake(
        "the package is read by an identity that the site does not have",
        app_settings.unattached,
        swap(
            APP,
            "userAssignedIdentityResourceId: identityId",
            "userAssignedIdentityResourceId: '${identityId}s'",
        ),
    ),
    Mistake(
        "dead letters are written by another identity",
        storage_names.undelivered,
        swap(
            INGEST,
            "        type: 'SystemAssigned'\n      }\n      deadLetterDestination",
            "        type: 'UserAssigned'\n      }\n      deadLetterDestination",
        ),
    ),
    Mistake(
        "uploads are deleted after a week",
        storage_names.everlasting,
        swap(STORAGE, "                'temp/'\n", "                'uploads/'\n"),
    ),
    Mistake(
        "old versions stay for ever",
        storage_names.everlasting,
        swap(
            STORAGE,
            "'delete-old-versions'\n          type: 'Lifecycle'\n          enabled: true",
            "'delete-old-versions'\n          type: 'Lifecycle'\n          enabled: false",
        ),
    ),
    Mistake(
        "a resource has no tags",
        host.untagged,
        swap(
            MONITORING,
            "  name: workspaceName\n  location: location\n  tags: tags\n",
            "  name: workspaceName\n  location: location\n",
        ),
    ),
    Mistake(
        "azd deploys another template",
        host.untagged,
        swap("azure.yaml", "module: main", "module: index"),
    ),
    Mistake(
        "a rule of the linter is off",
        language.lenient,
        swap(
            LINTER,
            'contain-secrets": { "level": "error" }',
            'contain-secrets": { "level": "off" }',
        ),
    ),
    Mistake(
        "the linter is silenced",
        language.lenient,
        swap(MAIN, "param tags object", "#disable-next-line no-unused-params\nparam tags object"),
    ),
)
