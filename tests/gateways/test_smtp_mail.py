"""Letters over a real SMTP server: delivered, repeated, refused, and no secret told."""

import asyncio
import socket
import traceback
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from shared.gateways.errors import GatewayUnavailable, KeyMissing, Undeliverable
from shared.gateways.mail import Letter, Message
from shared.gateways.smtp_mail import SmtpMail
from shared.providers import MailAccount, MailSecurity
from tests.application.memory import Clock
from tests.gateways.smtp_server import PASSWORD, USER, Mailbox, authenticate, certificate, smtp

MESSAGE = Message("cust-1", "order-1", Letter.CONFIRMATION, "Your order order-1 is on its way. ☀")
ADA = "ada@example.org"


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
async def port(mailbox) -> AsyncIterator[int]:
    async with smtp(mailbox) as port:
        yield port


@pytest.fixture
def mailer(port) -> SmtpMail:
    return mailer_to(port)


def mailer_to(port: int, address: str | None = ADA, **account: Any) -> SmtpMail:
    async def address_of(customer_id: str) -> str | None:
        assert customer_id == "cust-1"
        return address

    given = {"security": MailSecurity.NONE, "sender": "orders@shop.example", **account}
    return SmtpMail(MailAccount("127.0.0.1", port, **given), address_of, Clock(), timeout=0.5)


async def fails(mailer: SmtpMail, caplog) -> Exception:
    """The failure of a letter, after a look that it tells no secret and no address."""
    with pytest.raises(Exception) as raised:  # noqa: PT011 - the caller looks at its type
        await mailer.send("k", MESSAGE)
    error = raised.value
    told = "".join(traceback.format_exception(error)) + repr(error.__cause__) + caplog.text
    assert not [word for word in (PASSWORD, ADA) if word in told]
    return error


async def test_a_letter_arrives_with_its_text(mailer, mailbox):
    await mailer.send("order-1:mail:confirmation", MESSAGE)
    (letter,) = mailbox.letters
    assert letter.get_content().strip() == MESSAGE.text
    assert letter["To"] == ADA
    assert letter["From"] == "orders@shop.example"
    assert letter["Subject"] == "Your order order-1"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Date"].datetime == Clock().now


async def test_a_letter_that_is_sent_again_is_the_same_letter(mailer, mailbox):
    for key in ("k", "k", "another"):
        await mailer.send(key, MESSAGE)
    first, again, other = (letter["Message-ID"] for letter in mailbox.letters)
    assert first == again != other
    assert first.endswith("@shop.example>")


async def test_a_call_without_a_key_is_refused(mailer, mailbox):
    with pytest.raises(KeyMissing):
        await mailer.send(" ", MESSAGE)
    assert mailbox.letters == []


# ---- addresses -------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["a,b@example.org", 'say"hi"@example.org', "<ada>@example.org"])
async def test_whatever_stands_in_an_address_it_is_one_address(port, mailbox, address):
    await mailer_to(port, address).send("k", MESSAGE)
    (letter,) = mailbox.letters
    (to,) = letter["To"].addresses
    assert f"{to.username}@{to.domain}" == address
    assert mailbox.recipients == [[to.addr_spec]]


async def test_an_address_beyond_ascii_needs_a_server_that_knows_them(mailbox, caplog):
    async with smtp(mailbox, enable_SMTPUTF8=True) as port:
        await mailer_to(port, "grüße@example.org").send("k", MESSAGE)
    assert mailbox.recipients == [["grüße@example.org"]]
    async with smtp(mailbox, enable_SMTPUTF8=False) as port:
        error = await fails(mailer_to(port, "grüße@example.org"), caplog)
    assert type(error) is Undeliverable


@pytest.mark.parametrize("address", [None, "", "ada", "@example.org", "ada@", "a\r\nBcc: b@c.de@d"])
async def test_without_an_address_a_letter_is_undeliverable(port, mailbox, caplog, address):
    assert type(await fails(mailer_to(port, address), caplog)) is Undeliverable
    assert mailbox.letters == []


