"""Mistakes between the deployment and host.json, azure.yaml and the limits of the plan."""

from tests.infra import golden
from tests.infra.checks import host, limits
from tests.infra.mistakes.mistake import Mistake, swap

RESOURCES = "infra/resources.bicep"
APP = "infra/modules/functionapp.bicep"
MONITORING = "infra/modules/monitoring.bicep"
SCHEDULER = "infra/modules/scheduler.bicep"
BUDGET = "infra/modules/budget.bicep"
DEV = "infra/main.bicepparam"
PROD = "infra/main.prod.bicepparam"


MISTAKES = (
    Mistake(
        "eleven at a time",
        host.misread_queues,
        swap("host.json", '"batchSize": 10', '"batchSize": 11'),
    ),
    Mistake(
        "five attempts",
        host.misread_queues,
        swap("host.json", '"maxDequeueCount": 3', '"maxDequeueCount": 5'),
    ),
    Mistake(
        "host.json's hub is another",
        host.misbacked,
        swap("host.json", '"hubName": "DurableOrders"', '"hubName": "Orders"'),
    ),
    Mistake(
        "host.json's connection is another",
        host.misbacked,
        swap(
            "host.json", '"connectionName": "AzureWebJobsStorage"', '"connectionName": "OrdersData"'
        ),
    ),
    Mistake(
        "host.json polls too seldom",
        host.misbacked,
        swap(
            "host.json",
            '"maxQueuePollingInterval": "00:00:10"',
            '"maxQueuePollingInterval": "00:00:30"',
        ),
    ),
    Mistake(
        "the scheduler is made and not used",
        host.misbacked,
        swap(RESOURCES, "= if (withScheduler) {", "= {"),
    ),
    Mistake(
        "the scheduler's address is composed by hand",
        host.misbacked,
        swap(
            SCHEDULER,
            "output endpoint string = scheduler.properties.endpoint",
            "output endpoint string = 'https://${scheduler.name}.durabletask.io'",
        ),
    ),
    Mistake(
        "another extension bundle",
        host.misbundled,
        swap("host.json", '"[4.*, 5.0.0)"', '"[3.*, 4.0.0)"'),
    ),
    Mistake(
        "a Python that the code does not support",
        host.mispythoned,
        swap(RESOURCES, "  '3.13'\n", "  '3.13'\n  '3.10'\n"),
    ),
    Mistake(
        "azd's service is called otherwise",
        host.untagged,
        swap("azure.yaml", "  api:", "  orders:"),
    ),
    Mistake(
        "a group that warms nothing",
        host.misready,
        swap(
            APP,
            "{ name: 'durable', instanceCount",
            "{ name: 'function:FulfillOrder', instanceCount",
        ),
    ),
    Mistake(
        "one instance for two zones",
        host.misready,
        swap(PROD, "alwaysReadyDurable = 2", "alwaysReadyDurable = 1"),
    ),
    Mistake(
        "more instances than there may be",
        limits.mismeasured,
        swap(
            DEV, "maximumInstanceCount = 40", "maximumInstanceCount = 1\nparam httpConcurrency = 16"
        ),
    ),
    Mistake(
        "a thousand and one instances",
        limits.mismeasured,
        swap(
            APP,
            "maximumInstanceCount: maximumInstanceCount",
            "maximumInstanceCount: maximumInstanceCount + 1000",
        ),
    ),
    Mistake(
        "a size of instances that nobody offers",
        limits.misoffered,
        swap(RESOURCES, "  2048\n  4096\n", "  1024\n  4096\n"),
    ),
    Mistake(
        "a name that grows with the environment's",
        limits.misnamed,
        swap(
            RESOURCES,
            "name: '${names.storageAccount}data${token}'",
            "name: '${names.storageAccount}data${environmentName}'",
        ),
    ),
    Mistake(
        "a resource in a region of its own",
        limits.mislocated,
        swap(
            MONITORING,
            "  name: workspaceName\n  location: location",
            "  name: workspaceName\n  location: 'northeurope'",
        ),
    ),
    Mistake(
        "a resource of a provider that nobody registers",
        host.unregistered,
        swap(BUDGET, "'Microsoft.Consumption/budgets@", "'Microsoft.Billing/budgets@"),
    ),
    Mistake(
        "another default than was reviewed",
        golden.differences,
        swap("infra/main.bicep", "logRetentionDays int = 30", "logRetentionDays int = 90"),
    ),
    Mistake(
        "no lock in production",
        golden.differences,
        swap(PROD, "lockData = true", "lockData = false"),
    ),
)
