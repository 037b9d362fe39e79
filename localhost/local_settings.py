"""`local.settings.json`: the settings that `func start` gives a local app.

See reference/host-triggers.md 1.10.
"""

import json
import logging
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from localhost.errors import SettingsError

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class LocalSettings:
    """The three sections of the file that matter here, as text."""

    values: Mapping[str, str] = field(default_factory=dict)
    connection_strings: Mapping[str, str] = field(default_factory=dict)
    host: Mapping[str, str] = field(default_factory=dict)


def read(root: Path) -> LocalSettings:
    """Return the settings in ``root/local.settings.json``; none when there is no such file.

    A file that is not JSON counts as empty, with a warning. Raises SettingsError for values that
    are encrypted, which they are unless the file says ``"IsEncrypted": false``.
    """
    path = root / "local.settings.json"
    if not path.exists():
        return LocalSettings()
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except ValueError as broken:
        log.warning("'%s' is not valid JSON and is treated as empty: %s", path, broken)
        return LocalSettings()
    if not isinstance(content, dict):
        log.warning("'%s' is not a JSON object and is treated as empty.", path)
        return LocalSettings()
    values = _texts(content.get("Values"))
    if content.get("IsEncrypted", True) is not False and values:
        raise SettingsError(
            f"Failed to decrypt settings. '{path}' counts as encrypted until it says "
            '"IsEncrypted": false; add that line.'
        )
    return LocalSettings(
        values=values,
        connection_strings=_connection_strings(content.get("ConnectionStrings")),
        host=_texts(content.get("Host")),
    )


def apply(settings: LocalSettings, environment: MutableMapping[str, str]) -> None:
    """Put the values into the environment, where a non-empty variable of that name wins."""
    for name, text in settings.values.items():
        if environment.get(name):
            log.warning(
                "Skipping '%s' from local settings as it's already defined in current "
                "environment variables.",
                name,
            )
        else:
            environment[name] = text
    for name, text in settings.connection_strings.items():
        environment.setdefault(f"ConnectionStrings:{name}", text)


def _texts(section: Any) -> dict[str, str]:
    """Scalars as .NET writes them; null means absent."""
    if not isinstance(section, dict):
        return {}
    return {
        name: value if isinstance(value, str) else json.dumps(value)
        for name, value in section.items()
        if value is not None
    }


def _connection_strings(section: Any) -> dict[str, str]:
    if not isinstance(section, dict):
        return {}
    return _texts(
        {
            name: entry.get("ConnectionString") if isinstance(entry, dict) else entry
            for name, entry in section.items()
        }
    )
