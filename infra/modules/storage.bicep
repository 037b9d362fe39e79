metadata description = 'One storage account, hardened, with its containers, queues and tables, and with what the app may do in each. Used twice: for the Functions host, and for the shop\'s data.'

import { roleIds } from '../types.bicep'

@description('host: keys, leases, packages and the task hub, all of which can be made again. data: the orders and files, which cannot.')
@allowed([
  'host'
  'data'
])
param purpose string

@minLength(3)
@maxLength(24)
param name string

param location string
param tags object

@allowed([
  'Standard_LRS'
  'Standard_ZRS'
  'Standard_GZRS'
])
param skuName string

param appPrincipalId string

@description('Roles that the app has on the whole account, by their names in types.bicep.')
param accountRoles array

@description('Containers that the app reads, writes and empties.')
param appContainers array = []

@description('Containers in which the app has no role of its own.')
param otherContainers array = []

param queues array = []
param tables array = []

@description('Days until exports and temporary files are deleted, should DailyCleanup not have done it.')
@minValue(1)
param tempRetentionDays int = 7

@description('The app comes through private endpoints, and the firewall keeps everyone else out.')
param isPrivate bool

@description('With isPrivate: clients anywhere may still use the short-lived links that the app signs.')
param signedLinksFromAnywhere bool = false

@description('With isPrivate: public IPv4 ranges that may use signed links, such as 203.0.113.0/24.')
param clientIpRanges array = []

@description('Web pages of these origins may upload to and download from signed links.')
param corsOrigins array = []

param workspaceId string

var isData = purpose == 'data'
var isClosed = isPrivate && !signedLinksFromAnywhere
var days = isData ? 30 : 7
var reasons = {
  blobOwner: 'The host keeps its keys, leases and packages here; Flex Consumption asks for Owner.'
  queueContributor: 'Durable Functions makes and uses the queues of the task hub.'
  tableContributor: 'Durable Functions makes and uses the tables of the task hub; the host notes its faults in one.'
  blobDelegator: 'The app signs links with a key of its own identity. The key opens nothing that the app may not.'
}
var signedLinkCors = {
  allowedOrigins: corsOrigins
  allowedMethods: [
    'GET'
    'HEAD'
    'OPTIONS'
    'PUT'
  ]
  allowedHeaders: [
    'content-type'
    'x-ms-blob-type'
  ]
  exposedHeaders: [
    'etag'
  ]
  maxAgeInSeconds: 3600
}

resource account 'Microsoft.Storage/storageAccounts@2025-06-01' = {
  name: name
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: {
    name: skuName
  }
  properties: {
    accessTier: 'Hot'
    allowBlobPublicAccess: false
    allowCrossTenantReplication: false
    allowSharedKeyAccess: false
    defaultToOAuthAuthentication: true
    isLocalUserEnabled: false
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
    // Event Grid cannot deliver through a private endpoint, so the data account keeps its public
    // one, behind a firewall that lets trusted services through (reference/infra.md 3.4).
    publicNetworkAccess: (isPrivate && !isData) ? 'Disabled' : 'Enabled'
    networkAcls: {
      bypass: 'AzureServices'
      defaultAction: isClosed ? 'Deny' : 'Allow'
      ipRules: map(isClosed ? clientIpRanges : [], cidr => { value: cidr, action: 'Allow' })
    }
  }
}

resource blobs 'Microsoft.Storage/storageAccounts/blobServices@2025-06-01' = {
  parent: account
  name: 'default'
  properties: {
    cors: {
      corsRules: empty(corsOrigins) ? [] : [signedLinkCors]
    }
    isVersioningEnabled: isData
    changeFeed: isData ? { enabled: true, retentionInDays: days } : { enabled: false }
    containerDeleteRetentionPolicy: {
      enabled: true
      days: days
    }
    deleteRetentionPolicy: {
      enabled: true
      days: days
    }
    // Guide S1.15, for blobs; must be shorter than the soft delete. Tables have no such thing.
    restorePolicy: isData ? { enabled: true, days: days - 1 } : { enabled: false }
  }
}

resource queueService 'Microsoft.Storage/storageAccounts/queueServices@2025-06-01' = {
  parent: account
  name: 'default'
}

