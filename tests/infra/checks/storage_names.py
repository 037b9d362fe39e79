"""Queues, containers and tables are called alike in the templates, the code and the bindings."""

import ast
from collections.abc import Iterator

from shared import names
from tests.infra.bicep.expand import Expansion
from tests.infra.bicep.values import Deployed
from tests.infra.checks import app_settings
from tests.infra.labels import TOPIC, plain
from tests.infra.project import Project

_ACCOUNT = "Microsoft.Storage/storageAccounts"
_KINDS = {
    "containers": f"{_ACCOUNT}/blobServices/containers",
    "queues": f"{_ACCOUNT}/queueServices/queues",
    "tables": f"{_ACCOUNT}/tableServices/tables",
}
# Event Grid's own; the app never looks into it (docs/deployment.md says who does).
DEAD_LETTERS = "event-dead-letters"
# What DailyCleanup has not deleted, Azure does (guide S5.1; docs/deployment.md).
SHORT_LIVED = [f"{names.TEMP}/", f"{names.EXPORTS}/"]
LISTS = ("QUEUES", "CONTAINERS", "TABLES")
# A setting's name, and a queue that only the local blob trigger makes.
UNLISTED = ("CONNECTION", "POISON_BLOBS")
PREFIX = "/blobServices/default/containers/"


def differing(project: Project) -> Iterator[str]:
    """What the data account lacks of shared/names.py, and what it has besides."""
    for variation, expansion in project.expansions():
        prefix = app_settings.of(expansion).get("TABLE_PREFIX", "")
        wanted = {
            "containers": {*project.code.containers, DEAD_LETTERS},
            "queues": {*project.code.queues},
            "tables": {f"{prefix}{name}" for name in project.code.tables},
        }
        for kind, right in wanted.items():
            there = set(_names(expansion, kind, "stdata"))
            yield from (f"{variation}: no {kind} {name}" for name in sorted(right - there))
            yield from (f"{variation}: nobody uses {kind} {name}" for name in sorted(there - right))


