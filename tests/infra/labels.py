"""Names for resources that a person can read and that stay the same: no hashes, no ids."""

import re

from tests.infra.bicep import platform
from tests.infra.bicep.expand import Expansion
from tests.infra.bicep.values import Deployed

IDENTITY = "Microsoft.ManagedIdentity/userAssignedIdentities"
_HASH = re.compile(r"\d{13}")


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
    for identity in expansion.of(IDENTITY):
        if platform.told(IDENTITY, identity.name)["properties"]["principalId"] == principal_id:
            return plain(identity.name)
    return "someone from outside"
