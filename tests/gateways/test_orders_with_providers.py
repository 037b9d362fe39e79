"""Whole orders over real HTTP and SMTP: completed, refused, or taken back."""

from collections import Counter

import pytest

from shared.domain.order.state import OrderStatus
from shared.gateways.errors import GatewayUnavailable
from shared.gateways.http_carrier import HttpCarrier
from shared.gateways.http_payment import HttpPayments
from shared.gateways.http_provider import HttpProvider
from shared.gateways.smtp_mail import SmtpMail
from shared.providers import MailAccount, MailSecurity
from tests.application.memory import Clock, Memory
from tests.domain.scenes import PLACE
from tests.gateways.provider import Provider, answering, lost_answer
from tests.gateways.smtp_server import Mailbox, smtp
from tests.orchestrations.shop import Shop, started


@pytest.fixture
async def provider():
    async with Provider().running() as running:
        yield running


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
async def shop(provider, mailbox):
    client = HttpProvider("provider", provider.account)

    async def address_of(customer_id: str) -> str:
        return f"{customer_id}@example.org"

    async with smtp(mailbox) as port:
        account = MailAccount("127.0.0.1", port, MailSecurity.NONE, "orders@shop.example")
        replaced = {
            "payments": HttpPayments(client),
            "carrier": HttpCarrier(client),
            "mailer": SmtpMail(account, address_of, Clock()),
        }
        yield await Shop(Memory(replaced=replaced)).open()
    await client.close()


async def test_an_order_completes_with_one_payment_one_parcel_and_one_letter(
    shop, provider, mailbox
):
    await shop.fulfil(started(PLACE))
    assert (await shop.order()).status is OrderStatus.COMPLETED
    assert provider.asked == [
        ("/v1/captures", "order-1:payment"),
        ("/v1/shipments", "order-1:shipment"),
    ]
    assert mailbox.recipients == [["cust-1@example.org"]]


async def test_lost_answers_are_asked_for_until_they_come(shop, provider):
    provider.faults.extend([lost_answer] * 4)
    await shop.fulfil(started(PLACE))
    assert (await shop.order()).status is OrderStatus.COMPLETED
    assert Counter(path for path, _ in provider.asked)["/v1/captures"] == 5
    assert list(provider.ledger.entries) == ["order-1:payment:capture", "order-1:shipment:ship"]


async def test_money_taken_behind_answers_that_never_came_is_given_back(shop, provider):
    provider.faults.extend([lost_answer] * 8)  # two attempts a call, four calls
    await shop.fulfil(started(PLACE))
    assert (await shop.order()).status is OrderStatus.FAILED
    assert "order-1:payment:refund" in provider.ledger.entries
    shelf = await shop.shelf("MUG")
    assert (shelf.on_hand, shelf.reservations) == (10, {})


async def test_a_request_that_is_rejected_is_asked_once_and_undone(shop, provider):
    provider.faults.append(answering(400))
    await shop.fulfil(started(PLACE))
    assert (await shop.order()).status is OrderStatus.FAILED
    assert [path for path, _ in provider.asked] == ["/v1/captures", "/v1/refunds"]


async def test_a_refund_without_its_promise_parks_the_order_for_a_person(shop, provider):
    provider.faults.extend([answering(400), answering(200, '{"outcome": "ok"}')])
    await shop.fulfil(started(PLACE))
    assert (await shop.order()).status is OrderStatus.COMPENSATION_FAILED


async def test_a_letter_that_is_refused_for_good_is_not_pressed_on_the_server(shop, mailbox):
    mailbox.answers["RCPT"] = "550 no such user"
    workflow = started(PLACE)
    await shop.until(workflow, "CompleteOrder")
    assert workflow.activities.count("SendConfirmation") == 1


async def test_an_outage_of_the_provider_is_told_without_its_address(shop, provider):
    provider.faults.append(answering(503))
    with pytest.raises(GatewayUnavailable) as raised:
        await shop.memory.wiring.payments.refund("k")
    assert provider.url not in str(raised.value)
