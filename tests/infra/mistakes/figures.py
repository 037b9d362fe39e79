"""Mistakes in figures, and in parameters that do not arrive or arrive at something else."""

from tests.infra.checks import (
    app_settings,
    arrivals,
    host,
    host_file,
    language,
    limits,
    policies,
    production,
    storage_names,
    vocabulary,
)
from tests.infra.mistakes.mistake import Mistake, swap

MAIN = "infra/main.bicep"
RESOURCES = "infra/resources.bicep"
STORAGE = "infra/modules/storage.bicep"
SCHEDULER = "infra/modules/scheduler.bicep"
APP = "infra/modules/functionapp.bicep"
INGEST = "infra/modules/ingest.bicep"
PROD = "infra/main.prod.bicepparam"
DEV = "infra/main.bicepparam"
HOST = "host.json"

MISTAKES = (
    Mistake(
        "two settings carry one figure",
        arrivals.crossed,
        swap(
            APP,
            "APPROVAL_HOURS: string(behaviour.approvalHours)",
            "APPROVAL_HOURS: string(behaviour.gatewayPatienceHours)",
        ),
    ),
    Mistake(
        "parcels are sent for at the payment provider's",
        arrivals.crossed,
        swap(APP, "CARRIER_URL: providers.carrierUrl", "CARRIER_URL: providers.paymentUrl"),
    ),
    Mistake(
        "the instances that wait are those of another group",
        arrivals.lost,
        swap(APP, "instanceCount: alwaysReadyHttp", "instanceCount: alwaysReadyDurable"),
    ),
    Mistake(
        "the addresses that are let in are not passed on",
        arrivals.lost,
        swap(
            RESOURCES,
            "    clientIpRanges: clientIpRanges\n    corsOrigins",
            "    clientIpRanges: []\n    corsOrigins",
        ),
    ),
    Mistake(
        "the web pages that may upload are not passed on",
        arrivals.lost,
        swap(
            RESOURCES,
            "    corsOrigins: corsOrigins\n    workspaceId",
            "    corsOrigins: []\n    workspaceId",
        ),
    ),
    Mistake(
        "the account is in one zone",
        arrivals.lost,
        swap(RESOURCES, "zoneRedundant ? 'Standard_ZRS'", "zoneRedundant ? 'Standard_LRS'"),
    ),
    Mistake(
        "the cloud's breaker is another than the code's",
        arrivals.undefaulted,
        swap(MAIN, "breakerFailures: 3", "breakerFailures: 30"),
    ),
    Mistake(
        "the cloud tells everything",
        arrivals.undefaulted,
        swap(MAIN, "logLevel: 'INFO'", "logLevel: 'DEBUG'"),
    ),
    Mistake(
        "a group that is there has another breaker",
        arrivals.divided,
        swap(RESOURCES, "breakerFailures: 3", "breakerFailures: 5"),
    ),
    Mistake(
        "the payment key is the carrier's",
        app_settings.unkept_secrets,
        swap(APP, "secrets/payment-key", "secrets/carrier-key"),
    ),
    Mistake(
        "a carrier alone has no vault",
        app_settings.unkept_secrets,
        swap(RESOURCES, "|| !empty(providers.carrierUrl) ||", "||"),
    ),
    Mistake(
        "shared keys come with signed links",
        policies.broken_rules,
        swap(
            STORAGE, "allowSharedKeyAccess: false", "allowSharedKeyAccess: signedLinksFromAnywhere"
        ),
    ),
    Mistake(
        "a web page may delete",
        policies.broken_rules,
        swap(STORAGE, "    'GET'\n", "    'DELETE'\n    'GET'\n"),
    ),
    Mistake(
        "a web page may send any header",
        policies.broken_rules,
        swap(STORAGE, "    'content-type'\n    'x-ms-blob-type'\n", "    '*'\n"),
    ),
    Mistake(
        "the change feed is shorter than the way back in time",
        policies.broken_rules,
        swap(
            STORAGE, "enabled: true, retentionInDays: days }", "enabled: true, retentionInDays: 7 }"
        ),
    ),
    Mistake(
        "nobody can call",
        policies.broken_rules,
        swap(APP, "    publicNetworkAccess: 'Enabled'\n", "    publicNetworkAccess: 'Disabled'\n"),
    ),
    Mistake(
        "a proxy is believed who called",
        policies.broken_rules,
        swap(
            APP,
            "      requireHttps: true",
            "      requireHttps: true\n      forwardProxy: {\n        convention: 'Standard'\n"
            "      }",
        ),
    ),
    Mistake(
        "events are narrowed",
        storage_names.undelivered,
        swap(
            INGEST,
            "      subjectBeginsWith:",
            "      subjectEndsWith: '.jpg'\n      subjectBeginsWith:",
        ),
    ),
    Mistake(
        "events live for a minute",
        storage_names.undelivered,
        swap(INGEST, "Seconds: 1209600", "Seconds: 60"),
    ),
    Mistake(
        "events are tried once",
        storage_names.undelivered,
        swap(INGEST, "maxDeliveryAttempts: 30", "maxDeliveryAttempts: 1"),
    ),
    Mistake(
        "a table that no list names",
        storage_names.unlisted,
        swap("shared/names.py", "\nTABLES = (", '\nRETURNS = "returns"\nTABLES = ('),
    ),
    Mistake(
        "requests are sampled",
        host_file.altered,
        swap(HOST, '"excludedTypes": "Request"', '"excludedTypes": "Trace"'),
    ),
    Mistake(
        "the task hub is cut otherwise",
        host_file.altered,
        swap(
            HOST, '"hubName": "DurableOrders",', '"hubName": "DurableOrders", "partitionCount": 16,'
        ),
    ),
    Mistake(
        "workflows leave no trace",
        host_file.altered,
        swap(HOST, '"distributedTracingEnabled": true', '"distributedTracingEnabled": false'),
    ),
    Mistake(
        "a preview of the bundle",
        host_file.altered,
        swap(HOST, 'ExtensionBundle"', 'ExtensionBundle.Preview"'),
    ),
    Mistake(
        "azd packs another folder", host.untagged, swap("azure.yaml", "project: .", "project: src")
    ),
    Mistake(
        "production without a network",
        production.unconnected,
        swap(PROD, "vnetEnabled = true", "vnetEnabled = false"),
    ),
    Mistake(
        "production in one zone",
        production.unfit,
        swap(PROD, "zoneRedundant = true", "zoneRedundant = false"),
    ),
    Mistake(
        "production's links work anywhere",
        production.unfit,
        swap(PROD, "param signedLinksFromAnywhere = false", "param signedLinksFromAnywhere = true"),
    ),
    Mistake(
        "a thousand requests at a time",
        production.unfit,
        swap(MAIN, "httpConcurrency int = 16", "httpConcurrency int = 1000"),
    ),
    Mistake(
        "a runaway log of 100 GB a day",
        production.unfit,
        swap(DEV, "dailyQuotaGb = 1", "dailyQuotaGb = 100"),
    ),
    Mistake(
        "the lock is on the host's account",
        production.unlocked,
        swap(
            RESOURCES,
            "  name: 'lock'\n  params: {\n    storageName: dataStorage",
            "  name: 'lock'\n  params: {\n    storageName: hostStorage",
        ),
    ),
    Mistake(
        "production is not locked",
        production.unlocked,
        swap(PROD, "lockData = true", "lockData = false"),
    ),
    Mistake(
        "temporary files stay for a day",
        production.impatient,
        swap(STORAGE, "tempRetentionDays int = 7", "tempRetentionDays int = 1"),
    ),
    Mistake(
        "the scheduler costs by the hour",
        production.overpaid,
        swap(SCHEDULER, "'Consumption'", "'Dedicated'"),
    ),
    Mistake(
        "a version of years ago",
        vocabulary.outdated,
        swap(
            "infra/modules/alerts.bicep",
            "scheduledQueryRules@2023-12-01",
            "scheduledQueryRules@2022-06-15",
        ),
    ),
    Mistake(
        "a property that nobody looked up",
        vocabulary.unfamiliar,
        swap(
            APP, "    httpsOnly: true\n", "    httpsOnly: true\n    clientAffinityEnabledd: false\n"
        ),
    ),
    Mistake(
        "passwords for publishing",
        vocabulary.unfamiliar,
        swap(
            APP,
            "resource signIn ",
            "resource scm 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2025-03-01' = {\n"
            "  parent: site\n  name: 'scm'\n  properties: {\n    allow: true\n  }\n}\n\n"
            "resource signIn ",
        ),
    ),
    Mistake(
        "every subscription has the same names",
        limits.colliding,
        swap(
            RESOURCES,
            "uniqueString(subscription().id, resourceGroup().id, environmentName)",
            "uniqueString(environmentName)",
        ),
    ),
    Mistake(
        "a rule of the linter is forgotten",
        language.lenient,
        swap(
            "infra/bicepconfig.json",
            '        "use-resource-id-functions": { "level": "error" },\n',
            "",
        ),
    ),
    Mistake(
        "a key that is not secure",
        policies.open_secrets,
        swap(
            APP, "param tablePrefix string", "param tablePrefix string\nparam adminKey string = 'x'"
        ),
    ),
)
