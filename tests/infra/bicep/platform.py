"""What Azure tells of a resource only once it is there, with a value of the right form.

A property that is not here cannot be read by a template: whoever reads a new one adds it with its
form, so a misspelt `properties.clientid` is found and not taken for something unknown.
"""

import uuid
from collections.abc import Callable

from tests.infra.bicep.values import Marks, Value, marked

STORAGE_SERVICES = ("blob", "queue", "table")


def told(kind: str, name: str) -> dict[str, Value]:
    """The properties of a resource of type `kind` that no template can set; all of them late."""
    tell = _TOLD.get(kind, lambda _name: {})
    answer: dict[str, Value] = marked(tell(name), Marks(late=True))
    return answer


def identifier(*of: str) -> str:
    """A stable id such as Azure gives to identities."""
    return str(uuid.uuid5(uuid.NAMESPACE_OID, "\n".join(of)))


def _storage(name: str) -> Value:
    hosts = {service: f"https://{name}.{service}.core.windows.net/" for service in STORAGE_SERVICES}
    return {"properties": {"primaryEndpoints": hosts}}


def _identity(name: str) -> Value:
    ids = ("clientId", "principalId", "tenantId")
    return {"properties": {each: identifier(each, name) for each in ids}}


def _topic(name: str) -> Value:
    return {"identity": {"principalId": identifier("principalId", name)}}


def _site(name: str) -> Value:
    return {"properties": {"defaultHostName": f"{name}.azurewebsites.net"}}


def _insights(name: str) -> Value:
    key = identifier("InstrumentationKey", name)
    ingestion = "IngestionEndpoint=https://westeurope-5.in.applicationinsights.azure.com/"
    connection = f"InstrumentationKey={key};{ingestion};ApplicationId={identifier('AppId', name)}"
    return {"properties": {"ConnectionString": connection, "AppId": identifier("AppId", name)}}


def _workspace(name: str) -> Value:
    return {"properties": {"customerId": identifier("customerId", name)}}


def _scheduler(name: str) -> Value:
    return {"properties": {"endpoint": f"https://{name}-a1b2.westeurope.durabletask.io"}}


def _vault(name: str) -> Value:
    return {"properties": {"vaultUri": f"https://{name}.vault.azure.net/"}}


_TOLD: dict[str, Callable[[str], Value]] = {
    "Microsoft.Storage/storageAccounts": _storage,
    "Microsoft.ManagedIdentity/userAssignedIdentities": _identity,
    "Microsoft.EventGrid/systemTopics": _topic,
    "Microsoft.Web/sites": _site,
    "Microsoft.Insights/components": _insights,
    "Microsoft.OperationalInsights/workspaces": _workspace,
    "Microsoft.DurableTask/schedulers": _scheduler,
    "Microsoft.KeyVault/vaults": _vault,
}
