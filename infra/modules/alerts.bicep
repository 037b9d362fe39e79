metadata description = 'What a person must hear of: poison messages, workflows that broke, answers of 5xx, events that could not be delivered.'

param namePrefix string
param actionGroupName string
param location string
param tags object
param email string
param appInsightsId string
param eventTopicId string

// Requests are kept out of sampling (host.json), so a poison function's own run cannot be lost; the
// lines say besides what it filed, and (as warnings) what KeepWarm saw waiting.
var poisonQuery = '''
union
  (requests | where name in ("JobPoison", "UploadEventPoison")),
  (traces
    | where message has_any ("poison_filed", "poison_count")
    | extend line = parse_json(message)
    | where line.action == "poison_filed" or (line.action == "poison_count" and severityLevel >= 2))
'''

// An order that fails for a business reason ends as OrderProcessingFailed: nobody has to act.
// What is left is a fault of ours, or an order that is parked for a person.
var failedOrchestrationsQuery = '''
traces
| where customDimensions.prop__state == "Failed" and customDimensions.prop__functionType == "Orchestrator"
| extend reason = tostring(customDimensions.prop__reason)
| where reason !has "OrderProcessingFailed" or reason matches regex "OrderProcessingFailed: (internal|compensation_failed):"
'''

// Not the metric Http5xx: whether Flex Consumption emits it is not known here.
var serverErrorsQuery = '''
requests
| where toint(resultCode) >= 500
'''

var rules = [
  {
    name: 'poison-messages'
    severity: 2
    query: poisonQuery
    summary: 'A message failed three times and was filed. See GET /api/dead-letters: repair the cause, then re-drive.'
  }
  {
    name: 'failed-orchestrations'
    severity: 1
    query: failedOrchestrationsQuery
    summary: 'A workflow broke, or an order is parked. See GET /api/orders?status=compensation_failed and the traces.'
  }
  {
    name: 'server-errors'
    severity: 2
    query: serverErrorsQuery
    summary: 'Callers got a 5xx. The answers carry a correlation id; so do the traces. GET /api/ready names what is down.'
  }
]

resource people 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: actionGroupName
  location: 'global'
  tags: tags
  properties: {
    enabled: true
    groupShortName: 'orders'
    emailReceivers: [
      {
        name: 'on-call'
        emailAddress: email
        useCommonAlertSchema: true
      }
    ]
  }
}

// Every 15 minutes: a rule costs by how often it looks (reference/infra.md 8).
resource logAlerts 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [for rule in rules: {
  name: '${namePrefix}${rule.name}'
  location: location
  tags: tags
  kind: 'LogAlert'
  properties: {
    displayName: rule.name
    description: rule.summary
    severity: rule.severity
    enabled: true
    scopes: [
      appInsightsId
    ]
    evaluationFrequency: 'PT15M'
    windowSize: 'PT15M'
    criteria: {
      allOf: [
        {
          query: rule.query
          timeAggregation: 'Count'
          operator: 'GreaterThan'
          threshold: 0
          failingPeriods: {
            numberOfEvaluationPeriods: 1
            minFailingPeriodsToAlert: 1
          }
        }
      ]
    }
    autoMitigate: true
    actions: {
      actionGroups: [
        people.id
      ]
    }
  }
}]

resource undelivered 'Microsoft.Insights/metricAlerts@2018-03-01' = {
  name: '${namePrefix}undelivered-events'
  location: 'global'
  tags: tags
  properties: {
    description: 'Event Grid gave up on an event of an upload. It lies in the container event-dead-letters.'
    severity: 2
    enabled: true
    scopes: [
      eventTopicId
    ]
    evaluationFrequency: 'PT15M'
    windowSize: 'PT15M'
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
      allOf: [
        {
          name: 'dead-lettered'
          criterionType: 'StaticThresholdCriterion'
          metricNamespace: 'Microsoft.EventGrid/systemTopics'
          metricName: 'DeadLetteredCount'
          timeAggregation: 'Total'
          operator: 'GreaterThan'
          threshold: 0
        }
      ]
    }
    actions: [
      {
        actionGroupId: people.id
      }
    ]
  }
}
