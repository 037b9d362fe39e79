"""Where a real provider is reached and with which secret, which no text of these ever shows."""

from dataclasses import dataclass, field
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class HttpAccount:
    """An account with a payment gateway or a carrier (docs/providers.md)."""

    url: str
    key: str = field(repr=False)


class MailSecurity(StrEnum):
    """How the way to the mail server is encrypted, by the scheme of its address."""

    STARTTLS = "smtp"  # demanded, not merely tried
    TLS = "smtps"
    NONE = "smtp+plain"


@dataclass(frozen=True, slots=True)
class MailAccount:
    """An account with a mail server; without a user nobody signs in."""

    host: str
    port: int
    security: MailSecurity
    sender: str
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
