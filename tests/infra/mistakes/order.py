"""Mistakes in what waits for what, in what a deployment answers, and in how it is published."""

from tests.infra.checks import order, outputs
from tests.infra.mistakes.mistake import Mistake, swap

MAIN = "infra/main.bicep"
RESOURCES = "infra/resources.bicep"
STORAGE = "infra/modules/storage.bicep"
APP = "infra/modules/functionapp.bicep"
AZURE = "workbench/deploy_azure.py"
BY_HAND = "'${names.storageAccount}data${token}'"

MISTAKES = (
    Mistake(
        "the app starts before its endpoints",
        order.hasty,
        swap(
            RESOURCES,
            "  dependsOn: [\n    privateEndpoints // or the first start would look for its storage"
            " in vain\n  ]\n",
            "",
        ),
    ),
    Mistake(
        "the app starts before its package's account",
        order.hasty,
        swap(
            RESOURCES,
            "    hostStorageName: hostStorage.outputs.name\n"
            "    deploymentStorageUrl: '${hostStorage.outputs.blobEndpoint}${packages}'\n",
            "    hostStorageName: '${names.storageAccount}host${token}'\n"
            "    deploymentStorageUrl: 'https://${names.storageAccount}host${token}.blob."
            "${environment().suffixes.storage}/${packages}'\n",
        ),
    ),
    Mistake(
        "old versions are deleted before there are any",
        order.hasty,
        swap(
            STORAGE,
            "  dependsOn: [\n    blobs // versions can be deleted only once they exist\n  ]\n",
            "",
        ),
    ),
    Mistake(
        "events of an account whose name is composed again",
        order.guessed,
        swap(
            RESOURCES,
            "    storageName: dataStorage.outputs.name\n    container",
            f"    storageName: {BY_HAND}\n    container",
        ),
    ),
    Mistake(
        "a lock on an account whose name is composed again",
        order.guessed,
        swap(
            RESOURCES,
            "  name: 'lock'\n  params: {\n    storageName: dataStorage.outputs.name",
            f"  name: 'lock'\n  params: {{\n    storageName: {BY_HAND}",
        ),
    ),
    Mistake(
        "an output has another name",
        outputs.unknown,
        swap(MAIN, "output AZURE_FUNCTION_NAME", "output AZURE_FUNCTIONAPP_NAME"),
    ),
    Mistake(
        "the command reads an output that nobody gives",
        outputs.unknown,
        swap(AZURE, '["AZURE_RESOURCE_GROUP"]', '["AZURE_GROUP"]'),
    ),
    Mistake(
        "what the last deployment had is looked for under another name",
        outputs.unknown,
        swap("workbench/deploy_losses.py", 'BACKEND = "DURABLE_BACKEND"', 'BACKEND = "BACKEND"'),
    ),
    Mistake(
        "an output that nobody explained",
        outputs.misstated,
        swap(
            MAIN,
            "output DATA_STORAGE_NAME",
            "output TENANT string = tenant().tenantId\noutput DATA_STORAGE_NAME",
        ),
    ),
    Mistake(
        "the endpoint answers without https",
        outputs.misstated,
        swap(APP, "output url string = 'https://", "output url string = 'http://"),
    ),
    Mistake(
        "the group's output is the wish, not the group",
        outputs.misstated,
        swap(
            MAIN,
            "AZURE_RESOURCE_GROUP string = group.name",
            "AZURE_RESOURCE_GROUP string = resourceGroupName",
        ),
    ),
    Mistake(
        "the backend's output is a constant",
        outputs.misstated,
        swap(
            MAIN,
            "DURABLE_BACKEND string = durableBackend",
            "DURABLE_BACKEND string = 'azureStorage'",
        ),
    ),
    Mistake(
        "nobody can sign in, says the output",
        outputs.misstated,
        swap(MAIN, "AUTH_CLIENT_ID string = authClientId", "AUTH_CLIENT_ID string = ''"),
    ),
    Mistake(
        "a relay's mail is no real mail",
        outputs.misstated,
        swap(RESOURCES, "bool = withVault || !empty(providers.mailUrl)", "bool = withVault"),
    ),
    Mistake(
        "the users are at another address",
        outputs.misstated,
        swap(MAIN, "apiUrl}/users'", "apiUrl}/user'"),
    ),
    Mistake(
        "the users are in another table",
        outputs.misstated,
        swap(
            RESOURCES,
            "usersTableName string = '${tablePrefix}readmodels'",
            "usersTableName string = '${tablePrefix}users'",
        ),
    ),
    Mistake(
        "nothing installs what the code requires",
        outputs.unbuilt,
        swap(AZURE, '"--build-remote", "true"', '"--build-remote", "false"'),
    ),
)
