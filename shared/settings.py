"""What may be configured, read once from a mapping such as the environment."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

HOURS = r"\d{1,4}(\.\d+)?"
GATEWAYS = ("payment", "carrier", "mail")
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
    approval_threshold: int = 100_000  # minor units of the order's currency; 0: none is needed
    approval_hours: float = 72
    gateway_patience_hours: float = 24
    breaker_failures: int = 3
    sandbox_outages: dict[str, datetime] = field(default_factory=dict)
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
        approval_threshold=int(
            _matching(environment, "APPROVAL_THRESHOLD", "100000", "[0-9]{1,13}")
        ),
        approval_hours=float(_matching(environment, "APPROVAL_HOURS", "72", HOURS)),
        gateway_patience_hours=float(_matching(environment, "GATEWAY_PATIENCE_HOURS", "24", HOURS)),
        breaker_failures=int(_matching(environment, "BREAKER_FAILURES", "3", "[1-9][0-9]{0,2}")),
        sandbox_outages=_outages(environment),
        log_level=_matching(environment, "LOG_LEVEL", "INFO", "|".join(LOG_LEVELS)),
        auth_mode=AuthMode(_matching(environment, "AUTH_MODE", "none", "|".join(AuthMode))),
        platform_auth=environment.get("WEBSITE_AUTH_ENABLED", "").lower() == "true",
    )


def _matching(environment: Mapping[str, str], name: str, default: str, pattern: str) -> str:
    value = environment.get(name, default)
    if not re.fullmatch(pattern, value):
        raise BadSetting(f"{name} is {value!r}. Write something that matches {pattern}.")
    return value


def _outages(environment: Mapping[str, str]) -> dict[str, datetime]:
    """Until when which sandbox gateway is down, as SANDBOX_PAYMENT_DOWN_UNTIL and its like say."""
    outages: dict[str, datetime] = {}
    for gateway in GATEWAYS:
        name = f"SANDBOX_{gateway.upper()}_DOWN_UNTIL"
        if text := environment.get(name):
            outages[gateway] = _moment(name, text)
    return outages


def _moment(name: str, text: str) -> datetime:
    cure = f"{name} is {text!r}. Write a time such as 2026-11-23T09:00:00Z."
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadSetting(cure) from error
    if moment.tzinfo is None:
        raise BadSetting(cure)
    return moment


def _delays(text: str) -> tuple[float, ...]:
    delays = [part.strip() for part in text.split(",")]
    if not all(re.fullmatch(r"\d+(\.\d+)?", delay) for delay in delays):
        raise BadSetting(
            f"RETRY_DELAYS_SECONDS is {text!r}. Write seconds with commas, such as 2,4,8."
        )
    return tuple(float(delay) for delay in delays)
