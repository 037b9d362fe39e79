metadata description = 'Everything in the resource group. Deploy main.bicep; or this file, by those who may not create a group.'

import { Backend, Behaviour, Providers } from './types.bicep'

@description('Names the environment in tags; resource names come from it by a hash.')
@minLength(1)
@maxLength(64)
param environmentName string

param location string = resourceGroup().location
param tags object = {}

@description('host.json in the package must agree; dev.py deploy sees to it.')
param durableBackend Backend = 'azureStorage'

@description('Guide S1.1. One of those that pyproject.toml allows.')
@allowed([
  '3.11'
  '3.12'
  '3.13'
])
param pythonVersion string = '3.11'

@allowed([
  512
  2048
  4096
])
param instanceMemoryMB int = 2048

@minValue(1)
@maxValue(1000)
param maximumInstanceCount int = 40

@description('Guide S8.1: 5 in production. At least 2 of a group when zone redundant.')
@minValue(0)
param alwaysReadyHttp int = 0

@minValue(0)
param alwaysReadyDurable int = 0

@minValue(1)
@maxValue(1000)
param httpConcurrency int = 16

param zoneRedundant bool = false

@description('Puts both storage accounts and the vault behind private endpoints.')
param vnetEnabled bool = false

param signedLinksFromAnywhere bool = false
param clientIpRanges array = []
param corsOrigins array = []
param authClientId string = ''
param principalId string = ''

@minValue(30)
@maxValue(730)
param logRetentionDays int = 30

@minValue(1)
param dailyQuotaGb int = 1

@description('Without an address there are no alerts, which cost, and no budget.')
param alertEmail string = ''

@minValue(0)
param monthlyBudget int = 0

param budgetStart string = ''
param lockData bool = false

// The same defaults as in main.bicep: a default cannot be imported.
@description('Empty addresses: the sandbox.')
param providers Providers = {
  paymentUrl: ''
  carrierUrl: ''
  mailUrl: ''
  mailFrom: ''
  mailUser: ''
}

param behaviour Behaviour = {
  logLevel: 'INFO'
  retryDelaysSeconds: '2,4,8'
  reservationMinutes: 30
  approvalThreshold: 100000
  approvalHours: 72
  gatewayPatienceHours: 24
  breakerFailures: 3
  uploadMaxBytes: 20971520
  uploadMinutes: 15
}

var names = loadJsonContent('./abbreviations.json')
var token = uniqueString(subscription().id, resourceGroup().id, environmentName)
var serviceName = 'api'
var taskHubName = 'DurableOrders'
var tablePrefix = 'orders'
var packages = 'app-package'
var eventQueue = 'upload-events'
var eventContainer = 'uploads'
var eventDeadLetters = 'event-dead-letters'
var withScheduler = durableBackend == 'durableTaskScheduler'
var withVault = !empty(providers.paymentUrl) || !empty(providers.carrierUrl) || !empty(providers.mailUser)
var storageSkuName = zoneRedundant ? 'Standard_ZRS' : 'Standard_LRS'

module identity './modules/identity.bicep' = {
  name: 'identity'
  params: {
    name: '${names.identity}${token}'
    location: location
    tags: tags
  }
}

module monitoring './modules/monitoring.bicep' = {
  name: 'monitoring'
  params: {
    workspaceName: '${names.workspace}${token}'
    appInsightsName: '${names.appInsights}${token}'
    location: location
    tags: tags
    logRetentionDays: logRetentionDays
    dailyQuotaGb: dailyQuotaGb
    appPrincipalId: identity.outputs.appPrincipalId
  }
}

// The host's own account: it makes queues, tables and containers as it needs them, so its roles are
// on the whole account, and nothing but the host's things are in it.
module hostStorage './modules/storage.bicep' = {
  name: 'host-storage'
  params: {
    purpose: 'host'
    name: '${names.storageAccount}host${token}'
    location: location
    tags: tags
    skuName: storageSkuName
    appPrincipalId: identity.outputs.appPrincipalId
    accountRoles: [
      'blobOwner'
      'queueContributor'
      'tableContributor'
    ]
    otherContainers: [
      packages
    ]
    isPrivate: vnetEnabled
    workspaceId: monitoring.outputs.workspaceId
  }
}

// The shop's account: a role for each container, queue and table. Only signing links for uploads and
// downloads needs a key of the whole account, which gives no access by itself.
module dataStorage './modules/storage.bicep' = {
  name: 'data-storage'
  params: {
    purpose: 'data'
    name: '${names.storageAccount}data${token}'
    location: location
    tags: tags
    skuName: storageSkuName
    appPrincipalId: identity.outputs.appPrincipalId
    accountRoles: [
      'blobDelegator'
    ]
    appContainers: [
      eventContainer
      'processed'
      'exports'
      'reports'
      'temp'
      'claim-checks'
    ]
    otherContainers: [
      eventDeadLetters
    ]
    queues: [
      'data-processing-queue'
      'data-processing-queue-poison'
      eventQueue
      '${eventQueue}-poison'
    ]
    tables: [
      '${tablePrefix}events'
      '${tablePrefix}readmodels'
      '${tablePrefix}records'
      '${tablePrefix}emails'
      '${tablePrefix}circuits'
      '${tablePrefix}idempotency'
      '${tablePrefix}sandbox'
    ]
    isPrivate: vnetEnabled
    signedLinksFromAnywhere: signedLinksFromAnywhere
    clientIpRanges: clientIpRanges
    corsOrigins: corsOrigins
    workspaceId: monitoring.outputs.workspaceId
  }
}

