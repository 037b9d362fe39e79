metadata description = 'The app on Flex Consumption: plan, site, every setting, sign-in, logs.'

import { Backend, Behaviour, Providers } from '../types.bicep'

param planName string
param name string
param location string
param tags object

@description('Must equal the name of the service in azure.yaml.')
param serviceName string

param pythonVersion string

@allowed([
  512
  2048
  4096
])
param instanceMemoryMB int

@minValue(1)
@maxValue(1000)
param maximumInstanceCount int

@minValue(0)
param alwaysReadyHttp int

@minValue(0)
param alwaysReadyDurable int

@minValue(1)
@maxValue(1000)
param httpConcurrency int

param zoneRedundant bool

@description('Empty without a virtual network.')
param subnetId string

param identityId string
param identityClientId string

param hostStorageName string
param deploymentStorageUrl string
param dataBlobEndpoint string
param dataQueueEndpoint string
param dataTableEndpoint string

param durableBackend Backend

@description('Empty on the backend azureStorage.')
param schedulerEndpoint string

param appInsightsName string
param workspaceId string

@description('The app registration that callers sign in to. Empty: nobody can, and the app answers 401.')
param authClientId string

param corsOrigins array

@description('Empty when every gateway is the sandbox.')
param vaultUri string

param providers Providers
param behaviour Behaviour
param tablePrefix string

var alwaysReady = filter(
  [
    { name: 'http', instanceCount: alwaysReadyHttp }
    { name: 'durable', instanceCount: alwaysReadyDurable }
  ],
  group => group.instanceCount > 0
)

// A reference for each provider that is chosen. The sandbox needs neither address nor secret.
var secrets = {
  PAYMENT_KEY: empty(providers.paymentUrl) ? '' : '@Microsoft.KeyVault(SecretUri=${vaultUri}secrets/payment-key)'
  CARRIER_KEY: empty(providers.carrierUrl) ? '' : '@Microsoft.KeyVault(SecretUri=${vaultUri}secrets/carrier-key)'
  MAIL_PASSWORD: empty(providers.mailUser) ? '' : '@Microsoft.KeyVault(SecretUri=${vaultUri}secrets/mail-password)'
}

var hostSettings = {
  AzureWebJobsStorage__accountName: hostStorageName
  AzureWebJobsStorage__credential: 'managedidentity'
  AzureWebJobsStorage__clientId: identityClientId
  APPLICATIONINSIGHTS_CONNECTION_STRING: appInsights.properties.ConnectionString
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identityClientId};Authorization=AAD'
}

var schedulerSettings = {
  DURABLE_TASK_SCHEDULER_CONNECTION_STRING: 'Endpoint=${schedulerEndpoint};Authentication=ManagedIdentity;ClientID=${identityClientId}'
}

var appSettings = {
  OrdersData__blobServiceUri: dataBlobEndpoint
  OrdersData__queueServiceUri: dataQueueEndpoint
  OrdersData__tableServiceUri: dataTableEndpoint
  OrdersData__credential: 'managedidentity'
  OrdersData__clientId: identityClientId
  TABLE_PREFIX: tablePrefix
  AUTH_MODE: 'easyauth'
  UPLOAD_SOURCE: 'events' // Flex Consumption has no polling blob trigger
  UPLOAD_MAX_BYTES: string(behaviour.uploadMaxBytes)
  UPLOAD_MINUTES: string(behaviour.uploadMinutes)
  KEEP_WARM: empty(alwaysReady) ? 'true' : 'false'
  LOG_LEVEL: behaviour.logLevel
  RETRY_DELAYS_SECONDS: behaviour.retryDelaysSeconds
  RESERVATION_MINUTES: string(behaviour.reservationMinutes)
  APPROVAL_THRESHOLD: string(behaviour.approvalThreshold)
  APPROVAL_HOURS: string(behaviour.approvalHours)
  GATEWAY_PATIENCE_HOURS: string(behaviour.gatewayPatienceHours)
  BREAKER_FAILURES: string(behaviour.breakerFailures)
  SANDBOX_PAYMENT_DOWN_UNTIL: ''
  SANDBOX_CARRIER_DOWN_UNTIL: ''
  SANDBOX_MAIL_DOWN_UNTIL: ''
  PAYMENT_URL: providers.paymentUrl
  CARRIER_URL: providers.carrierUrl
  MAIL_URL: providers.mailUrl
  MAIL_FROM: providers.mailFrom
  MAIL_USER: providers.mailUser
}

