// A shop with customers: three zones, private storage, instances that wait, alerts, a lock.
using './main.bicep'

param environmentName = readEnvironmentVariable('AZURE_ENV_NAME', 'prod')
param location = readEnvironmentVariable('AZURE_LOCATION', 'westeurope')
param authClientId = readEnvironmentVariable('AUTH_CLIENT_ID', '')
param alertEmail = readEnvironmentVariable('ALERT_EMAIL', '')
param principalId = readEnvironmentVariable('SECRETS_PRINCIPAL_ID', '')
param monthlyBudget = int(readEnvironmentVariable('MONTHLY_BUDGET', '0'))
param budgetStart = readEnvironmentVariable('BUDGET_START', '')

param durableBackend = readEnvironmentVariable('DURABLE_BACKEND', 'azureStorage')
param instanceMemoryMB = 2048
param maximumInstanceCount = 40
param alwaysReadyHttp = 5 // guide S8.1
param alwaysReadyDurable = 2 // one in each of two zones
param zoneRedundant = true
param vnetEnabled = true
param logRetentionDays = 30
param dailyQuotaGb = 5
param lockData = true

// The firewall of the data account lets nobody in but the app and these. A shop whose customers see
// thumbnails or upload from their browsers sets signedLinksFromAnywhere = true instead: every link
// still needs the signature of the app's identity and ends within minutes.
param signedLinksFromAnywhere = false
param clientIpRanges = []
param corsOrigins = []

param providers = {
  paymentUrl: readEnvironmentVariable('PAYMENT_URL', '')
  carrierUrl: readEnvironmentVariable('CARRIER_URL', '')
  mailUrl: readEnvironmentVariable('MAIL_URL', '')
  mailFrom: readEnvironmentVariable('MAIL_FROM', '')
  mailUser: readEnvironmentVariable('MAIL_USER', '')
}
