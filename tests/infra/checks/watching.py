"""What goes wrong is recorded, and told to a person."""

import re
from collections.abc import Iterator

from tests.infra.labels import label, scope_of
from tests.infra.project import Project

_WORKSPACE = "Microsoft.OperationalInsights/workspaces"
_LOG_ALERTS = "Microsoft.Insights/scheduledQueryRules"
_METRIC_ALERTS = "Microsoft.Insights/metricAlerts"
_DIAGNOSTICS = "Microsoft.Insights/diagnosticSettings"
# What a person has to hear of (reference/infra.md 3.7), by the end of the alert's name.
ALERTS = ("poison-messages", "failed-orchestrations", "server-errors", "undelivered-events")
# Microsoft's "supported resource log categories"; neither Bicep nor its types check these names.
CATEGORIES = {
    "sites": {"FunctionAppLogs", "AllMetrics"},
    "blobServices": {"StorageWrite", "StorageDelete"},
    "vaults": {"AuditEvent"},
}


def unrecorded(project: Project) -> Iterator[str]:
    """The logs that go nowhere, or that are called by no name that Azure knows."""
    for variation, expansion in project.expansions():
        workspaces = [each.id for each in expansion.of(_WORKSPACE)]
        for insights in expansion.of("Microsoft.Insights/components"):
            if insights.properties.get("WorkspaceResourceId") not in workspaces:
                yield f"{variation}: Application Insights writes into no workspace of ours"
        recorded = set()
        for each in expansion.of(_DIAGNOSTICS):
            kind = scope_of(each, expansion).partition(" ")[0]
            recorded.add(kind)
            if each.properties.get("workspaceId") not in workspaces:
                yield f"{variation}: the logs of {kind} go into no workspace of ours"
            lines = [*each.properties.get("logs", []), *each.properties.get("metrics", [])]
            if {line["category"] for line in lines if line["enabled"]} != CATEGORIES.get(kind):
                yield f"{variation}: {kind} records {lines}"
        wanted = {"sites", "blobServices", *(["vaults"] if variation.has_vault else [])}
        yield from (f"{variation}: nobody records {kind}" for kind in sorted(wanted - recorded))


def untold(project: Project) -> Iterator[str]:
    """The alerts that are missing, off, about something else, or told to nobody."""
    for variation, expansion in project.expansions():
        alerts = [*expansion.of(_LOG_ALERTS), *expansion.of(_METRIC_ALERTS)]
        people = [each.id for each in expansion.of("Microsoft.Insights/actionGroups")]
        deployed = {each.id for each in expansion.resources}
        wanted = ALERTS if variation.full else ()
        there = [name for name in ALERTS if any(each.name.endswith(name) for each in alerts)]
        yield from (f"{variation}: no alert {name}" for name in wanted if name not in there)
        for alert in alerts:
            if not alert.properties.get("enabled"):
                yield f"{variation}: {label(alert)} is off"
            if not set(alert.properties.get("scopes", ["nothing"])) <= deployed:
                yield f"{variation}: {label(alert)} watches something else"
            if not any(id_ in str(alert.properties.get("actions")) for id_ in people):
                yield f"{variation}: {label(alert)} tells nobody"


def unseen_poison(project: Project) -> Iterator[str]:
    """The functions of poison queues that the alert does not name, or names and nobody has."""
    listening = {
        name
        for name, bindings in project.code.functions.items()
        if any(str(each.get("queueName", "")).endswith("-poison") for each in bindings)
    }
    for variation, expansion in project.expansions():
        for alert in expansion.of(_LOG_ALERTS):
            if alert.name.endswith("poison-messages"):
                query = alert.properties["criteria"]["allOf"][0]["query"]
                named = set(re.findall(r"\b\w+Poison\b", query))
                yield from (
                    f"{variation}: the alert leaves out {name}" for name in listening - named
                )
                yield from (f"{variation}: there is no {name}" for name in named - listening)
