// The shapes that several files hand to each other, and the ids of Azure's built-in roles.

@export()
type Backend = 'azureStorage' | 'durableTaskScheduler'

@export()
@description('Real providers; an empty address keeps that gateway on the sandbox. Their secrets are in the vault only.')
type Providers = {
  paymentUrl: string
  carrierUrl: string
  mailUrl: string
  mailFrom: string
  mailUser: string
}

@export()
type LogLevel = 'DEBUG' | 'INFO' | 'WARNING' | 'ERROR'

@export()
@description('What the app decides by; the app states the meaning and the limits in shared/settings.py.')
type Behaviour = {
  logLevel: LogLevel
  retryDelaysSeconds: string
  reservationMinutes: int
  approvalThreshold: int
  approvalHours: int
  gatewayPatienceHours: int
  breakerFailures: int
  uploadMaxBytes: int
  uploadMinutes: int
}

@export()
@description('One private endpoint: to which sub-resource of which resource, registered in which DNS zone.')
type PrivateLink = {
  name: string
  resourceId: string
  subResource: string
  zoneId: string
}

// https://learn.microsoft.com/azure/role-based-access-control/built-in-roles
@export()
var roleIds = {
  blobContributor: 'ba92f5b4-2d11-453d-a403-e96b0029c9fe'
  blobDelegator: 'db58b8e5-c6ad-4a2a-8342-4190687cbf4a'
  blobOwner: 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b'
  durableTaskContributor: '0ad04412-c4d5-4796-b79c-f76d14c8d402'
  metricsPublisher: '3913510d-42f4-4e42-8a64-420c390055eb'
  queueContributor: '974c5e8b-45b9-4653-ba55-5f855dd0fb88'
  queueMessageSender: 'c6a89b2d-59bc-44d0-9896-0f6e12d7b80a'
  secretsOfficer: 'b86a8fe4-44ce-4948-aee5-eccb2c155cd7'
  secretsUser: '4633458b-17de-408a-b874-0445c86b69e6'
  tableContributor: '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3'
}
