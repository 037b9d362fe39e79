"""Mistakes that open a door: keys, plain text, public blobs, strangers, secrets in the open."""

from tests.infra.checks import app_settings, policies
from tests.infra.mistakes.mistake import Mistake, swap

MAIN = "infra/main.bicep"
STORAGE = "infra/modules/storage.bicep"
APP = "infra/modules/functionapp.bicep"
MONITORING = "infra/modules/monitoring.bicep"
VAULT = "infra/modules/keyvault.bicep"
DEV = "infra/main.bicepparam"


MISTAKES = (
    Mistake(
        "shared keys are on",
        policies.broken_rules,
        swap(STORAGE, "allowSharedKeyAccess: false", "allowSharedKeyAccess: true"),
    ),
    Mistake(
        "shared keys are on, by a misspelling",
        policies.broken_rules,
        swap(STORAGE, "allowSharedKeyAccess: false", "allowSharedKeyAcces: false"),
    ),
    Mistake(
        "blobs are public",
        policies.broken_rules,
        swap(STORAGE, "allowBlobPublicAccess: false", "allowBlobPublicAccess: true"),
    ),
    Mistake(
        "the uploads are public",
        policies.broken_rules,
        swap(
            STORAGE,
            "in appContainers: {\n  parent: blobs\n  name: container\n  properties: {\n"
            "    publicAccess: 'None'",
            "in appContainers: {\n  parent: blobs\n  name: container\n  properties: {\n"
            "    publicAccess: container == 'uploads' ? 'Blob' : 'None'",
        ),
    ),
    Mistake("TLS 1.0 is allowed", policies.broken_rules, swap(STORAGE, "'TLS1_2'", "'TLS1_0'")),
    Mistake(
        "storage answers without https",
        policies.broken_rules,
        swap(STORAGE, "supportsHttpsTrafficOnly: true", "supportsHttpsTrafficOnly: false"),
    ),
    Mistake(
        "the firewall is open though the network is private",
        policies.broken_rules,
        swap(STORAGE, "isClosed ? 'Deny' : 'Allow'", "isClosed ? 'Allow' : 'Allow'"),
    ),
    Mistake(
        "deleted blobs are gone at once",
        policies.broken_rules,
        swap(
            STORAGE,
            "    deleteRetentionPolicy: {\n      enabled: true",
            "    deleteRetentionPolicy: {\n      enabled: false",
        ),
    ),
    Mistake(
        "there is no way back in time",
        policies.broken_rules,
        swap(STORAGE, "restorePolicy: isData ?", "restorePolicy: !isData ?"),
    ),
    Mistake(
        "the way back is as long as the soft delete",
        policies.broken_rules,
        swap(STORAGE, "days: days - 1", "days: days"),
    ),
    Mistake(
        "a true that is a text",
        policies.broken_rules,
        swap(STORAGE, "isLocalUserEnabled: false", "isLocalUserEnabled: 'false'"),
    ),
    Mistake(
        "the site answers without https",
        policies.broken_rules,
        swap(APP, "    httpsOnly: true\n", ""),
    ),
    Mistake(
        "the site takes TLS 1.0",
        policies.broken_rules,
        swap(APP, "minTlsVersion: '1.2'\n      scm", "minTlsVersion: '1.0'\n      scm"),
    ),
    Mistake(
        "FTP is on",
        policies.broken_rules,
        swap(APP, "ftpsState: 'Disabled'", "ftpsState: 'AllAllowed'"),
    ),
    Mistake(
        "every origin may call",
        policies.broken_rules,
        swap(APP, "allowedOrigins: corsOrigins", "allowedOrigins: ['*']"),
    ),
    Mistake(
        "strangers are let in",
        policies.broken_rules,
        swap(APP, "requireAuthentication: true", "requireAuthentication: false"),
    ),
    Mistake(
        "the whole API is excluded from sign-in",
        policies.broken_rules,
        swap(APP, "'/api/health'", "'/api/*'"),
    ),
    Mistake(
        "sign-in stays off",
        policies.broken_rules,
        swap(
            APP,
            "    platform: {\n      enabled: !empty(authClientId)",
            "    platform: {\n      enabled: false",
        ),
    ),
    Mistake(
        "nothing is locked",
        policies.idle_rules,
        swap("infra/modules/lock.bicep", "Authorization/locks@", "Authorization/lock@"),
    ),
    Mistake(
        "telemetry takes keys",
        policies.broken_rules,
        swap(MONITORING, "DisableLocalAuth: true", "DisableLocalAuth: false"),
    ),
    Mistake(
        "logs are kept for a quarter",
        policies.broken_rules,
        swap(DEV, "logRetentionDays = 30", "logRetentionDays = 90"),
    ),
    Mistake(
        "the vault can be purged",
        policies.broken_rules,
        swap(VAULT, "enablePurgeProtection: true", "enablePurgeProtection: false"),
    ),
    Mistake(
        "the vault takes access policies",
        policies.broken_rules,
        swap(VAULT, "enableRbacAuthorization: true", "enableRbacAuthorization: false"),
    ),
    Mistake(
        "a key in an output",
        policies.keys_asked_for,
        swap(
            STORAGE,
            "output id string = account.id",
            "output id string = account.id\noutput key string = account.listKeys().keys[0].value",
        ),
    ),
    Mistake(
        "a key in an output, through two modules",
        policies.leaked,
        swap(
            STORAGE,
            "output blobEndpoint string = account.properties.primaryEndpoints.blob",
            "output blobEndpoint string = account.listKeys().keys[0].value",
        ),
    ),
    Mistake(
        "a key in a setting",
        policies.leaked,
        swap(
            STORAGE,
            "output name string = account.name",
            "output name string = '${account.name}${listSas()}'".replace(
                "listSas()", "account.listAccountSas().accountSasToken"
            ),
        ),
    ),
    Mistake(
        "a secret as a parameter that ends in a setting",
        policies.leaked,
        swap(APP, "param tablePrefix string", "@secure()\nparam tablePrefix string"),
    ),
    Mistake(
        "a connection string that is written out",
        policies.keys_written,
        swap(APP, "UPLOAD_SOURCE: 'events'", "UPLOAD_SOURCE: 'events;AccountKey=c2VjcmV0'"),
    ),
    Mistake(
        "the connection string of telemetry as an output",
        policies.leaked,
        swap(
            APP,
            "output name string = site.name",
            "output name string = appInsights.properties.ConnectionString",
        ),
    ),
    Mistake(
        "a secret with a default",
        policies.defaulted_secrets,
        swap(
            MAIN,
            "param budgetStart string = ''",
            "@secure()\nparam budgetStart string = '2026-12-01'",
        ),
    ),
    Mistake(
        "a secret that is not secure",
        policies.open_secrets,
        swap(MAIN, "param budgetStart", "param mailPassword string = ''\nparam budgetStart"),
    ),
    Mistake(
        "a secret setting that is no reference",
        app_settings.unkept_secrets,
        swap(
            APP,
            "'@Microsoft.KeyVault(SecretUri=${vaultUri}secrets/payment-key)'",
            "'${vaultUri}payment-key'",
        ),
    ),
    Mistake(
        "a reference to another vault",
        app_settings.unkept_secrets,
        swap(
            APP,
            "SecretUri=${vaultUri}secrets/carrier-key",
            "SecretUri=https://kv-shared.vault.azure.net/secrets/carrier-key",
        ),
    ),
)
