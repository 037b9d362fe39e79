"""The host's configuration: `host.json`, local settings, environment.

See reference/host-triggers.md 1.7-1.10.
"""

import re
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from localhost import host_json, local_settings
from localhost.errors import SettingsError
from localhost.local_settings import LocalSettings

T = TypeVar("T", bool, int, str)

PORT = 7071
DEVELOPMENT_ACCOUNT = "devstoreaccount1"
# Published by Microsoft with the emulator; it protects nothing.
DEVELOPMENT_KEY = (
    "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
)
DEVELOPMENT_PORTS = {"Blob": 10000, "Queue": 10001, "Table": 10002}


@dataclass(frozen=True, slots=True)
class HostSettings:
    """Everything that configures one run of the host; read once, never written."""

    root: Path
    host_json: Mapping[str, Any] = field(default_factory=lambda: host_json.DEFAULT)
    environment: Mapping[str, str] = field(default_factory=dict)
    local: LocalSettings = field(default_factory=LocalSettings)
    port: int = PORT
    """Where to listen; 0 finds a free one."""

    def section(self, path: str) -> Any:
        """Return what `host.json` holds under a dotted path; an empty mapping for nothing.

        Keys ignore case and ``AzureFunctionsJobHost__a__b`` variables win
        (reference/host-triggers.md 1.9). An overridden leaf is text; use ``value`` where its type
        matters.
        """
        tree = host_json.effective(self.host_json, self.environment)
        found = host_json.lookup(tree, path.split("."))
        return {} if found is None else found

    def value(self, path: str, default: T) -> T:
        """Return one leaf of `host.json`, of the type of its default.

        Raises SettingsError naming the key when the text does not say such a value.
        """
        found = self.section(path)
        if found == {}:
            return default
        text = str(found).strip()
        if isinstance(default, bool):
            if text.lower() in ("true", "false"):
                return text.lower() == "true"
        elif isinstance(default, int):
            if re.fullmatch(r"[+-]?\d+", text):
                return int(text)
        else:
            return text
        raise SettingsError(
            f"host.json: '{path}' must be {_kind(default)}, but it is {found!r}. "
            "Correct it in host.json or in its AzureFunctionsJobHost__ override."
        )

    def get(self, name: str) -> str | None:
        """Return an app setting; names ignore case and ``__`` is the same as ``:``."""
        wanted = _key(name)
        return next((text for key, text in self.environment.items() if _key(key) == wanted), None)

    def flag(self, name: str) -> bool:
        """Say whether an app setting is ``1`` or ``true``, as the host reads its switches."""
        return (self.get(name) or "").strip().lower() in ("1", "true")

    def number(self, name: str, default: int) -> int:
        """Return an app setting that is a whole number; the default when it is not set.

        Raises SettingsError for any other text.
        """
        text = (self.get(name) or str(default)).strip()
        if not re.fullmatch(r"[+-]?\d+", text):
            raise SettingsError(f"The setting '{name}' must be a whole number, but it is '{text}'.")
        return int(text)

    def resolve(self, text: str) -> str:
        """Return ``text`` with every ``%NAME%`` replaced by that setting.

        Raises SettingsError for a setting that is not there and for a ``%`` without its partner
        (reference/host-triggers.md 1.7).
        """
        parts = text.split("%")
        if len(parts) % 2 == 0:
            raise SettingsError(
                f"The '%' at position {text.rindex('%')} does not have a closing '%' in '{text}'."
            )
        parts[1::2] = [self._resolved(name) for name in parts[1::2]]
        return "".join(parts)

    def connection(self, name: str = "") -> str:
        """Return the storage connection string behind a ``connection`` name.

        An empty name means ``AzureWebJobsStorage``; ``UseDevelopmentStorage=true`` is spelled out.
        Raises SettingsError when there is none, or when it asks for an identity
        (reference/host-triggers.md 1.8).
        """
        short = name or "Storage"
        prefixed = f"AzureWebJobs{short}"
        for key in (f"ConnectionStrings:{prefixed}", prefixed, f"ConnectionStrings:{short}", short):
            text = self.get(key)
            if text:
                return development(text)
        sections = (f"{_key(prefixed)}:", f"{_key(short)}:")
        if any(_key(key).startswith(sections) for key in self.environment):
            raise SettingsError(
                f"The connection '{short}' names an identity. This host signs in with connection "
                f"strings only: set '{setting_name(name)}' to one."
            )
        raise SettingsError(
            f"Storage account connection string '{setting_name(name)}' does not exist. Make sure "
            'that it is a defined App Setting: set it in "Values" of local.settings.json, for '
            'example to "UseDevelopmentStorage=true".'
        )

    def _resolved(self, name: str) -> str:
        text = self.get(name)
        if text is None:
            found = self.section(name.replace("__", ":").replace(":", "."))
            text = found if isinstance(found, str) else None
        if text is None:
            raise SettingsError(
                f"'%{name}%' does not resolve to a value. Set '{name}' in the environment or in "
                '"Values" of local.settings.json.'
            )
        return text


def load(
    root: Path, environment: MutableMapping[str, str], port: int | None = None
) -> HostSettings:
    """Read both files below ``root`` and give the app the environment that `func start` gives it.

    ``environment`` (the process's own) is written to, because the app reads its settings there
    (reference/host-triggers.md 1.10). ``port`` wins over ``LocalHttpPort``. Raises SettingsError
    for a file that cannot be used.
    """
    local = local_settings.read(root)
    if port is None:
        text = local.host.get("LocalHttpPort", str(PORT))
        if not text.isdecimal():
            raise SettingsError(f"local.settings.json: 'LocalHttpPort' is '{text}', not a port.")
        port = int(text)
    local_settings.apply(local, environment)
    environment["AZURE_FUNCTIONS_ENVIRONMENT"] = "Development"
    environment["AzureWebJobsScriptRoot"] = str(root)
    environment["WEBSITE_HOSTNAME"] = f"localhost:{port}"
    environment.setdefault("FUNCTIONS_WORKER_RUNTIME", "python")
    return HostSettings(root, host_json.read(root), environment, local, port)


def setting_name(connection: str) -> str:
    """Return the name under which people know a connection: ``AzureWebJobsStorage``, mostly."""
    if connection.lower().startswith("azurewebjobs"):
        return connection
    return f"AzureWebJobs{connection or 'Storage'}"


def development(connection_string: str) -> str:
    """Return a connection string with ``UseDevelopmentStorage=true`` spelled out.

    Blob, queue and table answer on ports 10000 to 10002 (reference/host-triggers.md 1.8); a proxy
    URI given as ``DevelopmentStorageProxyUri`` replaces the address, as in the storage SDK.
    """
    pairs = (part.partition("=") for part in connection_string.split(";"))
    parts = {key.strip().lower(): value.strip() for key, _, value in pairs}
    if parts.get("usedevelopmentstorage", "").lower() != "true":
        return connection_string
    base = parts.get("developmentstorageproxyuri", "http://127.0.0.1").rstrip("/")
    endpoints = (
        f"{service}Endpoint={base}:{port}/{DEVELOPMENT_ACCOUNT};"
        for service, port in DEVELOPMENT_PORTS.items()
    )
    return (
        f"DefaultEndpointsProtocol={base.partition(':')[0]};AccountName={DEVELOPMENT_ACCOUNT};"
        f"AccountKey={DEVELOPMENT_KEY};" + "".join(endpoints)
    )


def _key(name: str) -> str:
    return name.replace("__", ":").lower()


def _kind(default: object) -> str:
    if isinstance(default, bool):
        return "true or false"
    return "a whole number" if isinstance(default, int) else "text"
