"""A mailer that keeps every letter in the ledger instead of sending it."""

from dataclasses import dataclass

from shared.gateways.ledger import Ledger, require_key
from shared.gateways.mail import Message
from shared.gateways.outage import Outage
from shared.plain import to_plain


@dataclass(frozen=True, slots=True)
class SandboxMail:
    """One entry a letter; the key is the order's and the letter's name."""

    ledger: Ledger
    outage: Outage | None = None

    async def send(self, key: str, message: Message) -> None:
        require_key(key)
        if self.outage:
            self.outage.strike("mail")
        await self.ledger.keep(key, to_plain(message))
