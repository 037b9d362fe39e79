"""The sandboxes do what design/api.md says, once a key."""

from dataclasses import replace
from datetime import timedelta

import pytest

from shared.domain.money import Money
from shared.gateways.carrier import Cancelled, NothingShipped, Refused, Shipped
from shared.gateways.errors import GatewayUnavailable, KeyMissing, PartyUnavailable
from shared.gateways.ledger import MemoryLedger
from shared.gateways.mail import Letter, Message
from shared.gateways.outage import Outage
from shared.gateways.payment import Captured, Declined, NothingCaptured, Refunded
from shared.gateways.sandbox_carrier import SandboxCarrier
from shared.gateways.sandbox_mail import SandboxMail
from shared.gateways.sandbox_payment import SandboxPayments
from tests.application.memory import Clock
from tests.domain.scenes import ADDRESS, TOTAL
from tests.given import NOW


@pytest.fixture
def ledger() -> MemoryLedger:
    return MemoryLedger()


@pytest.fixture
def payments(ledger) -> SandboxPayments:
    return SandboxPayments(ledger)


@pytest.fixture
def carrier(ledger) -> SandboxCarrier:
    return SandboxCarrier(ledger)


async def test_a_good_card_is_charged_once_however_often_it_is_asked(payments, ledger):
    first = await payments.capture("k", "pm_card_ok", TOTAL)
    again = await payments.capture("k", "pm_card_ok", Money(1, "EUR"))
    assert isinstance(first, Captured)
    assert again == first
    assert len(ledger.entries) == 1


async def test_two_orders_are_two_payments(payments):
    assert await payments.capture("a", "pm_card_ok", TOTAL) != await payments.capture(
        "b", "pm_card_ok", TOTAL
    )


@pytest.mark.parametrize(
    ("method", "reason"),
    [
        ("pm_card_declined", "declined"),
        ("pm_card_insufficient_funds", "insufficient"),
        ("pm_bitcoin", "unknown payment method pm_bitcoin"),
        ("pm_flaky_10", "unknown"),
    ],
)
async def test_other_cards_are_declined_with_a_reason(payments, method, reason):
    declined = await payments.capture("k", method, TOTAL)
    assert isinstance(declined, Declined)
    assert reason in declined.reason
    assert await payments.refund("k") == NothingCaptured()


async def test_a_flaky_card_fails_as_often_as_its_digit_says_and_then_works(payments):
    for _ in range(2):
        with pytest.raises(GatewayUnavailable):
            await payments.capture("k", "pm_flaky_2", TOTAL)
    assert isinstance(await payments.capture("k", "pm_flaky_2", TOTAL), Captured)


async def test_a_gateway_that_is_down_stays_down_and_has_nothing_to_refund(payments):
    for _ in range(5):
        with pytest.raises(GatewayUnavailable):
            await payments.capture("k", "pm_down", TOTAL)
    assert await payments.refund("k") == NothingCaptured()


async def test_a_refund_gives_back_the_whole_payment_once(payments, ledger):
    captured = await payments.capture("k", "pm_card_ok", TOTAL)
    refunded = await payments.refund("k")
    assert refunded == Refunded(captured.payment_id, TOTAL)
    assert await payments.refund("k") == refunded
    assert len(ledger.entries) == 2


async def test_a_capture_that_comes_after_the_refund_takes_nothing(payments):
    assert await payments.refund("k") == NothingCaptured()
    assert await payments.capture("k", "pm_card_ok", TOTAL) == Declined("the payment was withdrawn")


async def test_a_parcel_is_sent_once_however_often_it_is_asked(carrier, ledger):
    first = await carrier.ship("k", ADDRESS)
    assert isinstance(first, Shipped)
    assert await carrier.ship("k", ADDRESS) == first
    assert len(ledger.entries) == 1


async def test_the_carrier_refuses_a_country_it_does_not_serve(carrier):
    assert isinstance(await carrier.ship("k", replace(ADDRESS, country="ZZ")), Refused)
    assert await carrier.cancel("k") == NothingShipped()


async def test_a_flaky_address_fails_as_often_as_its_digit_says_and_then_works(carrier):
    flaky = replace(ADDRESS, postal_code="FLAKY-1")
    with pytest.raises(GatewayUnavailable):
        await carrier.ship("k", flaky)
    assert isinstance(await carrier.ship("k", flaky), Shipped)


async def test_a_parcel_is_stopped_once(carrier):
    shipped = await carrier.ship("k", ADDRESS)
    assert await carrier.cancel("k") == Cancelled(shipped.shipment_id)
    assert await carrier.cancel("k") == Cancelled(shipped.shipment_id)


async def test_a_parcel_that_comes_after_its_cancelling_is_refused(carrier):
    assert await carrier.cancel("k") == NothingShipped()
    assert await carrier.ship("k", ADDRESS) == Refused("the shipment was withdrawn")


async def test_the_sandbox_keeps_every_letter_once(ledger):
    letter = Message("cust-1", "order-1", Letter.CONFIRMATION, "on its way")
    for _ in range(2):
        await SandboxMail(ledger).send("k", letter)
    assert ledger.entries == {
        "k": {
            "customerId": "cust-1",
            "orderId": "order-1",
            "letter": "confirmation",
            "text": "on its way",
        }
    }


async def test_no_gateway_takes_a_call_without_a_key(payments, carrier, ledger):
    calls = [
        payments.capture("", "pm_card_ok", TOTAL),
        payments.capture("", "pm_down", TOTAL),
        payments.refund(""),
        carrier.ship("", ADDRESS),
        carrier.cancel(" "),
        SandboxMail(ledger).send("", Message("c", "o", Letter.CONFIRMATION, "t")),
    ]
    for call in calls:
        with pytest.raises(KeyMissing):
            await call


@pytest.mark.parametrize("refusals", [0, 2])
async def test_a_bank_takes_no_refund_as_often_as_its_digit_says(payments, refusals):
    await payments.capture("k", f"pm_refund_down_{refusals}", TOTAL)
    for _ in range(refusals):
        with pytest.raises(PartyUnavailable):
            await payments.refund("k")
    assert isinstance(await payments.refund("k"), Refunded)


async def test_an_outage_that_was_asked_for_strikes_everyone_until_it_is_over(ledger):
    clock = Clock()
    outage = Outage(NOW + timedelta(minutes=1), clock)
    payments, carrier = SandboxPayments(ledger, outage), SandboxCarrier(ledger, outage)
    letter = Message("c", "o", Letter.CONFIRMATION, "t")
    for call in (
        payments.capture("k", "pm_card_ok", TOTAL),
        payments.refund("k"),
        carrier.ship("k", ADDRESS),
        carrier.cancel("k"),
        SandboxMail(ledger, outage).send("k", letter),
    ):
        with pytest.raises(GatewayUnavailable, match="down for everyone"):
            await call
    assert ledger.entries == {}
    clock.forward(minutes=1)
    assert isinstance(await payments.capture("k", "pm_card_ok", TOTAL), Captured)
