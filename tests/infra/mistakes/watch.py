"""Mistakes in who is let into the network, and in when a person hears of what."""

from tests.infra.checks import alerting, network
from tests.infra.mistakes.mistake import Mistake, swap

NETWORK = "infra/modules/network.bicep"
ALERTS = "infra/modules/alerts.bicep"
BUDGET = "infra/modules/budget.bicep"
RESOURCES = "infra/resources.bicep"
PROD = "infra/main.prod.bicepparam"
GUARD = "          networkSecurityGroup: {\n            id: endpointsNsg.id\n          }\n"

MISTAKES = (
    Mistake(
        "every port of the endpoints",
        network.misguarded,
        swap(NETWORK, "destinationPortRange: '443'", "destinationPortRange: '*'"),
    ),
    Mistake(
        "all of Azure may come to the endpoints",
        network.misguarded,
        swap(NETWORK, "sourceAddressPrefix: appPrefix", "sourceAddressPrefix: 'AzureCloud'"),
    ),
    Mistake(
        "half the world may come to the endpoints",
        network.misguarded,
        swap(NETWORK, "sourceAddressPrefix: appPrefix", "sourceAddressPrefix: '0.0.0.0/1'"),
    ),
    Mistake("nobody guards the endpoints", network.misguarded, swap(NETWORK, GUARD, "")),
    Mistake(
        "the app's subnet has the endpoints' group",
        network.misguarded,
        swap(NETWORK, "            id: appNsg.id", "            id: endpointsNsg.id"),
    ),
    Mistake(
        "the endpoints' group guards nothing",
        network.misguarded,
        swap(NETWORK, "'NetworkSecurityGroupEnabled'", "'Disabled'"),
    ),
    Mistake(
        "everyone's address is a known one",
        network.widely_open,
        swap(PROD, "clientIpRanges = []", "clientIpRanges = ['0.0.0.0/0']"),
    ),
    Mistake(
        "an alert waits for a hundred",
        alerting.misjudged,
        swap(
            ALERTS,
            "          threshold: 0\n          failing",
            "          threshold: 9\n          failing",
        ),
    ),
    Mistake(
        "an alert looks once a day",
        alerting.misjudged,
        swap(
            ALERTS,
            "    ]\n    evaluationFrequency: 'PT15M'\n    windowSize: 'PT15M'\n    criteria: {\n"
            "      allOf: [\n        {\n          query",
            "    ]\n    evaluationFrequency: 'P1D'\n    windowSize: 'PT15M'\n    criteria: {\n"
            "      allOf: [\n        {\n          query",
        ),
    ),
    Mistake(
        "a metric that does not exist",
        alerting.misjudged,
        swap(ALERTS, "'DeadLetteredCount'", "'DeadLetterCount'"),
    ),
    Mistake(
        "events are watched for in Application Insights",
        alerting.misjudged,
        swap(
            RESOURCES,
            "eventTopicId: ingest.outputs.topicId",
            "eventTopicId: monitoring.outputs.appInsightsId",
        ),
    ),
    Mistake(
        "a dimension that does not exist",
        alerting.misasked,
        swap(ALERTS, "prop__state", "prop_state"),
    ),
    Mistake(
        "a fault of ours is no fault",
        alerting.misasked,
        swap(ALERTS, "toint(resultCode) >= 500", "toint(resultCode) > 599"),
    ),
    Mistake(
        "the alert waits for a word that nobody says",
        alerting.unspoken,
        swap(ALERTS, 'line.action == "poison_filed"', 'line.action == "poison_files"'),
    ),
    Mistake(
        "the budget tells at eight times of it",
        alerting.unbudgeted,
        swap(BUDGET, "threshold: 80\n", "threshold: 800\n"),
    ),
    Mistake(
        "the budget foresees nothing",
        alerting.unbudgeted,
        swap(BUDGET, "'Forecasted'", "'Actual'"),
    ),
)
