"""Mistakes in the settings of the app."""

from dataclasses import replace

from tests.infra.checks import app_settings
from tests.infra.code import Code
from tests.infra.mistakes.mistake import Mistake, code, swap

MAIN = "infra/main.bicep"
RESOURCES = "infra/resources.bicep"
APP = "infra/modules/functionapp.bicep"


def _reads_more(before: Code) -> Code:
    return replace(before, asked=before.asked | {"DISCOUNT_PERCENT"})


def _another_connection(before: Code) -> Code:
    trigger = {"type": "queueTrigger", "queueName": "upload-events", "connection": "Archive"}
    return replace(before, functions={**before.functions, "Archive": [trigger]})


MISTAKES = (
    Mistake(
        "a setting is dropped",
        app_settings.unset,
        swap(APP, "  LOG_LEVEL: behaviour.logLevel\n", ""),
    ),
    Mistake(
        "a setting is misspelt",
        app_settings.unread,
        swap(APP, "  UPLOAD_MINUTES:", "  UPLOAD_MINUTE:"),
    ),
    Mistake(
        "a setting that nobody reads",
        app_settings.unread,
        swap(
            APP,
            "  TABLE_PREFIX: tablePrefix",
            "  TABLE_PREFIX: tablePrefix\n  TASKHUB_NAME: 'DurableOrders'",
        ),
    ),
    Mistake("the code reads a new setting", app_settings.unset, code(_reads_more)),
    Mistake("a binding has a new connection", app_settings.unset, code(_another_connection)),
    Mistake(
        "the client id is missing",
        app_settings.unset,
        swap(APP, "  OrdersData__clientId: identityClientId\n", ""),
    ),
    Mistake(
        "the client id is the object id",
        app_settings.unidentified,
        swap(
            RESOURCES,
            "    identityClientId: identity.outputs.appClientId",
            "    identityClientId: identity.outputs.appPrincipalId",
        ),
    ),
    Mistake(
        "a setting that Flex Consumption forbids",
        app_settings.forbidden,
        swap(
            APP,
            "  TABLE_PREFIX: tablePrefix",
            "  TABLE_PREFIX: tablePrefix\n  FUNCTIONS_WORKER_RUNTIME: 'python'",
        ),
    ),
    Mistake(
        "an empty plain connection, which beats the identity",
        app_settings.forbidden,
        swap(
            APP,
            "  TABLE_PREFIX: tablePrefix",
            "  TABLE_PREFIX: tablePrefix\n  AzureWebJobsStorage: ''",
        ),
    ),
    Mistake(
        "a setting that overrules host.json",
        app_settings.forbidden,
        swap(
            APP,
            "  TABLE_PREFIX: tablePrefix",
            "  TABLE_PREFIX: tablePrefix\n"
            "  AzureFunctionsJobHost__extensions__queues__batchSize: '1'",
        ),
    ),
    Mistake(
        "two places for settings",
        app_settings.forbidden,
        swap(
            APP, "      ftpsState: 'Disabled'", "      appSettings: []\n      ftpsState: 'Disabled'"
        ),
    ),
    Mistake(
        "a value that the app refuses",
        app_settings.refused,
        swap(MAIN, "retryDelaysSeconds: '2,4,8'", "retryDelaysSeconds: '2;4;8'"),
    ),
    Mistake(
        "a setting that is a number",
        app_settings.refused,
        swap(APP, "string(behaviour.uploadMinutes)", "behaviour.uploadMinutes"),
    ),
    Mistake(
        "the cloud polls blobs",
        app_settings.misread,
        swap(APP, "UPLOAD_SOURCE: 'events'", "UPLOAD_SOURCE: 'blob'"),
    ),
    Mistake(
        "callers are believed",
        app_settings.misread,
        swap(APP, "AUTH_MODE: 'easyauth'", "AUTH_MODE: 'none'"),
    ),
    Mistake(
        "kept warm, and always ready",
        app_settings.misread,
        swap(APP, "KEEP_WARM: empty(alwaysReady) ? 'true' : 'false'", "KEEP_WARM: 'true'"),
    ),
    Mistake(
        "the data account is the host's",
        app_settings.unidentified,
        swap(
            RESOURCES,
            "    dataTableEndpoint: dataStorage.outputs.tableEndpoint",
            "    dataTableEndpoint: hostStorage.outputs.tableEndpoint",
        ),
    ),
    Mistake(
        "a local setting is forgotten",
        app_settings.unlike_locally,
        swap("local.settings.json.example", '    "UPLOAD_MINUTES": "15",\n', ""),
    ),
    Mistake(
        "a local setting that nobody reads",
        app_settings.unlike_locally,
        swap(
            "local.settings.json.example",
            '    "UPLOAD_MINUTES": "15",\n',
            '    "UPLOAD_MINUTES": "15",\n    "DATA_STORAGE": "",\n',
        ),
    ),
)
