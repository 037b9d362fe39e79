metadata description = 'A private endpoint, registered in its DNS zone, for each link that is asked for.'

import { PrivateLink } from '../types.bicep'

param namePrefix string
param location string
param tags object
param subnetId string
param links PrivateLink[]

resource endpoints 'Microsoft.Network/privateEndpoints@2025-05-01' = [for link in links: {
  name: '${namePrefix}${link.name}'
  location: location
  tags: tags
  properties: {
    subnet: {
      id: subnetId
    }
    privateLinkServiceConnections: [
      {
        name: link.name
        properties: {
          privateLinkServiceId: link.resourceId
          groupIds: [
            link.subResource
          ]
        }
      }
    ]
  }
}]

resource zoneGroups 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups@2025-05-01' = [for (link, i) in links: {
  parent: endpoints[i]
  name: 'default'
  properties: {
    privateDnsZoneConfigs: [
      {
        name: link.subResource
        properties: {
          privateDnsZoneId: link.zoneId
        }
      }
    ]
  }
}]