module scheduler './modules/scheduler.bicep' = if (withScheduler) {
  name: 'scheduler'
  params: {
    name: '${names.scheduler}${token}'
    location: location
    tags: tags
    taskHubName: taskHubName
    appPrincipalId: identity.outputs.appPrincipalId
  }
}

module vault './modules/keyvault.bicep' = if (withVault) {
  name: 'vault'
  params: {
    name: '${names.keyVault}${token}'
    location: location
    tags: tags
    appPrincipalId: identity.outputs.appPrincipalId
    principalId: principalId
    isPrivate: vnetEnabled
    clientIpRanges: clientIpRanges
    workspaceId: monitoring.outputs.workspaceId
  }
}

module network './modules/network.bicep' = if (vnetEnabled) {
  name: 'network'
  params: {
    name: '${names.virtualNetwork}${token}'
    nsgNamePrefix: '${names.networkSecurityGroup}${token}-'
    location: location
    tags: tags
    withVault: withVault
  }
}

module privateEndpoints './modules/privateendpoints.bicep' = if (vnetEnabled) {
  name: 'private-endpoints'
  params: {
    namePrefix: '${names.privateEndpoint}${token}-'
    location: location
    tags: tags
    subnetId: network!.outputs.endpointsSubnetId
    links: concat(
      [
        { name: 'host-blob', resourceId: hostStorage.outputs.id, subResource: 'blob', zoneId: network!.outputs.blobZoneId }
        { name: 'host-queue', resourceId: hostStorage.outputs.id, subResource: 'queue', zoneId: network!.outputs.queueZoneId }
        { name: 'host-table', resourceId: hostStorage.outputs.id, subResource: 'table', zoneId: network!.outputs.tableZoneId }
        { name: 'data-blob', resourceId: dataStorage.outputs.id, subResource: 'blob', zoneId: network!.outputs.blobZoneId }
        { name: 'data-queue', resourceId: dataStorage.outputs.id, subResource: 'queue', zoneId: network!.outputs.queueZoneId }
        { name: 'data-table', resourceId: dataStorage.outputs.id, subResource: 'table', zoneId: network!.outputs.tableZoneId }
      ],
      withVault ? [{ name: 'vault', resourceId: vault!.outputs.id, subResource: 'vault', zoneId: network!.outputs.vaultZoneId }] : []
    )
  }
}

module functionApp './modules/functionapp.bicep' = {
  name: 'function-app'
  params: {
    planName: '${names.plan}${token}'
    name: '${names.functionApp}${token}'
    location: location
    tags: tags
    serviceName: serviceName
    pythonVersion: pythonVersion
    instanceMemoryMB: instanceMemoryMB
    maximumInstanceCount: maximumInstanceCount
    alwaysReadyHttp: alwaysReadyHttp
    alwaysReadyDurable: alwaysReadyDurable
    httpConcurrency: httpConcurrency
    zoneRedundant: zoneRedundant
    subnetId: vnetEnabled ? network!.outputs.appSubnetId : ''
    identityId: identity.outputs.appId
    identityClientId: identity.outputs.appClientId
    hostStorageName: hostStorage.outputs.name
    deploymentStorageUrl: '${hostStorage.outputs.blobEndpoint}${packages}'
    dataBlobEndpoint: dataStorage.outputs.blobEndpoint
    dataQueueEndpoint: dataStorage.outputs.queueEndpoint
    dataTableEndpoint: dataStorage.outputs.tableEndpoint
    durableBackend: durableBackend
    schedulerEndpoint: withScheduler ? scheduler!.outputs.endpoint : ''
    appInsightsName: monitoring.outputs.appInsightsName
    workspaceId: monitoring.outputs.workspaceId
    authClientId: authClientId
    corsOrigins: corsOrigins
    vaultUri: withVault ? vault!.outputs.uri : ''
    providers: providers
    behaviour: behaviour
    tablePrefix: tablePrefix
  }
  dependsOn: [
    privateEndpoints // or the first start would look for its storage in vain
  ]
}

module ingest './modules/ingest.bicep' = {
  name: 'ingest'
  params: {
    systemTopicName: '${names.systemTopic}${token}'
    location: location
    tags: tags
    storageName: dataStorage.outputs.name
    container: eventContainer
    queueName: eventQueue
    deadLetterContainer: eventDeadLetters
  }
}

module alerts './modules/alerts.bicep' = if (!empty(alertEmail)) {
  name: 'alerts'
  params: {
    namePrefix: '${names.alert}${token}-'
    actionGroupName: '${names.actionGroup}${token}'
    location: location
    tags: tags
    email: alertEmail
    appInsightsId: monitoring.outputs.appInsightsId
    eventTopicId: ingest.outputs.topicId
  }
}

module budget './modules/budget.bicep' = if (monthlyBudget > 0 && !empty(alertEmail)) {
  name: 'budget'
  params: {
    name: '${names.budget}${token}'
    amount: monthlyBudget
    startDate: budgetStart
    email: alertEmail
  }
}

module lock './modules/lock.bicep' = if (lockData) {
  name: 'lock'
  params: {
    storageName: dataStorage.outputs.name
  }
}

output functionName string = functionApp.outputs.name
output apiUrl string = '${functionApp.outputs.url}/api'
output usersTableName string = '${tablePrefix}readmodels'
output dataStorageName string = dataStorage.outputs.name
output workspaceName string = monitoring.outputs.workspaceName
output usesRealProviders bool = withVault || !empty(providers.mailUrl)
