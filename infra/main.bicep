metadata description = 'Durable Orders: the resource group, and everything in it.'

targetScope = 'subscription'

import { Backend, Behaviour, Providers } from './types.bicep'

@description('Of azd, or dev or prod; part of the group\'s name and of every tag.')
@minLength(1)
@maxLength(64)
param environmentName string

@description('Needs Flex Consumption: az functionapp list-flexconsumption-locations')
param location string

@description('Empty: rg-durable-orders-<environmentName>.')
param resourceGroupName string = ''

@description('Who runs the workflows. A change on a shop that runs leaves its unfinished workflows behind.')
param durableBackend Backend = 'azureStorage'

@description('Guide S1.1. One of those that pyproject.toml allows.')
@allowed([
  '3.11'
  '3.12'
  '3.13'
])
param pythonVersion string = '3.11'

@description('Of each instance, with 0.25, 1 or 2 cores.')
@allowed([
  512
  2048
  4096
])
param instanceMemoryMB int = 2048

@description('Flex Consumption took no less than 40 when this was written.')
@minValue(1)
@maxValue(1000)
param maximumInstanceCount int = 40

@description('Instances that wait for HTTP requests day and night (guide S8.1: 5). At least 2 when zone redundant.')
@minValue(0)
param alwaysReadyHttp int = 0

@description('The same for orchestrations and activities.')
@minValue(0)
param alwaysReadyDurable int = 0

@description('HTTP requests that an instance serves at a time; one Python process serves them all.')
@minValue(1)
@maxValue(1000)
param httpConcurrency int = 16

@description('The app and both storage accounts live in three zones.')
param zoneRedundant bool = false

@description('Puts both storage accounts and the vault behind private endpoints.')
param vnetEnabled bool = false

@description('With vnetEnabled: whether browsers anywhere may use the signed links for uploads and downloads.')
param signedLinksFromAnywhere bool = false

@description('With vnetEnabled: public IPv4 ranges that may use signed links and write secrets.')
param clientIpRanges array = []

@description('Origins of the web pages that call the API. Never *: the API asks who is calling.')
param corsOrigins array = []

@description('Client id of the app registration that callers sign in to. Empty: the API answers 401 to everyone.')
param authClientId string = ''

@description('Object id of the person who writes provider secrets into the vault.')
param principalId string = ''

@description('Guide S1.17: 30 days.')
@minValue(30)
@maxValue(730)
param logRetentionDays int = 30

@description('GB a day after which the workspace takes no more until the next.')
@minValue(1)
param dailyQuotaGb int = 1

@description('Who hears of trouble. Empty: no alerts and no budget.')
param alertEmail string = ''

@description('In the currency of the subscription; 0: none.')
@minValue(0)
param monthlyBudget int = 0

@description('The first of a month that is not over, such as 2026-12-01; needed with monthlyBudget.')
param budgetStart string = ''

@description('The account with the orders cannot be deleted until the lock is taken away.')
param lockData bool = false

@description('Empty addresses: the sandbox.')
param providers Providers = {
  paymentUrl: ''
  carrierUrl: ''
  mailUrl: ''
  mailFrom: ''
  mailUser: ''
}

param behaviour Behaviour = {
  logLevel: 'INFO' // guide S1.3
  retryDelaysSeconds: '2,4,8' // guide S4.2
  reservationMinutes: 30
  approvalThreshold: 100000
  approvalHours: 72
  gatewayPatienceHours: 24
  breakerFailures: 3
  uploadMaxBytes: 20971520
  uploadMinutes: 15
}

@description('Besides those that azd reads.')
param tags object = {}

var names = loadJsonContent('./abbreviations.json')
var allTags = union(tags, { 'azd-env-name': environmentName, workload: 'durable-orders' })

resource group 'Microsoft.Resources/resourceGroups@2025-04-01' = {
  name: empty(resourceGroupName) ? '${names.resourceGroup}durable-orders-${environmentName}' : resourceGroupName
  location: location
  tags: allTags
}

module resources './resources.bicep' = {
  name: 'durable-orders'
  scope: group
  params: {
    environmentName: environmentName
    location: location
    tags: allTags
    durableBackend: durableBackend
    pythonVersion: pythonVersion
    instanceMemoryMB: instanceMemoryMB
    maximumInstanceCount: maximumInstanceCount
    alwaysReadyHttp: alwaysReadyHttp
    alwaysReadyDurable: alwaysReadyDurable
    httpConcurrency: httpConcurrency
    zoneRedundant: zoneRedundant
    vnetEnabled: vnetEnabled
    signedLinksFromAnywhere: signedLinksFromAnywhere
    clientIpRanges: clientIpRanges
    corsOrigins: corsOrigins
    authClientId: authClientId
    principalId: principalId
    logRetentionDays: logRetentionDays
    dailyQuotaGb: dailyQuotaGb
    alertEmail: alertEmail
    monthlyBudget: monthlyBudget
    budgetStart: budgetStart
    lockData: lockData
    providers: providers
    behaviour: behaviour
  }
}

output AZURE_LOCATION string = location
output AZURE_RESOURCE_GROUP string = group.name
output AZURE_FUNCTION_NAME string = resources.outputs.functionName
output SERVICE_API_ENDPOINT string = resources.outputs.apiUrl
output DATA_STORAGE_NAME string = resources.outputs.dataStorageName
output LOG_WORKSPACE_NAME string = resources.outputs.workspaceName
output DURABLE_BACKEND string = durableBackend
output AUTH_CLIENT_ID string = authClientId
output USES_REAL_PROVIDERS bool = resources.outputs.usesRealProviders

// Guide S1.19, by its own names.
output UsersApiUrl string = '${resources.outputs.apiUrl}/users'
output UsersTableName string = resources.outputs.usersTableName
