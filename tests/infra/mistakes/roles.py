"""Mistakes in who may do what."""

from dataclasses import replace

from tests.infra.checks import roles
from tests.infra.code import Code
from tests.infra.mistakes.mistake import Mistake, code, swap

RESOURCES = "infra/resources.bicep"
INGEST = "infra/modules/ingest.bicep"
TYPES = "infra/types.bicep"
MONITORING = "infra/modules/monitoring.bicep"


def _another_table(before: Code) -> Code:
    return replace(before, tables=(*before.tables, "returns"))


MISTAKES = (
    Mistake(
        "one digit of a role's id is wrong",
        roles.unargued,
        swap(TYPES, "974c5e8b-45b9-4653-ba55-5f855dd0fb88", "974c5e8b-45b9-4653-ba55-5f855dd0fb89"),
    ),
    Mistake(
        "another role's id",
        roles.unargued,
        swap(TYPES, "c6a89b2d-59bc-44d0-9896-0f6e12d7b80a", "ba92f5b4-2d11-453d-a403-e96b0029c9fe"),
    ),
    Mistake(
        "a role on the whole account instead of its tables",
        roles.unargued,
        swap(
            RESOURCES,
            "      'blobDelegator'\n",
            "      'blobDelegator'\n      'tableContributor'\n",
        ),
    ),
    Mistake(
        "Event Grid may write everywhere in the account",
        roles.unargued,
        swap(INGEST, "  scope: deadLetters\n", "  scope: account\n"),
    ),
    Mistake(
        "a role is forgotten", roles.unargued, swap(RESOURCES, "      'queueContributor'\n", "")
    ),
    Mistake(
        "a role goes to the wrong identity",
        roles.unargued,
        swap(
            MONITORING,
            "    principalId: appPrincipalId\n",
            "    principalId: '00000000-0000-4000-8000-00000000000a'\n",
        ),
    ),
    Mistake(
        "a role's definition is of another type",
        roles.unargued,
        swap(
            MONITORING,
            "'Microsoft.Authorization/roleDefinitions'",
            "'Microsoft.Authorization/roles'",
        ),
    ),
    Mistake(
        "a role's name leaves out who has it",
        roles.misnamed,
        swap(
            MONITORING,
            "guid(appInsights.id, appPrincipalId, roleIds.metricsPublisher)",
            "guid(appInsights.id, roleIds.metricsPublisher)",
        ),
    ),
    Mistake(
        "a role's name is of another role",
        roles.misnamed,
        swap(
            INGEST,
            "guid(queue.id, topic.id, roleIds.queueMessageSender)",
            "guid(queue.id, topic.id, roleIds.blobContributor)",
        ),
    ),
    Mistake(
        "the kind of principal is left open",
        roles.untyped,
        swap(MONITORING, "    principalType: 'ServicePrincipal'\n", ""),
    ),
    Mistake("a new table has no role", roles.unargued, code(_another_table)),
)
