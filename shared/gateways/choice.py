"""Which gateway stands behind which port: the provider that the settings name, or the sandbox."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from shared.gateways.carrier import Carrier
from shared.gateways.ledger import Ledger
from shared.gateways.mail import Mailer
from shared.gateways.outage import Outage
from shared.gateways.payment import PaymentGateway
from shared.gateways.sandbox_carrier import SandboxCarrier
from shared.gateways.sandbox_mail import SandboxMail
from shared.gateways.sandbox_payment import SandboxPayments
from shared.providers import HttpAccount
from shared.settings import Settings

if TYPE_CHECKING:
    from shared.gateways.http_provider import HttpProvider


@dataclass(frozen=True, slots=True)
class Choice:
    """Builds one adapter a port; what a provider needs is only imported when there is one."""

    settings: Settings
    ledger: Ledger
    address_of: Callable[[str], Awaitable[str | None]]
    now: Callable[[], datetime]
    _closings: list[Callable[[], Awaitable[None]]] = field(default_factory=list)

    def payments(self) -> PaymentGateway:
        """Who moves the money."""
        if self.settings.payment is None:
            return SandboxPayments(self.ledger, self._outage("payment"))
        from shared.gateways.http_payment import HttpPayments  # noqa: PLC0415 - not for sandboxes

        return HttpPayments(self._provider("payment", self.settings.payment))

    def carrier(self) -> Carrier:
        """Who carries the parcels."""
        if self.settings.carrier is None:
            return SandboxCarrier(self.ledger, self._outage("carrier"))
        from shared.gateways.http_carrier import HttpCarrier  # noqa: PLC0415 - not for sandboxes

        return HttpCarrier(self._provider("carrier", self.settings.carrier))

    def mailer(self) -> Mailer:
        """Who writes to the customer."""
        if self.settings.mail is None:
            return SandboxMail(self.ledger, self._outage("mail"))
        from shared.gateways.smtp_mail import SmtpMail  # noqa: PLC0415 - not for sandboxes

        return SmtpMail(self.settings.mail, self.address_of, self.now)

    async def close(self) -> None:
        """Let go of the connections of every adapter that was built here."""
        for closing in self._closings:
            await closing()

    def _outage(self, gateway: str) -> Outage:
        return Outage(self.settings.sandbox_outages.get(gateway), self.now)

    def _provider(self, gateway: str, account: HttpAccount) -> "HttpProvider":
        from shared.gateways.http_provider import HttpProvider  # noqa: PLC0415 - not for sandboxes

        provider = HttpProvider(gateway, account)
        self._closings.append(provider.close)
        return provider