def unlisted(project: Project) -> Iterator[str]:
    """The names in shared/names.py that are in none of its lists: nobody would make them."""
    declared = {
        target.id: node.value
        for node in ast.parse(project.text("shared/names.py")).body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    listed = {
        node.id for name in LISTS for node in ast.walk(declared[name]) if isinstance(node, ast.Name)
    }
    yield from (
        f"{name} is in none of {', '.join(LISTS)}"
        for name in declared
        if name not in listed and name not in {*LISTS, *UNLISTED}
    )


def unbound(project: Project) -> Iterator[str]:
    """The queues and containers that a function is bound to, and nobody makes."""
    for variation, expansion in project.expansions():
        queues = set(_names(expansion, "queues", "stdata"))
        containers = set(_names(expansion, "containers", "stdata"))
        yield from (
            f"{variation}: no queue {name}" for name in _bound_queues(project) if name not in queues
        )
        for kind in ("blobTrigger", "blob"):
            yield from (
                f"{variation}: no container for {binding['path']}"
                for binding in project.code.bindings(kind)
                if binding["path"].partition("/")[0] not in containers
            )


def unpoisoned(project: Project) -> Iterator[str]:
    """The trigger queues whose poison queue nobody makes, or nobody watches."""
    watched = set(_bound_queues(project))
    yield from (
        f"no function is triggered by {name}-poison"
        for name in watched
        if not name.endswith("-poison") and f"{name}-poison" not in watched
    )
    for variation, expansion in project.expansions():
        queues = set(_names(expansion, "queues", "stdata"))
        yield from (
            f"{variation}: no queue {name}-poison"
            for name in queues
            if not name.endswith("-poison") and f"{name}-poison" not in queues
        )


def undelivered(project: Project) -> Iterator[str]:
    """Where events of uploads would not come to the queue that the app listens to, or get lost."""
    for variation, expansion in project.expansions():
        containers = set(_names(expansion, "containers", "stdata"))
        subscriptions = expansion.of("Microsoft.EventGrid/systemTopics/eventSubscriptions")
        if len(subscriptions) != 1:
            yield f"{variation}: there must be one event subscription"
        for each in subscriptions:
            complaints = _delivery(each, expansion, containers)
            yield from (f"{variation}: {complaint}" for complaint in complaints)


def everlasting(project: Project) -> Iterator[str]:
    """What is left in the data account for ever: temporary files, old versions."""
    for variation, expansion in project.expansions():
        rules = [
            rule["definition"]
            for each in expansion.of(f"{_ACCOUNT}/managementPolicies")
            for rule in each.properties["policy"]["rules"]
            if rule["enabled"] and each.name.startswith("stdata")
        ]
        if not any(
            rule["filters"].get("prefixMatch") == SHORT_LIVED
            and "delete" in rule["actions"].get("baseBlob", {})
            for rule in rules
        ):
            yield f"{variation}: nothing deletes what is in {SHORT_LIVED}"
        if not any("delete" in rule["actions"].get("version", {}) for rule in rules):
            yield f"{variation}: nothing deletes old versions"
        for rule in rules:
            doomed = rule["filters"].get("prefixMatch", [])
            if "baseBlob" in rule["actions"] and doomed != SHORT_LIVED:
                yield f"{variation}: what is in {doomed or 'the account'} is deleted"


def unpackaged(project: Project) -> Iterator[str]:
    """Where the site looks for its package in a container that nobody makes."""
    for variation, expansion in project.expansions():
        for site in expansion.of("Microsoft.Web/sites"):
            url = site.properties["functionAppConfig"]["deployment"]["storage"]["value"]
            host, _, container = url.removeprefix("https://").partition("/")
            account = host.partition(".")[0]
            if container not in _names(expansion, "containers", account):
                yield f"{variation}: there is no {plain(url)}"


def _names(expansion: Expansion, kind: str, account: str) -> Iterator[str]:
    """The names of the containers, queues or tables in the account that begins so."""
    for resource in expansion.of(_KINDS[kind]):
        if resource.name.startswith(account):
            yield resource.name.rpartition("/")[2]


def _bound_queues(project: Project) -> Iterator[str]:
    for kind in ("queueTrigger", "queue"):
        yield from (binding["queueName"] for binding in project.code.bindings(kind))


def _delivery(subscription: Deployed, expansion: Expansion, containers: set[str]) -> Iterator[str]:
    """What is wrong with a subscription (reference/infra.md 3.6)."""
    properties = subscription.properties
    delivery = properties.get("deliveryWithResourceIdentity", {})
    lost = properties.get("deadLetterWithResourceIdentity", {})
    destination = delivery.get("destination", {})
    letters = lost.get("deadLetterDestination", {}).get("properties", {})
    topics = expansion.of(TOPIC)
    data = next(each.id for each in expansion.of(_ACCOUNT) if each.name.startswith("stdata"))
    expected = {
        "filter": (
            properties.get("filter"),
            {
                "includedEventTypes": ["Microsoft.Storage.BlobCreated"],
                "subjectBeginsWith": f"{PREFIX}{names.UPLOADS}/",
            },
        ),
        "schema": (properties.get("eventDeliverySchema"), "CloudEventSchemaV1_0"),
        "endpoint": (destination.get("endpointType"), "StorageQueue"),
        "queue": (destination.get("properties", {}).get("queueName"), names.UPLOAD_EVENTS),
        "account": (destination.get("properties", {}).get("resourceId"), data),
        "dead letters": (letters.get("blobContainerName"), DEAD_LETTERS),
        # The topic's own identity: a queue behind a firewall takes an event from no other.
        "deliverer": (
            [delivery.get("identity"), lost.get("identity")],
            [{"type": "SystemAssigned"}] * 2,
        ),
        "source": (
            [each.properties for each in topics],
            [{"source": data, "topicType": "Microsoft.Storage.StorageAccounts"}],
        ),
        # 14 days, as long as the guide's other queue keeps a message (S3.1).
        "life in the queue": (
            destination.get("properties", {}).get("queueMessageTimeToLiveInSeconds"),
            14 * 24 * 3600,
        ),
        # The most that Event Grid offers: an upload is never given up early.
        "attempts": (
            properties.get("retryPolicy"),
            {"maxDeliveryAttempts": 30, "eventTimeToLiveInMinutes": 24 * 60},
        ),
    }
    for what, (said, right) in expected.items():
        if said != right:
            yield f"{what}: {said} is not {right}"
    if DEAD_LETTERS not in containers:
        yield f"no container {DEAD_LETTERS}"
    if not _waits(subscription):
        yield "it does not wait for the roles of Event Grid"


def _waits(subscription: Deployed) -> bool:
    before = [each for each in subscription.body.get("dependsOn", []) if isinstance(each, Deployed)]
    kinds = [each.type for each in before]
    return kinds.count("Microsoft.Authorization/roleAssignments") >= 2
