"""host.json says what was argued for, and nothing else."""

from collections.abc import Iterator
from typing import Any

from tests.infra.project import Project

_DURABLE = "extensions.durableTask"
# The whole file; reference/host-triggers.md 3 and infra.md 3.5 say what each means.
WHOLE = {
    "version": "2.0",
    "functionTimeout": "00:05:00",  # guide S1.1
    "logging.logLevel.default": "Information",  # guide S1.3: what the app tells is not dropped
    "logging.logLevel.DurableTask.AzureStorage": "Warning",  # it tells of every poll
    "logging.logLevel.DurableTask.Core": "Warning",
    "logging.applicationInsights.samplingSettings.isEnabled": True,
    # The alerts count requests: none may be left out.
    "logging.applicationInsights.samplingSettings.excludedTypes": "Request",
    "extensions.http.routePrefix": "api",
    # The guide's queue (S3.1 to S3.4).
    "extensions.queues.batchSize": 10,
    "extensions.queues.newBatchThreshold": 0,
    "extensions.queues.maxPollingInterval": "00:00:05",
    "extensions.queues.visibilityTimeout": "00:05:00",
    "extensions.queues.maxDequeueCount": 3,
    "extensions.queues.messageEncoding": "none",
    f"{_DURABLE}.hubName": "DurableOrders",
    f"{_DURABLE}.storageProvider.type": "AzureStorage",
    f"{_DURABLE}.storageProvider.connectionName": "AzureWebJobsStorage",
    f"{_DURABLE}.storageProvider.maxQueuePollingInterval": "00:00:10",
    # Not said: partitionCount. Four are the default, and no hub survives a change of it.
    f"{_DURABLE}.tracing.distributedTracingEnabled": True,
    f"{_DURABLE}.tracing.version": "V2",
    "extensionBundle.id": "Microsoft.Azure.Functions.ExtensionBundle",
    "extensionBundle.version": "[4.*, 5.0.0)",
}


def altered(project: Project) -> Iterator[str]:
    """What host.json says besides, leaves out, or says otherwise."""
    there = dict(_leaves(project.json("host.json")))
    yield from (
        f"host.json: {path} is {there.get(path, 'not said')}, not {WHOLE.get(path, 'said')}"
        for path in sorted(WHOLE.keys() | there.keys())
        if path not in there or path not in WHOLE or there[path] != WHOLE[path]
    )


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict) and value:
        for name, each in value.items():
            yield from _leaves(each, f"{path}.{name}" if path else name)
    else:
        yield path, value
