"""Mistakes that the compiler, or Azure, would find too: syntax, names, types, order."""

from tests.infra import golden
from tests.infra.checks import expansion, language, vocabulary
from tests.infra.mistakes.mistake import Mistake, add, rename, swap

MAIN = "infra/main.bicep"
RESOURCES = "infra/resources.bicep"
STORAGE = "infra/modules/storage.bicep"
APP = "infra/modules/functionapp.bicep"
BUDGET = "infra/modules/budget.bicep"


MISTAKES = (
    Mistake(
        "a brace is missing",
        language.unreadable,
        swap(BUDGET, "    category: 'Cost'", "    category: { 'Cost'"),
    ),
    Mistake("a string does not end", language.unreadable, swap(BUDGET, "'Monthly'", "'Monthly")),
    Mistake(
        "a key is there twice",
        language.unreadable,
        swap(BUDGET, "    category: 'Cost'", "    category: 'Cost'\n    category: 'Cost'"),
    ),
    Mistake(
        "two symbols have one name",
        language.unreadable,
        swap(BUDGET, "param email string", "param email string\nvar name = 'x'"),
    ),
    Mistake(
        "a spread, which not every parser reads",
        language.unreadable,
        swap(
            APP,
            "tags: union(tags, { 'azd-service-name': serviceName })",
            "tags: {\n    ...tags\n  }",
        ),
    ),
    Mistake(
        "a ternary over two lines, which not every parser reads",
        language.unreadable_elsewhere,
        swap(STORAGE, "isData ? 30 : 7", "isData\n  ? 30\n  : 7"),
    ),
    Mistake(
        "a default that is not allowed",
        language.misdefaulted,
        swap(MAIN, "param instanceMemoryMB int = 2048", "param instanceMemoryMB int = 1024"),
    ),
    Mistake(
        "a module that no environment can switch on",
        expansion.idle,
        swap(RESOURCES, "= if (lockData) {", "= if (lockData && environmentName == 'never') {"),
    ),
    Mistake(
        "a module's path leads nowhere",
        language.misplaced,
        swap(RESOURCES, "'./modules/budget.bicep'", "'./modules/budgets.bicep'"),
    ),
    Mistake(
        "a module's path has another case, as Linux minds",
        language.misplaced,
        swap(RESOURCES, "'./modules/budget.bicep'", "'./modules/Budget.bicep'"),
    ),
    Mistake(
        "a module comes from a registry",
        language.misplaced,
        swap(RESOURCES, "'./modules/budget.bicep'", "'br/public:avm/res/consumption/budget:0.3.5'"),
    ),
    Mistake(
        "a module's file was renamed",
        language.misplaced,
        rename(BUDGET, "infra/modules/budgets.bicep"),
    ),
    Mistake(
        "a module gets an unknown parameter",
        language.miscalled,
        swap(
            RESOURCES,
            "    storageName: dataStorage.outputs.name\n  }",
            "    storageNames: dataStorage.outputs.name\n  }",
        ),
    ),
    Mistake(
        "a module lacks a required parameter",
        language.miscalled,
        swap(RESOURCES, "    amount: monthlyBudget\n", ""),
    ),
    Mistake(
        "a module's output is misspelt",
        language.miscalled,
        swap(
            RESOURCES,
            "output workspaceName string = monitoring.outputs.workspaceName",
            "output workspaceName string = monitoring.outputs.workspacename",
        ),
    ),
    Mistake(
        "a parameter file sets what nobody knows",
        language.miscalled,
        swap("infra/main.bicepparam", "param lockData", "param lockdata"),
    ),
    Mistake(
        "a parameter of a wrong type",
        expansion.broken,
        swap(
            "infra/main.bicepparam",
            "param maximumInstanceCount = 40",
            "param maximumInstanceCount = '40'",
        ),
    ),
    Mistake(
        "a value that is not allowed",
        expansion.broken,
        swap(
            "infra/main.bicepparam",
            "param instanceMemoryMB = 2048",
            "param instanceMemoryMB = 1024",
        ),
    ),
    Mistake(
        "a number below its least",
        expansion.broken,
        swap(
            "infra/main.prod.bicepparam",
            "param logRetentionDays = 30",
            "param logRetentionDays = 7",
        ),
    ),
    Mistake(
        "a backend that does not exist",
        expansion.broken,
        swap(
            "infra/main.bicepparam",
            "readEnvironmentVariable('DURABLE_BACKEND', 'azureStorage')",
            "'netherite'",
        ),
    ),
    Mistake(
        "a member of an object is forgotten",
        expansion.broken,
        swap(MAIN, "  uploadMinutes: 15\n", ""),
    ),
    Mistake(
        "an undefined symbol", language.undefined, swap(BUDGET, "amount: amount", "amount: amounts")
    ),
    Mistake(
        "an unknown function",
        language.undefined,
        swap(STORAGE, "empty(corsOrigins) ?", "isEmpty(corsOrigins) ?"),
    ),
    Mistake(
        "an unused parameter",
        language.unused,
        swap(BUDGET, "param email string", "param email string\nparam spare string = ''"),
    ),
    Mistake(
        "an unused variable",
        language.unused,
        swap(STORAGE, "var isData", "var spare = 1\nvar isData"),
    ),
    Mistake(
        "an unused import",
        language.unused,
        swap(
            BUDGET,
            "param name string",
            "import { roleIds } from '../types.bicep'\nparam name string",
        ),
    ),
    Mistake(
        "a module that nobody deploys",
        language.unused,
        add("infra/modules/spare.bicep", "param name string\noutput name string = name\n"),
    ),
    Mistake(
        "a file of JSON that is not there",
        expansion.broken,
        swap(MAIN, "'./abbreviations.json'", "'./abbreviation.json'"),
    ),
    Mistake("a module without its scope", expansion.broken, swap(MAIN, "  scope: group\n", "")),
    Mistake(
        "a property that Azure tells under another name",
        expansion.broken,
        swap("infra/modules/identity.bicep", "app.properties.clientId", "app.properties.clientID"),
    ),
    Mistake(
        "a name that is known too late",
        expansion.broken,
        swap(
            "infra/modules/scheduler.bicep",
            "guid(hub.id, appPrincipalId, roleIds.durableTaskContributor)",
            "guid(hub.id, scheduler.properties.endpoint, roleIds.durableTaskContributor)",
        ),
    ),
    Mistake(
        "a variable that needs itself",
        expansion.broken,
        swap(STORAGE, "var days = isData ? 30 : 7", "var days = isData ? days : 7"),
    ),
    Mistake(
        "a parent of another type",
        expansion.broken,
        swap(
            STORAGE,
            "  parent: queueService\n  name: queueName",
            "  parent: tableService\n  name: queueName",
        ),
    ),
    Mistake(
        "two nested deployments of one name",
        expansion.doubled,
        swap(RESOURCES, "  name: 'host-storage'", "  name: 'data-storage'"),
    ),
    Mistake(
        "a clock in a template",
        expansion.broken,
        swap(
            BUDGET,
            "startDate: startDate",
            "startDate: empty(startDate) ? startDate : utcNow('yyyy-MM-01')",
        ),
    ),
    Mistake(
        "another API version",
        vocabulary.misversioned,
        swap(BUDGET, "budgets@2024-08-01", "budgets@2019-05-01"),
    ),
    Mistake(
        "a type that does not exist",
        vocabulary.misversioned,
        swap(BUDGET, "'Microsoft.Consumption/budgets@", "'Microsoft.Consumption/budget@"),
    ),
    Mistake(
        "a property is misspelt",
        golden.differences,
        swap(BUDGET, "    timeGrain: 'Monthly'", "    timegrain: 'Monthly'"),
    ),
    Mistake(
        "a property deep in a list is misspelt",
        golden.differences,
        swap(
            "infra/modules/alerts.bicep",
            "          timeAggregation: 'Count'",
            "          timeAggregations: 'Count'",
        ),
    ),
    Mistake(
        "a resource is gone",
        golden.differences,
        swap(
            APP,
            "diagnosticSettings@2021-05-01-preview' = {",
            "diagnosticSettings@2021-05-01-preview' = if (zoneRedundant) {",
        ),
    ),
)
