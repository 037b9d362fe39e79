"""The places of a deployment: their ids, and the functions that ask where they are called."""

from collections.abc import Callable, Mapping
from typing import Any

from tests.infra.bicep.values import Deployed, Marks, Place, Unevaluable, Value, marked

SUBSCRIPTION = "00000000-0000-4000-8000-000000000001"
TENANT = "00000000-0000-4000-8000-000000000002"
HERE = Place(SUBSCRIPTION)
"""The subscription that expansions are made for."""

_GROUPS = "Microsoft.Resources/resourceGroups"
_SECRET = marked("a key that listKeys() gave", Marks(late=True, secret=True))
# The members under which the services' list functions give their keys.
_LISTED = {"keys": [{"value": _SECRET}] * 2} | dict.fromkeys(
    ("primaryKey", "key1", "masterKey", "primaryConnectionString", "accountSasToken"), _SECRET
)


def resource_id(base: str, kind: str, names: list[str]) -> str:
    """The id of a resource of type `kind` under `base`.

    Raises:
        Unevaluable: there are not as many names as the type has segments.
    """
    if kind == _GROUPS:
        return f"{base}/resourceGroups/{names[0]}"
    provider, *segments = kind.split("/")
    if len(segments) != len(names):
        raise Unevaluable(f"{kind} wants {len(segments)} names, not {names}")
    path = "".join(f"/{segment}/{name}" for segment, name in zip(segments, names, strict=True))
    return f"{base}/providers/{provider}{path}"


def place_of(scope: Value, here: Place) -> Place:
    """The place that a module's `scope` means."""
    if isinstance(scope, Place):
        return scope
    if isinstance(scope, Deployed) and scope.type == _GROUPS:
        return Place(here.subscription, scope.name, here.location)
    if isinstance(scope, dict) and "subscriptionId" in scope:
        return Place(scope["subscriptionId"], location=here.location)
    if isinstance(scope, dict) and scope.get("id") == here.id:
        return here
    raise Unevaluable(f"{scope!r} is no scope of a module")


def listed(name: str) -> Value:
    """What a resource answers to `list...()` and a vault to `getSecret()`."""
    if name == "getSecret":
        return _SECRET
    if name.startswith("list"):
        return _LISTED
    raise Unevaluable(f"no resource has a function {name}")


def functions(place: Place) -> Mapping[str, Callable[..., Any]]:
    """Bicep's functions that answer by where they are called."""
    return {
        "deployment": lambda: {"name": "main", "location": place.location},
        "environment": lambda: {
            "name": "AzureCloud",
            "authentication": {"loginEndpoint": "https://login.microsoftonline.com/"},
            "suffixes": {"storage": "core.windows.net", "keyvaultDns": ".vault.azure.net"},
        },
        "extensionResourceId": lambda base, kind, *names: resource_id(base, kind, list(names)),
        "resourceGroup": lambda *names: _group(place, *names),
        "resourceId": lambda kind, *names: resource_id(place.id, kind, list(names)),
        "subscription": lambda: {
            "id": Place(place.subscription).id,
            "subscriptionId": place.subscription,
            "tenantId": TENANT,
        },
        "subscriptionResourceId": lambda kind, *names: resource_id(
            Place(place.subscription).id, kind, list(names)
        ),
        "tenant": lambda: {"tenantId": TENANT},
    }


def _group(place: Place, *names: str) -> Value:
    if names:
        return Place(place.subscription, names[-1], place.location)
    if place.group is None:
        raise Unevaluable("resourceGroup() means nothing at the scope of a subscription")
    return {"id": place.id, "name": place.group, "location": place.location, "tags": {}}