# ---- refusals and faults ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "answer", "kind"),
    [
        ("RCPT", f"550 no such user {ADA}", Undeliverable),
        ("RCPT", "451 greylisted", GatewayUnavailable),
        ("DATA", "554 this is spam", Undeliverable),
        ("DATA", "452 the disk is full", GatewayUnavailable),
        ("MAIL", "451 later", GatewayUnavailable),
        ("MAIL", "550 you may not send as this", GatewayUnavailable),
        ("RCPT", "421 going down", GatewayUnavailable),
    ],
)
async def test_a_refusal_is_for_this_letter_or_only_for_now(
    mailer, mailbox, caplog, at, answer, kind
):
    mailbox.answers[at] = answer
    error = await fails(mailer, caplog)
    assert type(error) is kind
    assert answer[:3] in str(error)
    assert answer[4:] not in str(error)


async def test_a_lost_answer_leaves_open_whether_it_was_sent(mailer, mailbox, caplog):
    mailbox.is_gone_after_data = True
    assert type(await fails(mailer, caplog)) is GatewayUnavailable
    assert len(mailbox.letters) == 1


async def test_a_letter_that_was_taken_is_sent_however_rude_the_parting(mailer, mailbox):
    mailbox.is_rude_at_the_end = True
    await mailer.send("k", MESSAGE)
    assert len(mailbox.letters) == 1


@pytest.mark.parametrize(
    "greeting", [b"", b"421 busy\r\n", b"554 go away\r\n", b"HTTP/1.1 400\r\n"]
)
async def test_a_server_that_does_not_serve_us_is_unavailable(caplog, greeting):
    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(greeting)
        await reader.read()
        writer.close()

    server = await asyncio.start_server(greet, "127.0.0.1", 0)
    error = await fails(mailer_to(server.sockets[0].getsockname()[1]), caplog)
    assert type(error) is GatewayUnavailable
    server.close()
    await server.wait_closed()


async def test_nobody_there_is_unavailable(caplog):
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        error = await fails(mailer_to(reserved.getsockname()[1]), caplog)
    assert type(error) is GatewayUnavailable


# ---- encryption and signing in ---------------------------------------------------------


@pytest.fixture
def tls(tmp_path, monkeypatch):
    """The server's side of a certificate that this process trusts."""
    file, context = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    return context


@pytest.fixture
def demanding(tls) -> dict[str, Any]:
    """Options of a server that talks to nobody before STARTTLS and signing in."""
    return {
        "tls_context": tls,
        "require_starttls": True,
        "authenticator": authenticate,
        "auth_required": True,
    }


SIGNED = {"security": MailSecurity.STARTTLS, "user": USER, "password": PASSWORD}


async def test_we_sign_in_once_the_way_is_encrypted(mailbox, demanding):
    async with smtp(mailbox, **demanding) as port:
        await mailer_to(port, **SIGNED).send("k", MESSAGE)
    assert len(mailbox.letters) == 1


async def test_the_way_may_be_encrypted_from_the_first_byte(mailbox, tls):
    async with smtp(mailbox, tls) as port:
        await mailer_to(port, security=MailSecurity.TLS).send("k", MESSAGE)
    assert len(mailbox.letters) == 1


async def test_a_wrong_password_calls_for_a_person_and_is_not_told(mailbox, demanding, caplog):
    async with smtp(mailbox, **demanding) as port:
        error = await fails(mailer_to(port, **{**SIGNED, "password": PASSWORD + "!"}), caplog)
    assert type(error) is GatewayUnavailable
    assert "535" in str(error)
    assert "provider_misconfigured" in caplog.text


async def test_a_server_without_encryption_never_hears_the_password(port, mailbox, caplog):
    error = await fails(mailer_to(port, **SIGNED), caplog)
    assert type(error) is GatewayUnavailable
    assert mailbox.letters == []


async def test_a_certificate_nobody_vouches_for_is_not_trusted(
    mailbox, demanding, caplog, monkeypatch
):
    monkeypatch.delenv("SSL_CERT_FILE")
    async with smtp(mailbox, **demanding) as port:
        assert type(await fails(mailer_to(port, **SIGNED), caplog)) is GatewayUnavailable
    assert mailbox.letters == []


def test_an_account_never_shows_who_signs_in_with_what():
    account = MailAccount("h", 1, MailSecurity.TLS, "a@b.c", USER, PASSWORD)
    assert PASSWORD not in f"{account!r} {replace(account, port=2)}"
