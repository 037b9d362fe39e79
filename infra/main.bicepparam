// A place to try things: everything scales to zero, nothing is reserved. azd reads this file too, so
// what differs between its environments comes from variables (azd env set NAME VALUE).
using './main.bicep'

param environmentName = readEnvironmentVariable('AZURE_ENV_NAME', 'dev')
param location = readEnvironmentVariable('AZURE_LOCATION', 'westeurope')
param authClientId = readEnvironmentVariable('AUTH_CLIENT_ID', '')
param alertEmail = readEnvironmentVariable('ALERT_EMAIL', '')
param principalId = readEnvironmentVariable('SECRETS_PRINCIPAL_ID', '')

param durableBackend = readEnvironmentVariable('DURABLE_BACKEND', 'azureStorage')
param instanceMemoryMB = 2048
param maximumInstanceCount = 40
param alwaysReadyHttp = 0
param alwaysReadyDurable = 0
param zoneRedundant = false
param vnetEnabled = false
param logRetentionDays = 30
param dailyQuotaGb = 1
param lockData = false
