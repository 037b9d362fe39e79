"""Names for resources that a person can read and that stay the same: no hashes, no ids."""

import re
from functools import reduce

from tests.infra.bicep import platform
from tests.infra.bicep.expand import Expansion
from tests.infra.bicep.values import Deployed, Value

IDENTITY = "Microsoft.ManagedIdentity/userAssignedIdentities"
TOPIC = "Microsoft.EventGrid/systemTopics"
MISSING = object()
"""What stands where nothing was said; no value is equal to it."""
_HASH = re.compile(r"\d{13}")


def at(resource: Deployed, path: str) -> Value:
    """What stands at `path` in a body, such as `properties.rules.0.name`."""
    return reduce(_part, path.split("."), resource.body)


def _part(value: Value, part: str) -> Value:
    if isinstance(value, dict):
        return value.get(part, MISSING)
    if isinstance(value, list) and part.isdigit() and int(part) < len(value):
        return value[int(part)]
    return MISSING


def plain(name: str) -> str:
    """A name, what uniqueString() put into it written as `*`."""
    return _HASH.sub("*", name)


def label(resource: Deployed) -> str:
    """The last part of its type, and its name."""
    return f"{resource.type.rpartition('/')[2]} {plain(resource.name)}"


def scope_of(resource: Deployed, expansion: Expansion) -> str:
    """On what an extension resource, such as a role assignment, lies."""
    id_ = resource.id.rpartition("/providers/")[0]
    on = expansion.by_id(id_)
    return label(on) if on else id_


def principal_of(principal_id: str, expansion: Expansion) -> str:
    """Whom an object id means: an identity of the deployment, or someone from outside."""
    holder = holder_of(principal_id, expansion)
    return plain(holder.name) if holder else "someone from outside"


def holder_of(principal_id: str, expansion: Expansion) -> Deployed | None:
    """The identity, or the resource with an identity of its own, that has this object id."""
    for each in expansion.of(IDENTITY):
        if platform.told(IDENTITY, each.name)["properties"]["principalId"] == principal_id:
            return each
    for each in expansion.of(TOPIC):
        if platform.told(TOPIC, each.name)["identity"]["principalId"] == principal_id:
            return each
    return None
