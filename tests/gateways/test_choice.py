"""The settings choose between provider and sandbox, and the whole app works with providers."""

import subprocess
import sys
from dataclasses import replace

import pytest

from shared.application.aggregates import USER, Cause
from shared.domain.user import RegisterUser
from shared.gateways.choice import Choice
from shared.gateways.errors import Undeliverable
from shared.gateways.ledger import MemoryLedger
from shared.gateways.mail import Letter, Message
from shared.gateways.payment import Captured, Refunded
from shared.gateways.sandbox_carrier import SandboxCarrier
from shared.gateways.sandbox_mail import SandboxMail
from shared.gateways.sandbox_payment import SandboxPayments
from shared.providers import MailAccount, MailSecurity
from shared.settings import Settings
from shared.wiring import wire
from tests.application.memory import Clock
from tests.domain.scenes import ADDRESS, TOTAL
from tests.gateways.provider import Provider
from tests.gateways.smtp_server import Mailbox, smtp
from workbench.places import ROOT

CAUSE = Cause("cid", "test", "tester")


async def nobody(customer_id: str) -> str | None:
    return None


def test_without_providers_there_are_sandboxes():
    choice = Choice(Settings("memory"), MemoryLedger(), nobody, Clock())
    assert isinstance(choice.payments(), SandboxPayments)
    assert isinstance(choice.carrier(), SandboxCarrier)
    assert isinstance(choice.mailer(), SandboxMail)


def test_sandboxes_import_nothing_that_only_providers_need():
    code = (
        "import shared.wiring, sys; print([m for m in sys.modules if 'smtp' in m or '.http_' in m])"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert "shared.gateways" not in run.stdout
    assert "smtplib" not in run.stdout


@pytest.fixture
async def provider():
    async with Provider().running() as running:
        yield running


async def test_the_wired_app_reaches_the_providers_and_the_customers_own_address(azurite, provider):
    mailbox = Mailbox()
    async with smtp(mailbox) as port:
        mail = MailAccount("127.0.0.1", port, MailSecurity.NONE, "orders@shop.example")
        settings = Settings(azurite, table_prefix="providers", mail=mail)
        settings = replace(settings, payment=provider.account, carrier=provider.account)
        wired = wire(settings)
        register = RegisterUser("cust-1", "ada@example.org", "Ada")
        await wired.aggregates.handle(USER, "cust-1", register, CAUSE)
        message = Message("cust-1", "order-1", Letter.CONFIRMATION, "On its way.")
        await wired.mailer.send("k", message)
        with pytest.raises(Undeliverable):
            await wired.mailer.send("k", replace(message, customer_id="cust-2"))
        assert isinstance(await wired.payments.capture("k", "pm_card_ok", TOTAL), Captured)
        await wired.carrier.ship("k", ADDRESS)
        await wired.close()
        assert isinstance(await wired.payments.refund("k"), Refunded)
        await wired.close()
    assert mailbox.recipients == [["ada@example.org"]]
    assert [path for path, _ in provider.asked] == ["/v1/captures", "/v1/shipments", "/v1/refunds"]
