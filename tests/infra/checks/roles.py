"""Who may do what: every role assignment is one of those argued here, and none is missing."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from shared import names
from tests.infra.bicep.expand import Expansion
from tests.infra.bicep.scopes import HERE
from tests.infra.bicep.values import Deployed, Guid
from tests.infra.checks import app_settings, storage_names
from tests.infra.labels import IDENTITY, holder_of, principal_of, scope_of
from tests.infra.project import Project, Variation

ASSIGNMENT = "Microsoft.Authorization/roleAssignments"
# Azure's built-in roles (reference/infra.md 3.1; Microsoft's "Azure built-in roles").
ROLES = {
    "b7e6dc6d-f1e8-4753-8033-0f276bb0955b": "Storage Blob Data Owner",
    "ba92f5b4-2d11-453d-a403-e96b0029c9fe": "Storage Blob Data Contributor",
    "db58b8e5-c6ad-4a2a-8342-4190687cbf4a": "Storage Blob Delegator",
    "974c5e8b-45b9-4653-ba55-5f855dd0fb88": "Storage Queue Data Contributor",
    "c6a89b2d-59bc-44d0-9896-0f6e12d7b80a": "Storage Queue Data Message Sender",
    "0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3": "Storage Table Data Contributor",
    "3913510d-42f4-4e42-8a64-420c390055eb": "Monitoring Metrics Publisher",
    "0ad04412-c4d5-4796-b79c-f76d14c8d402": "Durable Task Data Contributor",
    "4633458b-17de-408a-b874-0445c86b69e6": "Key Vault Secrets User",
    "b86a8fe4-44ce-4948-aee5-eccb2c155cd7": "Key Vault Secrets Officer",
}
_DEFINITIONS = f"{HERE.id}/providers/Microsoft.Authorization/roleDefinitions/"
_APP, _EVENTS, _PERSON = "id-*-app", "egst-*", "someone from outside"
_HOST, _DATA = "sthost*", "stdata*"


@dataclass(frozen=True, order=True)
class Grant:
    """A principal has a role on a scope."""

    principal: str
    role: str
    scope: str

    def __str__(self) -> str:
        """As a sentence."""
        return f"{self.principal} is {self.role} on {self.scope}"


def wanted(project: Project, variation: Variation, prefix: str) -> Iterator[Grant]:
    """The grants that a variation needs; each line says why.

    The code's own names of containers, queues and tables decide for the data account, so that a
    new one gets its role, and a dropped one loses it.
    """
    # The runtime makes containers, queues and tables there by itself: leases, keys, task hub.
    yield Grant(_APP, "Storage Blob Data Owner", f"storageAccounts {_HOST}")
    yield Grant(_APP, "Storage Queue Data Contributor", f"storageAccounts {_HOST}")
    yield Grant(_APP, "Storage Table Data Contributor", f"storageAccounts {_HOST}")
    # Signing a link needs a key that only the whole account can give; it opens nothing by itself.
    yield Grant(_APP, "Storage Blob Delegator", f"storageAccounts {_DATA}")
    # The app empties `uploads` too (DailyCleanup), and claim checks are deleted with their events.
    for name in project.code.containers:
        yield Grant(_APP, "Storage Blob Data Contributor", f"containers {_DATA}/default/{name}")
    # Sends, is triggered by, and moves what failed to the poison queue.
    for name in project.code.queues:
        yield Grant(_APP, "Storage Queue Data Contributor", f"queues {_DATA}/default/{name}")
    for name in project.code.tables:
        scope = f"tables {_DATA}/default/{prefix}{name}"
        yield Grant(_APP, "Storage Table Data Contributor", scope)
    # Telemetry without a key: local authentication is off.
    yield Grant(_APP, "Monitoring Metrics Publisher", "components appi-*")
    # Event Grid delivers as itself: it can send to one queue and file what it could not deliver.
    sent = f"queues {_DATA}/default/{names.UPLOAD_EVENTS}"
    filed = f"containers {_DATA}/default/{storage_names.DEAD_LETTERS}"
    yield Grant(_EVENTS, "Storage Queue Data Message Sender", sent)
    yield Grant(_EVENTS, "Storage Blob Data Contributor", filed)
    if variation.backend == "durableTaskScheduler":
        yield Grant(_APP, "Durable Task Data Contributor", "taskHubs dts-*/DurableOrders")
    if variation.has_vault:
        yield Grant(_APP, "Key Vault Secrets User", "vaults kv-*")
    if variation.full:  # it names the person who writes the secrets
        yield Grant(_PERSON, "Key Vault Secrets Officer", "vaults kv-*")


def granted(assignment: Deployed, expansion: Expansion) -> Grant:
    """What a role assignment grants."""
    properties = assignment.properties
    role = str(properties.get("roleDefinitionId"))
    known = ROLES.get(role.removeprefix(_DEFINITIONS)) if role.startswith(_DEFINITIONS) else None
    return Grant(
        principal_of(properties.get("principalId", ""), expansion),
        known or f"unknown role {role}",
        scope_of(assignment, expansion),
    )


def unargued(project: Project) -> Iterator[str]:
    """The grants that are missing, and those that nobody argued for."""
    for variation, expansion in project.expansions():
        prefix = app_settings.of(expansion).get("TABLE_PREFIX", "")
        there = Counter(granted(each, expansion) for each in expansion.of(ASSIGNMENT))
        needed = Counter(wanted(project, variation, prefix))
        yield from (f"{variation}: missing: {grant}" for grant in sorted(needed - there))
        yield from (f"{variation}: not argued: {grant}" for grant in sorted(there - needed))


def misnamed(project: Project) -> Iterator[str]:
    """The assignments whose name is not made of what they grant.

    Such a name stays when the grant changes, and Azure refuses to update an assignment. The object
    id of a resource's own identity is known too late for a name: the resource's id stands for it.
    """
    for variation, expansion in project.expansions():
        for each in expansion.of(ASSIGNMENT):
            role = str(each.properties.get("roleDefinitionId"))
            of = set(each.name.of) if isinstance(each.name, Guid) else set()
            principal = each.properties.get("principalId", "")
            holder = holder_of(principal, expansion)
            whose = holder.id if holder and holder.type != IDENTITY else principal
            right = {each.id.rpartition("/providers/")[0], whose}
            if not right <= of or not of - right <= {role, role.rpartition("/")[2]} or len(of) != 3:
                yield f"{variation}: {granted(each, expansion)}: its name is not of these three"


def untyped(project: Project) -> Iterator[str]:
    """The assignments that leave Azure to look up what kind of principal it is.

    The look-up fails while a new identity has not reached every directory server.
    """
    for variation, expansion in project.expansions():
        for each in expansion.of(ASSIGNMENT):
            grant = granted(each, expansion)
            right = "User" if grant.principal == _PERSON else "ServicePrincipal"
            if each.properties.get("principalType") != right:
                yield f"{variation}: {grant}: principalType must be {right}"
