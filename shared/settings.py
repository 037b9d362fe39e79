"""What may be configured, read once from a mapping such as the environment."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")


class BadSetting(ValueError):
    """A setting is missing or wrong; the message names it and says what to write instead."""


class AuthMode(StrEnum):
    """Who is trusted to say who calls (design/api.md, identity)."""

    NONE = "none"
    EASYAUTH = "easyauth"


@dataclass(frozen=True, slots=True)
class Settings:
    """`platform_auth`: whether App Service itself puts the principal's header on requests."""

    data_storage: str
    table_prefix: str = "orders"
    retry_delays: tuple[float, ...] = (2, 4, 8)  # guide S4.2: 3 retries, 2 s, doubled each time
    reservation_minutes: int = 30
    log_level: str = "INFO"
    auth_mode: AuthMode = AuthMode.NONE
    platform_auth: bool = False


def read(environment: Mapping[str, str]) -> Settings:
    """The settings in an environment.

    Raises:
        BadSetting: one is missing or wrong.
    """
    storage = environment.get("DATA_STORAGE") or environment.get("AzureWebJobsStorage")
    if not storage:
        raise BadSetting(
            "AzureWebJobsStorage is missing. Copy local.settings.json.example to"
            " local.settings.json, or set a storage connection string."
        )
    return Settings(
        data_storage=storage,
        table_prefix=_matching(environment, "TABLE_PREFIX", "orders", "[A-Za-z][A-Za-z0-9]{0,39}"),
        retry_delays=_delays(environment.get("RETRY_DELAYS_SECONDS", "2,4,8")),
        reservation_minutes=int(
            _matching(environment, "RESERVATION_MINUTES", "30", "[1-9][0-9]{0,4}")
        ),
        log_level=_matching(environment, "LOG_LEVEL", "INFO", "|".join(LOG_LEVELS)),
        auth_mode=AuthMode(_matching(environment, "AUTH_MODE", "none", "|".join(AuthMode))),
        platform_auth=environment.get("WEBSITE_AUTH_ENABLED", "").lower() == "true",
    )


def _matching(environment: Mapping[str, str], name: str, default: str, pattern: str) -> str:
    value = environment.get(name, default)
    if not re.fullmatch(pattern, value):
        raise BadSetting(f"{name} is {value!r}. Write something that matches {pattern}.")
    return value


def _delays(text: str) -> tuple[float, ...]:
    delays = [part.strip() for part in text.split(",")]
    if not all(re.fullmatch(r"\d+(\.\d+)?", delay) for delay in delays):
        raise BadSetting(
            f"RETRY_DELAYS_SECONDS is {text!r}. Write seconds with commas, such as 2,4,8."
        )
    return tuple(float(delay) for delay in delays)
