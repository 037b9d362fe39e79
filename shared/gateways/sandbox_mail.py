"""A mailer that keeps every letter in the ledger instead of sending it."""

from dataclasses import dataclass

from shared.gateways.ledger import Ledger
from shared.gateways.mail import Message
from shared.plain import to_plain


@dataclass(frozen=True, slots=True)
class SandboxMail:
    """One entry a letter; the key is the order's and the letter's name."""

    ledger: Ledger

    async def send(self, key: str, message: Message) -> None:
        await self.ledger.keep(key, to_plain(message))
