"""Who calls: nobody asks (local), or App Service has checked and says so (Easy Auth)."""

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from blueprints.problems import Problem
from shared.settings import AuthMode, Settings

HEADER = "x-ms-client-principal"
ID_CLAIMS = (
    "http://schemas.microsoft.com/identity/claims/objectidentifier",
    "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/nameidentifier",
    "sub",
)
OPERATOR = "operator"


@dataclass(frozen=True, slots=True)
class Principal:
    """An operator sees everything; a customer sees what carries the own id."""

    id: str
    is_operator: bool

    def may_see(self, customer_id: str) -> bool:
        """Whether a thing of this customer exists for the caller."""
        return self.is_operator or self.id == customer_id

    def require_operator(self) -> None:
        """Refuse everyone else.

        Raises:
            Problem: 403.
        """
        if not self.is_operator:
            raise Problem(403, "forbidden", "Only operators may do this.")


def authenticate(headers: Mapping[str, str], settings: Settings) -> Principal:
    """The caller of a request.

    The header is believed only where the platform itself writes it and strips a caller's own
    (WEBSITE_AUTH_ENABLED, set by App Service).

    Raises:
        Problem: 401, there is no identity, or none that can be believed.
    """
    if settings.auth_mode is AuthMode.NONE:
        return Principal("local", is_operator=True)
    header = headers.get(HEADER) if settings.platform_auth else None
    claims = _claims(header) if header else {}
    for name in ID_CLAIMS:
        if claims.get(name):
            return Principal(claims[name][0], OPERATOR in claims.get("roles", []))
    raise Problem(401, "unauthenticated", "Sign in first.", headers={"WWW-Authenticate": "Bearer"})


def _claims(header: str) -> dict[str, list[str]]:
    """Claim types to values; an unreadable header is no identity."""
    try:
        document: Any = json.loads(base64.b64decode(header, validate=True))
        role_type = document.get("role_typ", "roles")
        claims: dict[str, list[str]] = {}
        for claim in document["claims"]:
            name = "roles" if claim["typ"] in (role_type, "roles") else claim["typ"]
            value = claim["val"]
            if isinstance(value, str) and value.strip() and value.isprintable():
                claims.setdefault(name, []).append(value)
    except (binascii.Error, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}
    return claims
