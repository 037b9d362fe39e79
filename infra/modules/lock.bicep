metadata description = 'The account with the orders cannot be deleted by mistake: the lock has to go first.'

param storageName string

resource account 'Microsoft.Storage/storageAccounts@2025-06-01' existing = {
  name: storageName
}

resource lock 'Microsoft.Authorization/locks@2020-05-01' = {
  name: 'keep-the-orders'
  scope: account
  properties: {
    level: 'CanNotDelete'
    notes: 'Holds every order and every upload. Take the lock away only to take the shop down.'
  }
}
