metadata description = 'Where logs, traces and metrics go: one workspace, one Application Insights on it, both by Entra ID only.'

import { roleIds } from '../types.bicep'

param workspaceName string
param appInsightsName string
param location string
param tags object

@description('Guide S1.17: 30 days.')
@minValue(30)
@maxValue(730)
param logRetentionDays int

@description('Ingestion stops for the day at this volume: the ceiling of what a runaway log can cost.')
@minValue(1)
param dailyQuotaGb int

param appPrincipalId string

resource workspace 'Microsoft.OperationalInsights/workspaces@2025-07-01' = {
  name: workspaceName
  location: location
  tags: tags
  properties: {
    sku: {
      name: 'PerGB2018'
    }
    retentionInDays: logRetentionDays
    features: {
      disableLocalAuth: true
    }
    workspaceCapping: {
      dailyQuotaGb: dailyQuotaGb
    }
  }
}

resource appInsights 'Microsoft.Insights/components@2020-02-02' = {
  name: appInsightsName
  location: location
  tags: tags
  kind: 'web'
  properties: {
    Application_Type: 'web'
    WorkspaceResourceId: workspace.id
    IngestionMode: 'LogAnalytics'
    DisableLocalAuth: true
  }
}

// Without local authentication the connection string only says where to; this role says who may.
resource publisher 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(appInsights.id, appPrincipalId, roleIds.metricsPublisher)
  scope: appInsights
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roleIds.metricsPublisher)
    principalId: appPrincipalId
    principalType: 'ServicePrincipal'
    description: 'The app sends its telemetry.'
  }
}

output workspaceId string = workspace.id
output workspaceName string = workspace.name
output appInsightsId string = appInsights.id
output appInsightsName string = appInsights.name
