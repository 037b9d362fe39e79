metadata description = 'The vault for the secrets of real providers. No deployment carries a secret: a person writes them into the vault, the app reads them by reference.'

import { roleIds } from '../types.bicep'

@minLength(3)
@maxLength(24)
param name string

param location string
param tags object
param appPrincipalId string

@description('The object id of the person who writes the secrets; empty gives nobody the right.')
param principalId string

param isPrivate bool

@description('With isPrivate: public IPv4 ranges from which secrets may be written.')
param clientIpRanges array

param workspaceId string

resource vault 'Microsoft.KeyVault/vaults@2024-11-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    tenantId: tenant().tenantId
    sku: {
      family: 'A'
      name: 'standard'
    }
    enableRbacAuthorization: true
    enablePurgeProtection: true
    enableSoftDelete: true
    softDeleteRetentionInDays: 90
    publicNetworkAccess: 'Enabled'
    networkAcls: {
      bypass: 'AzureServices'
      defaultAction: isPrivate ? 'Deny' : 'Allow'
      ipRules: map(isPrivate ? clientIpRanges : [], cidr => { value: cidr })
    }
  }
}

resource reader 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(vault.id, appPrincipalId, roleIds.secretsUser)
  scope: vault
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roleIds.secretsUser)
    principalId: appPrincipalId
    principalType: 'ServicePrincipal'
    description: 'The app reads the secrets of its providers; the vault holds nothing else.'
  }
}

resource writer 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (!empty(principalId)) {
  name: guid(vault.id, principalId, roleIds.secretsOfficer)
  scope: vault
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roleIds.secretsOfficer)
    principalId: principalId
    principalType: 'User'
    description: 'A person writes and renews the secrets.'
  }
}

resource diagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'to-workspace'
  scope: vault
  properties: {
    workspaceId: workspaceId
    logs: [
      {
        category: 'AuditEvent'
        enabled: true
      }
    ]
  }
}

output id string = vault.id
output uri string = vault.properties.vaultUri
