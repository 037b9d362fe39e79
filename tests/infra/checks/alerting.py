"""The alerts and the budget speak at the right moment, and of the right thing."""

import re
from collections.abc import Iterator

from tests.infra.bicep.values import Deployed, Value
from tests.infra.labels import TOPIC, label
from tests.infra.project import Project
from workbench.places import ROOT

_LOG_ALERTS = "Microsoft.Insights/scheduledQueryRules"
_METRIC_ALERTS = "Microsoft.Insights/metricAlerts"
_OFTEN = "PT15M"  # a rule costs by how often it looks (reference/infra.md 8)
# Once is enough to tell somebody.
CRITERION = {
    "timeAggregation": "Count",
    "operator": "GreaterThan",
    "threshold": 0,
    "failingPeriods": {"numberOfEvaluationPeriods": 1, "minFailingPeriodsToAlert": 1},
}
# Microsoft's "supported metrics for Microsoft.EventGrid/systemTopics".
METRIC = {
    "name": "dead-lettered",
    "criterionType": "StaticThresholdCriterion",
    "metricNamespace": TOPIC,
    "metricName": "DeadLetteredCount",
    "timeAggregation": "Total",
    "operator": "GreaterThan",
    "threshold": 0,
}
# What each query must hold; the names of columns are those of Application Insights, the
# dimensions of a workflow's end those of the Durable extension.
LINES = {
    "poison-messages": (
        'requests | where name in ("JobPoison", "UploadEventPoison")',
        'message has_any ("poison_filed", "poison_count")',
        'line.action == "poison_filed" or (line.action == "poison_count" and severityLevel >= 2)',
    ),
    "failed-orchestrations": (
        'customDimensions.prop__state == "Failed"',
        'customDimensions.prop__functionType == "Orchestrator"',
        "tostring(customDimensions.prop__reason)",
        "OrderProcessingFailed: (internal|compensation_failed):",
    ),
    "server-errors": ("requests\n", "toint(resultCode) >= 500"),
}
# When a month's budget is told of, of how much, and whether that is spent or foreseen.
BUDGET = {"spent": (80, "Actual"), "expected": (100, "Forecasted")}


def misjudged(project: Project) -> Iterator[str]:
    """The alerts that look too seldom, wait for more than one, or watch something else."""
    for variation, expansion in project.expansions():
        insights = [each.id for each in expansion.of("Microsoft.Insights/components")]
        topics = [each.id for each in expansion.of(TOPIC)]
        for alert in expansion.of(_LOG_ALERTS):
            said = {**alert.properties["criteria"]["allOf"][0]}
            said.pop("query")
            yield from _complaints(f"{variation}: {label(alert)}", alert, said, CRITERION, insights)
        for alert in expansion.of(_METRIC_ALERTS):
            said = alert.properties["criteria"]["allOf"][0]
            yield from _complaints(f"{variation}: {label(alert)}", alert, said, METRIC, topics)


def misasked(project: Project) -> Iterator[str]:
    """The queries that lack what they are to look for."""
    for variation, expansion in project.expansions():
        for alert in expansion.of(_LOG_ALERTS):
            query = alert.properties["criteria"]["allOf"][0]["query"]
            for name, lines in LINES.items():
                if alert.name.endswith(name):
                    yield from (
                        f"{variation}: {name} does not look for {line}"
                        for line in lines
                        if line not in query
                    )


def unspoken(project: Project) -> Iterator[str]:
    """The actions that an alert waits for, and no line of the code says."""
    code = "".join(path.read_text("utf-8") for path in (ROOT / "shared").rglob("*.py"))
    text = project.text("infra/modules/alerts.bicep")
    for action in sorted(set(re.findall(r'line\.action == "(\w+)"', text))):
        if f'"{action}"' not in code:
            yield f"nobody says {action}"


def unbudgeted(project: Project) -> Iterator[str]:
    """The budgets that tell too late."""
    for variation, expansion in project.expansions():
        for budget in expansion.of("Microsoft.Consumption/budgets"):
            told = {
                name: (each["threshold"], each["thresholdType"])
                for name, each in budget.properties["notifications"].items()
                if each["enabled"] and each["operator"] == "GreaterThanOrEqualTo"
            }
            if told != BUDGET:
                yield f"{variation}: {label(budget)} tells of {told}"


def _complaints(
    where: str, alert: Deployed, said: Value, right: Value, watched: list[str]
) -> Iterator[str]:
    properties = alert.properties
    if said != right:
        yield f"{where} judges by {said}"
    if len(properties["criteria"]["allOf"]) != 1:
        yield f"{where} judges by more than one thing"
    if {properties["evaluationFrequency"], properties["windowSize"]} != {_OFTEN}:
        yield f"{where} looks every {properties['evaluationFrequency']}"
    if properties["scopes"] != watched:
        yield f"{where} watches {properties['scopes']}"