// By name, not by a parameter: its connection string then stands in no deployment's record.
resource appInsights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: appInsightsName
}

resource plan 'Microsoft.Web/serverfarms@2025-03-01' = {
  name: planName
  location: location
  tags: tags
  kind: 'functionapp'
  sku: {
    name: 'FC1'
    tier: 'FlexConsumption'
  }
  properties: {
    reserved: true
    zoneRedundant: zoneRedundant
  }
}

resource site 'Microsoft.Web/sites@2025-03-01' = {
  name: name
  location: location
  tags: union(tags, { 'azd-service-name': serviceName })
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: {
      '${identityId}': {}
    }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    publicNetworkAccess: 'Enabled'
    keyVaultReferenceIdentity: identityId
    virtualNetworkSubnetId: empty(subnetId) ? null : subnetId
    functionAppConfig: {
      runtime: {
        name: 'python'
        version: pythonVersion
      }
      deployment: {
        storage: {
          type: 'blobContainer'
          value: deploymentStorageUrl
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: identityId
          }
        }
      }
      scaleAndConcurrency: {
        instanceMemoryMB: instanceMemoryMB
        maximumInstanceCount: maximumInstanceCount
        alwaysReady: alwaysReady
        triggers: {
          http: {
            perInstanceConcurrency: httpConcurrency
          }
        }
      }
    }
    siteConfig: {
      ftpsState: 'Disabled'
      http20Enabled: true
      minTlsVersion: '1.2'
      scmMinTlsVersion: '1.2'
      remoteDebuggingEnabled: false
      cors: {
        allowedOrigins: corsOrigins
        supportCredentials: false
      }
    }
  }
}

// The whole set each time: what anyone changed by hand is put right by the next deployment.
resource settings 'Microsoft.Web/sites/config@2025-03-01' = {
  parent: site
  name: 'appsettings'
  properties: union(
    hostSettings,
    appSettings,
    secrets,
    durableBackend == 'durableTaskScheduler' ? schedulerSettings : {}
  )
}

// Guide S1.4. The platform checks the token and tells the app who calls; the app decides what for.
// The durable webhooks lie behind it as well.
resource signIn 'Microsoft.Web/sites/config@2025-03-01' = {
  parent: site
  name: 'authsettingsV2'
  properties: {
    platform: {
      enabled: !empty(authClientId)
    }
    globalValidation: {
      requireAuthentication: true
      unauthenticatedClientAction: 'Return401'
      excludedPaths: [
        '/api/health'
        '/api/openapi.json'
        '/api/docs'
      ]
    }
    identityProviders: {
      azureActiveDirectory: {
        enabled: !empty(authClientId)
        registration: {
          clientId: authClientId
          openIdIssuer: '${environment().authentication.loginEndpoint}${tenant().tenantId}/v2.0'
        }
        validation: {
          allowedAudiences: [
            authClientId
            'api://${authClientId}'
          ]
        }
      }
    }
    httpSettings: {
      requireHttps: true
    }
    login: {
      tokenStore: {
        enabled: false
      }
    }
  }
}

resource diagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'to-workspace'
  scope: site
  properties: {
    workspaceId: workspaceId
    logs: [
      {
        category: 'FunctionAppLogs'
        enabled: true
      }
    ]
    metrics: [
      {
        category: 'AllMetrics'
        enabled: true
      }
    ]
  }
}

output name string = site.name
output url string = 'https://${site.properties.defaultHostName}'
