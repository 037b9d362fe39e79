"""A mailer that hands plain letters to an SMTP server."""

import asyncio
import hashlib
import smtplib
import ssl
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

from shared import logs
from shared.gateways.errors import GatewayUnavailable, Undeliverable
from shared.gateways.ledger import require_key
from shared.gateways.mail import Message
from shared.providers import MailAccount, MailSecurity

TIMEOUT = 20.0  # seconds for each answer of the server (reference/ecosystem.md 4.3)
NO_ADDRESS = "the address is not valid"
PERMANENT = 500  # RFC 5321, 4.2.1: 5yz is for good, 4yz may pass


@dataclass(frozen=True, slots=True)
class SmtpMail:
    """SMTP knows no idempotency: between the server's 250 and our hearing it a letter may go twice.

    The process asks for a letter until an event of the order records that it was sent, so only a
    crash or a lost answer repeats one. The repetition has the same Message-ID, by which servers
    and mail programs can drop it; some do, none has to.

    No error is chained to one of smtplib, whose texts hold addresses and may hold secrets.
    """

    account: MailAccount
    address_of: Callable[[str], Awaitable[str | None]]
    now: Callable[[], datetime]
    timeout: float = TIMEOUT

    async def send(self, key: str, message: Message) -> None:
        """Send a letter to the address of the customer's account.

        Raises:
            GatewayUnavailable: perhaps sent; ask again with the same key.
            Undeliverable: no account, no valid address, or the server refuses it for good.
            StoreUnavailable: the account could not be looked up; nothing was sent.
            KeyMissing: a call without a key.
        """
        require_key(key)
        address = await self.address_of(message.customer_id)
        if address is None:
            raise Undeliverable("the customer has no account")
        to = _mailbox(address)
        letter = self._written(key, message, to)
        await asyncio.to_thread(self._deliver, letter, to)

    def _written(self, key: str, message: Message, to: Address) -> EmailMessage:
        letter = EmailMessage()
        letter["From"] = self.account.sender
        letter["To"] = to
        letter["Subject"] = f"Your order {message.order_id}"
        letter["Date"] = format_datetime(self.now())
        letter["Message-ID"] = f"<{hashlib.sha256(key.encode()).hexdigest()[:32]}@{self._domain}>"
        letter["Auto-Submitted"] = "auto-generated"  # RFC 3834: no machine shall answer
        letter.set_content(message.text)
        return letter

    @property
    def _domain(self) -> str:
        return self.account.sender.rpartition("@")[2]

    def _deliver(self, letter: EmailMessage, to: Address) -> None:
        server = self._signed_in()
        try:
            server.send_message(letter, self.account.sender, [to.addr_spec])
        except (OSError, UnicodeError) as error:  # every error of smtplib is an OSError
            raise _failure(error) from None
        finally:
            # The letter is sent or refused by now; how the parting goes changes nothing.
            with suppress(OSError):
                server.quit()
            server.close()

    def _signed_in(self) -> smtplib.SMTP:
        # Whatever goes wrong up to here goes wrong for every letter: it is the server's trouble.
        account = self.account
        server: smtplib.SMTP | None = None
        try:
            server = self._connected()
            if account.security is MailSecurity.STARTTLS:
                server.starttls(context=ssl.create_default_context())
            if account.user:
                server.login(account.user, account.password)
        except OSError as error:
            if server:
                server.close()
            if isinstance(error, smtplib.SMTPAuthenticationError | smtplib.SMTPNotSupportedError):
                sentence = "The mail server does not accept how we sign in."
                logs.error(sentence, "provider_misconfigured", gateway="mail", fault=_told(error))
            raise GatewayUnavailable(f"the mail server does not serve us: {_told(error)}") from None
        return server

    def _connected(self) -> smtplib.SMTP:
        # We say the sender's domain: looking up our own name can take a resolver's whole patience.
        account = self.account
        if account.security is MailSecurity.TLS:
            return smtplib.SMTP_SSL(
                account.host,
                account.port,
                self._domain,
                timeout=self.timeout,
                context=ssl.create_default_context(),
            )
        return smtplib.SMTP(account.host, account.port, self._domain, self.timeout)


def _mailbox(address: str) -> Address:
    # By its parts, so that a comma or a bracket is quoted and never read as a second address.
    name, _, domain = address.rpartition("@")
    try:
        mailbox = Address(username=name, domain=domain)
    except (ValueError, MessageError, IndexError):
        raise Undeliverable(NO_ADDRESS) from None
    if not name or not domain:
        raise Undeliverable(NO_ADDRESS)
    return mailbox


def _failure(error: Exception) -> Exception:
    """What a fault in handing over a letter means: for this letter, or only for now."""
    match error:
        case smtplib.SMTPRecipientsRefused(recipients=refused):
            code = max(answer[0] for answer in refused.values())
            is_permanent = code >= PERMANENT
        case smtplib.SMTPDataError(smtp_code=code):
            is_permanent = code >= PERMANENT
        case smtplib.SMTPNotSupportedError() | UnicodeError():
            is_permanent = True  # letters beyond ASCII, and a server without SMTPUTF8
        case _:
            is_permanent = False
    if is_permanent:
        return Undeliverable(f"the mail server refuses it: {_told(error)}")
    return GatewayUnavailable(f"the mail server did not take the letter: {_told(error)}")


def _told(error: Exception) -> str:
    """The code of an answer and the kind of an error, and none of the server's own words."""
    codes = [getattr(error, "smtp_code", None)]
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = [answer[0] for answer in error.recipients.values()]
    return " ".join(str(part) for part in (*codes, type(error).__name__) if part is not None)
