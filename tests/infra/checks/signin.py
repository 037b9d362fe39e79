"""The app registration that infra/signin/ describes is the one that the code takes tokens of."""

from collections.abc import Iterator

from blueprints import identity
from tests.infra.project import Project

AZURE_CLI = "04b07795-8ddb-461a-bbee-02f9e1bf7b46"  # the same in every tenant
# Tokens of the first version name another issuer than modules/functionapp.bicep expects.
TOKEN_VERSION = 2


def misregistered(project: Project) -> Iterator[str]:
    """Where operators would be strangers, tokens be refused, or `az` not get any."""
    application = project.json("infra/signin/application.json")
    cli = project.json("infra/signin/azure-cli.json")["api"]["preAuthorizedApplications"]
    values = [role["value"] for role in application["appRoles"] if role["isEnabled"]]
    if values != [identity.OPERATOR]:
        yield f"the roles are {values}, the code asks for {identity.OPERATOR}"
    allowed = {kind for role in application["appRoles"] for kind in role["allowedMemberTypes"]}
    if allowed != {"User", "Application"}:
        yield f"a role is for {allowed}: people and pipelines need it"
    if application["api"]["requestedAccessTokenVersion"] != TOKEN_VERSION:
        yield "tokens are not of version 2"
    scopes = {each["id"]: each["value"] for each in application["api"]["oauth2PermissionScopes"]}
    if [*scopes.values()] != ["user_impersonation"]:
        yield f"the scopes are {scopes}"
    if [(each["appId"], each["delegatedPermissionIds"]) for each in cli] != [
        (AZURE_CLI, [*scopes])
    ]:
        yield f"signed for in advance: {cli}"
