metadata description = 'The other durable backend: a Durable Task Scheduler and its hub.'

import { roleIds } from '../types.bicep'

@minLength(3)
@maxLength(64)
param name string

param location string
param tags object

@description('Must equal hubName in host.json.')
@minLength(3)
@maxLength(64)
param taskHubName string

@description('Finished orchestrations are purged after this time. Consumption keeps 30 days at most.')
@minValue(1)
@maxValue(90)
param retentionDays int = 30

param appPrincipalId string

resource scheduler 'Microsoft.DurableTask/schedulers@2026-02-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    // The instances of Flex Consumption have no fixed addresses that a list could name, and an empty
    // list keeps everyone out: Entra ID keeps strangers out.
    ipAllowlist: [
      '0.0.0.0/0'
    ]
    sku: {
      name: 'Consumption'
    }
  }
}

resource hub 'Microsoft.DurableTask/schedulers/taskHubs@2026-02-01' = {
  parent: scheduler
  name: taskHubName
  properties: {}
}

resource retention 'Microsoft.DurableTask/schedulers/retentionPolicies@2026-02-01' = {
  parent: scheduler
  name: 'default'
  properties: {
    retentionPolicies: [
      {
        retentionPeriodInDays: retentionDays
      }
    ]
  }
}

resource worker 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(hub.id, appPrincipalId, roleIds.durableTaskContributor)
  scope: hub
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roleIds.durableTaskContributor)
    principalId: appPrincipalId
    principalType: 'ServicePrincipal'
    description: 'The app starts and runs orchestrations in this hub, and in no other.'
  }
}

// The service chooses the host name; it is not to be composed from the scheduler's name.
output endpoint string = scheduler.properties.endpoint
