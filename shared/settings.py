"""What may be configured, read once from a mapping such as the environment."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from shared.names import CONNECTION
from shared.providers import HttpAccount, MailAccount, MailSecurity
from shared.storage_account import Address, ByIdentity, Service

HOURS = r"\d{1,4}(\.\d+)?"
GATEWAYS = ("payment", "carrier", "mail")
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
# Unencrypted only within this machine; no user, query or fragment, where secrets like to hide.
PROVIDER = r"(https://[^\s/@?#]+|http://(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?)(/[^\s@?#]*)?"
MAIL_SERVER = r"(?P<scheme>smtp|smtps|smtp\+plain)://(?P<host>[A-Za-z0-9.-]+)(:(?P<port>\d{1,5}))?"
MAIL_PORTS = {  # RFC 8314, 3.3; RFC 5321 for the plain one
    MailSecurity.STARTTLS: 587,
    MailSecurity.TLS: 465,
    MailSecurity.NONE: 25,
}
UNRESOLVED = "@Microsoft.KeyVault("  # what App Service leaves where it may not read the vault
ENDPOINT = r"https://[^\s/@?#]+/?"
SENDER = r"[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9.-]{1,190}"


class BadSetting(ValueError):
    """A setting is missing or wrong; the message names it and says what to write instead."""


class AuthMode(StrEnum):
    """Who is trusted to say who calls (design/api.md, identity)."""

    NONE = "none"
    EASYAUTH = "easyauth"


class UploadSource(StrEnum):
    """How an upload is heard of (reference/infra.md 3.6)."""

    BLOB = "blob"  # the host looks for blobs itself, as Flex Consumption cannot
    EVENTS = "events"  # Event Grid puts a message into a queue


@dataclass(frozen=True, slots=True)
class Settings:
    """`platform_auth`: whether App Service itself puts the principal's header on requests."""

    data_storage: Address
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
    payment: HttpAccount | None = None  # None: the sandbox, here as below
    carrier: HttpAccount | None = None
    mail: MailAccount | None = None
    upload_source: UploadSource = UploadSource.BLOB
    upload_max_bytes: int = 20 * 1024 * 1024
    upload_minutes: int = 15
    keep_warm: bool = True


def read(environment: Mapping[str, str]) -> Settings:
    """The settings in an environment.

    Raises:
        BadSetting: one is missing or wrong.
    """
    return Settings(
        data_storage=_address(environment),
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
        payment=_http_account(environment, "PAYMENT"),
        carrier=_http_account(environment, "CARRIER"),
        mail=_mail_account(environment),
        upload_source=UploadSource(
            _matching(environment, "UPLOAD_SOURCE", "blob", "|".join(UploadSource))
        ),
        upload_max_bytes=int(
            _matching(environment, "UPLOAD_MAX_BYTES", "20971520", "[1-9][0-9]{0,8}")
        ),
        upload_minutes=int(_matching(environment, "UPLOAD_MINUTES", "15", "[1-9][0-9]{0,3}")),
        keep_warm=_matching(environment, "KEEP_WARM", "true", "true|false") == "true",
    )


def _address(environment: Mapping[str, str]) -> Address:
    """The data account: a connection string, or endpoints and who asks there."""
    if connection := environment.get(CONNECTION):
        return connection
    endpoints = {each: environment.get(f"{CONNECTION}__{each}", "") for each in Service}
    if not any(endpoints.values()):
        raise BadSetting(
            f"{CONNECTION} is missing. Copy local.settings.json.example to local.settings.json,"
            f" or set a storage connection string, or {CONNECTION}__{Service.BLOB} and its like."
        )
    for service, endpoint in endpoints.items():
        if not re.fullmatch(ENDPOINT, endpoint):
            raise BadSetting(f"{CONNECTION}__{service} is {endpoint!r}. Write https://host.")
    if environment.get(f"{CONNECTION}__credential") != "managedidentity":
        raise BadSetting(f"{CONNECTION}__credential must be managedidentity.")
    client_id = _matching(environment, f"{CONNECTION}__clientId", "", "[0-9a-fA-F-]{36}")
    return ByIdentity(endpoints, client_id)


def _matching(environment: Mapping[str, str], name: str, default: str, pattern: str) -> str:
    value = environment.get(name, default)
    if not re.fullmatch(pattern, value):
        raise BadSetting(f"{name} is {value!r}. Write something that matches {pattern}.")
    return value


def _http_account(environment: Mapping[str, str], name: str) -> HttpAccount | None:
    """A provider's account; what is wrong is not repeated in the error, for it may be a secret."""
    url, key = (environment.get(f"{name}_{part}", "") for part in ("URL", "KEY"))
    if not url and not key:
        return None
    if not re.fullmatch(PROVIDER, url):
        raise BadSetting(
            f"{name}_URL is no provider's address. Write https://host/path, without user or query;"
            " http is for this machine only."
        )
    _require_resolved(f"{name}_KEY", key)
    if not re.fullmatch("[!-~]+", key):
        raise BadSetting(f"{name}_KEY is no key. Write what the provider gave you, without blanks.")
    return HttpAccount(url, key)


def _require_resolved(name: str, secret: str) -> None:
    """A reference that was not resolved would be sent to a provider as if it were the secret."""
    if secret.startswith(UNRESOLVED):
        raise BadSetting(f"{name} is not read from the vault. Give the app the right to, and wait.")


def _mail_account(environment: Mapping[str, str]) -> MailAccount | None:
    """The mail server's account; what is wrong is not repeated in the error, as above."""
    parts = ("URL", "FROM", "USER", "PASSWORD")
    url, sender, user, password = (environment.get(f"MAIL_{part}", "") for part in parts)
    if not any((url, sender, user, password)):
        return None
    server = re.fullmatch(MAIL_SERVER, url)
    if server is None:
        raise BadSetting("MAIL_URL is no mail server's. Write smtp://host:587 or smtps://host:465.")
    if not re.fullmatch(SENDER, sender):
        raise BadSetting("MAIL_FROM is no address. Write one such as orders@shop.example.")
    if bool(user) != bool(password):
        raise BadSetting("MAIL_USER and MAIL_PASSWORD go together. Write both or neither.")
    _require_resolved("MAIL_PASSWORD", password)
    if not re.fullmatch("[ -~]*", user + password):
        raise BadSetting("MAIL_USER and MAIL_PASSWORD hold ASCII only. Write others.")
    security = MailSecurity(server["scheme"])
    if user and security is MailSecurity.NONE:
        raise BadSetting("MAIL_URL sends MAIL_PASSWORD unencrypted. Write smtp:// or smtps://.")
    port = int(server["port"] or MAIL_PORTS[security])
    return MailAccount(server["host"], port, security, sender, user, password)


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
