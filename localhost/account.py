"""A storage account as a connection string names it: one service's address and the key to sign."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import formatdate
from urllib.parse import parse_qsl

SIGNED_HEADERS = (
    "Content-Encoding",
    "Content-Language",
    "Content-Length",
    "Content-MD5",
    "Content-Type",
    "Date",
    "If-Modified-Since",
    "If-Match",
    "If-None-Match",
    "If-Unmodified-Since",
    "Range",
)
"""In the order in which Shared Key signs them (Storage REST, "Authorize with Shared Key")."""


@dataclass(frozen=True, slots=True)
class Account:
    """Where one service of an account is and the key that signs for it."""

    name: str
    key: bytes
    endpoint: str

    @classmethod
    def parse(cls, connection_string: str, service: str = "table") -> "Account":
        """Read a storage connection string; ``service`` is ``table``, ``queue`` or ``blob``.

        Raises:
            ValueError: it names no account, key or endpoint.
        """
        parts = dict(
            part.split("=", 1) for part in connection_string.strip(";").split(";") if "=" in part
        )
        try:
            name, key = parts["AccountName"], base64.b64decode(parts["AccountKey"])
        except KeyError as missing:
            raise ValueError(f"the connection string has no {missing.args[0]}") from missing
        endpoint = parts.get(f"{service.capitalize()}Endpoint")
        if endpoint is None:
            suffix = parts.get("EndpointSuffix", "core.windows.net")
            protocol = parts.get("DefaultEndpointsProtocol", "https")
            endpoint = f"{protocol}://{name}.{service}.{suffix}"
        return cls(name, key, endpoint.rstrip("/"))

    @property
    def base_path(self) -> str:
        """The path of the endpoint: empty in the cloud, the account's name on the emulator."""
        return "/" + self.endpoint.split("://", 1)[1].partition("/")[2]

    def sign_lite(self, path: str) -> dict[str, str]:
        """Return the headers that sign a request to tables: date and path are all they cover."""
        date = formatdate(usegmt=True)
        text = f"{date}\n{self._resource(path.partition('?')[0])}"
        return {"Authorization": self._authorization("SharedKeyLite", text), "x-ms-date": date}

    def sign(self, verb: str, path: str, headers: Mapping[str, str]) -> dict[str, str]:
        """Return ``headers`` with those that sign a request to blobs or queues.

        ``path`` is encoded and carries the query; ``headers`` must hold the Content-Length of a
        body that is not empty.
        """
        dated = {**headers, "x-ms-date": formatdate(usegmt=True)}
        lowered = {name.lower(): value.strip() for name, value in dated.items()}
        standard = [lowered.get(name.lower(), "") for name in SIGNED_HEADERS]
        standard[2] = "" if standard[2] == "0" else standard[2]
        own = {name: value for name, value in lowered.items() if name.startswith("x-ms-")}
        where, _, query = path.partition("?")
        asked = {name.lower(): value for name, value in parse_qsl(query, keep_blank_values=True)}
        text = "\n".join([verb, *standard, *_lines(own), self._resource(where), *_lines(asked)])
        return {**dated, "Authorization": self._authorization("SharedKey", text)}

    def _resource(self, path: str) -> str:
        return f"/{self.name}{self.base_path.rstrip('/')}{path}"

    def _authorization(self, scheme: str, text: str) -> str:
        signature = base64.b64encode(hmac.digest(self.key, text.encode(), hashlib.sha256)).decode()
        return f"{scheme} {self.name}:{signature}"


def _lines(values: Mapping[str, str]) -> list[str]:
    """In order of the names, as the service sorts them: an underscore comes before a digit."""
    return [f"{name}:{values[name]}" for name in sorted(values, key=_rank)]


def _rank(name: str) -> str:
    return name.replace("_", "\x01")
