"""Cross-origin answers as `func start --cors` gives them (reference/host-triggers.md 2.6)."""

from collections.abc import Mapping
from dataclasses import dataclass

from localhost.errors import SettingsError

ANY = "*"


@dataclass(frozen=True, slots=True)
class Cors:
    """The origins that may read answers, any header and any method allowed."""

    origins: frozenset[str]
    credentials: bool = False

    def is_preflight(self, method: str, headers: Mapping[str, str]) -> bool:
        """Say whether a request is a preflight, which never reaches a function."""
        return (
            bool(self.origins)
            and method == "OPTIONS"
            and "Origin" in headers
            and "Access-Control-Request-Method" in headers
        )

    def preflight(self, headers: Mapping[str, str]) -> dict[str, str]:
        """Return the headers of a preflight's 204; without any, the browser refuses."""
        answer = self.simple(headers)
        if "Access-Control-Allow-Origin" in answer:
            answer["Access-Control-Allow-Methods"] = headers["Access-Control-Request-Method"]
            if wanted := headers.get("Access-Control-Request-Headers"):
                answer["Access-Control-Allow-Headers"] = wanted
        return answer

    def simple(self, headers: Mapping[str, str]) -> dict[str, str]:
        """Return the headers to add to any other answer; none for a foreign origin."""
        origin = headers.get("Origin")
        if origin is None or not self.origins:
            return {}
        if ANY in self.origins:
            return {"Access-Control-Allow-Origin": ANY}
        if origin.lower() not in self.origins:
            return {}
        answer = {"Access-Control-Allow-Origin": origin, "Vary": "Origin"}
        if self.credentials:
            answer["Access-Control-Allow-Credentials"] = "true"
        return answer


def cors(listed: str, *, credentials: bool = False) -> Cors:
    """Return the policy for a comma-separated list of origins; an empty one switches CORS off.

    Raises SettingsError for any origin together with credentials, which browsers and ASP.NET
    refuse.
    """
    origins = frozenset(
        origin.strip().rstrip("/").lower() for origin in listed.split(",") if origin.strip()
    )
    if ANY in origins and credentials:
        raise SettingsError(
            "CORS: '*' cannot be combined with credentials. Name the origins, or set "
            '"CORSCredentials" to false in local.settings.json.'
        )
    return Cors(origins, credentials)