resource tableService 'Microsoft.Storage/storageAccounts/tableServices@2025-06-01' = {
  parent: account
  name: 'default'
}

resource containers 'Microsoft.Storage/storageAccounts/blobServices/containers@2025-06-01' = [for container in appContainers: {
  parent: blobs
  name: container
  properties: {
    publicAccess: 'None'
  }
}]

resource strangers 'Microsoft.Storage/storageAccounts/blobServices/containers@2025-06-01' = [for container in otherContainers: {
  parent: blobs
  name: container
  properties: {
    publicAccess: 'None'
  }
}]

resource queue 'Microsoft.Storage/storageAccounts/queueServices/queues@2025-06-01' = [for queueName in queues: {
  parent: queueService
  name: queueName
}]

resource table 'Microsoft.Storage/storageAccounts/tableServices/tables@2025-06-01' = [for tableName in tables: {
  parent: tableService
  name: tableName
}]

resource lifecycle 'Microsoft.Storage/storageAccounts/managementPolicies@2025-06-01' = if (isData) {
  parent: account
  name: 'default'
  properties: {
    policy: {
      rules: [
        {
          name: 'delete-temporary-files'
          type: 'Lifecycle'
          enabled: true
          definition: {
            actions: {
              baseBlob: {
                delete: {
                  daysAfterModificationGreaterThan: tempRetentionDays
                }
              }
            }
            filters: {
              blobTypes: [
                'blockBlob'
              ]
              prefixMatch: [
                'temp/'
                'exports/'
              ]
            }
          }
        }
        {
          name: 'delete-old-versions'
          type: 'Lifecycle'
          enabled: true
          definition: {
            actions: {
              version: {
                delete: {
                  daysAfterCreationGreaterThan: days
                }
              }
            }
            filters: {
              blobTypes: [
                'blockBlob'
              ]
            }
          }
        }
      ]
    }
  }
  dependsOn: [
    blobs // versions can be deleted only once they exist
  ]
}

resource onAccount 'Microsoft.Authorization/roleAssignments@2022-04-01' = [for role in accountRoles: {
  name: guid(account.id, appPrincipalId, roleIds[role])
  scope: account
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roleIds[role])
    principalId: appPrincipalId
    principalType: 'ServicePrincipal'
    description: reasons[role]
  }
}]

resource onContainers 'Microsoft.Authorization/roleAssignments@2022-04-01' = [for (container, i) in appContainers: {
  name: guid(containers[i].id, appPrincipalId, roleIds.blobContributor)
  scope: containers[i]
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roleIds.blobContributor)
    principalId: appPrincipalId
    principalType: 'ServicePrincipal'
    description: 'The app reads, writes and deletes in ${container}; a link that it signs can do no more than it can itself.'
  }
}]

// Contributor, not Message Processor: the trigger renews a message's lease, which is an update.
resource onQueues 'Microsoft.Authorization/roleAssignments@2022-04-01' = [for (queueName, i) in queues: {
  name: guid(queue[i].id, appPrincipalId, roleIds.queueContributor)
  scope: queue[i]
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roleIds.queueContributor)
    principalId: appPrincipalId
    principalType: 'ServicePrincipal'
    description: 'The app sends to and is triggered by ${queueName}.'
  }
}]

resource onTables 'Microsoft.Authorization/roleAssignments@2022-04-01' = [for (tableName, i) in tables: {
  name: guid(table[i].id, appPrincipalId, roleIds.tableContributor)
  scope: table[i]
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roleIds.tableContributor)
    principalId: appPrincipalId
    principalType: 'ServicePrincipal'
    description: 'The app reads and writes ${tableName}.'
  }
}]

// Who wrote and deleted what. Reads are left out: they are most of the volume, and of the cost.
resource diagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = if (isData) {
  name: 'to-workspace'
  scope: blobs
  properties: {
    workspaceId: workspaceId
    logs: [
      {
        category: 'StorageWrite'
        enabled: true
      }
      {
        category: 'StorageDelete'
        enabled: true
      }
    ]
  }
}

output id string = account.id
output name string = account.name
output blobEndpoint string = account.properties.primaryEndpoints.blob
output queueEndpoint string = account.properties.primaryEndpoints.queue
output tableEndpoint string = account.properties.primaryEndpoints.table
