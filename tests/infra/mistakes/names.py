"""Mistakes in what queues, containers, tables and the ways between them are called."""

from dataclasses import replace

from tests.infra.checks import storage_names
from tests.infra.code import Code
from tests.infra.mistakes.mistake import Mistake, code, swap

RESOURCES = "infra/resources.bicep"
INGEST = "infra/modules/ingest.bicep"
APP = "infra/modules/functionapp.bicep"


def _another_queue(before: Code) -> Code:
    return replace(before, queues=(*before.queues, "returns"))


def _another_container(before: Code) -> Code:
    return replace(before, containers=(*before.containers, "invoices"))


def _another_trigger(before: Code) -> Code:
    trigger = {"type": "queueTrigger", "queueName": "returns", "connection": "OrdersData"}
    return replace(before, functions={**before.functions, "Returns": [trigger]})


MISTAKES = (
    Mistake(
        "a queue is renamed",
        storage_names.differing,
        swap(RESOURCES, "      'data-processing-queue'\n", "      'data-processing'\n"),
    ),
    Mistake(
        "a poison queue is missing",
        storage_names.unpoisoned,
        swap(RESOURCES, "      '${eventQueue}-poison'\n", ""),
    ),
    Mistake(
        "a container is missing",
        storage_names.differing,
        swap(RESOURCES, "      'claim-checks'\n", ""),
    ),
    Mistake(
        "a table is renamed",
        storage_names.differing,
        swap(RESOURCES, "'${tablePrefix}readmodels'\n      ", "'${tablePrefix}views'\n      "),
    ),
    Mistake(
        "the tables' prefix differs from the setting",
        storage_names.differing,
        swap(APP, "TABLE_PREFIX: tablePrefix", "TABLE_PREFIX: 'shop'"),
    ),
    Mistake("the code uses a new queue", storage_names.differing, code(_another_queue)),
    Mistake("the code uses a new container", storage_names.differing, code(_another_container)),
    Mistake(
        "a function listens to a queue that nobody makes",
        storage_names.unbound,
        code(_another_trigger),
    ),
    Mistake(
        "a function's queue has no poison function",
        storage_names.unpoisoned,
        code(_another_trigger),
    ),
    Mistake(
        "events of another container",
        storage_names.undelivered,
        swap(INGEST, "containers/${container}/'", "containers/incoming/'"),
    ),
    Mistake(
        "events go to the jobs' queue",
        storage_names.undelivered,
        swap(RESOURCES, "    queueName: eventQueue", "    queueName: 'data-processing-queue'"),
    ),
    Mistake(
        "events in another schema",
        storage_names.undelivered,
        swap(INGEST, "'CloudEventSchemaV1_0'", "'EventGridSchema'"),
    ),
    Mistake(
        "events of deletions",
        storage_names.undelivered,
        swap(INGEST, "'Microsoft.Storage.BlobCreated'", "'Microsoft.Storage.BlobDeleted'"),
    ),
    Mistake(
        "the subscription does not wait for its roles",
        storage_names.undelivered,
        swap(INGEST, "    deadLetterWriter\n", ""),
    ),
    Mistake(
        "the package is looked for elsewhere",
        storage_names.unpackaged,
        swap(
            RESOURCES,
            "    otherContainers: [\n      packages\n",
            "    otherContainers: [\n      'packages'\n",
        ),
    ),
)
