"""One contract for payments, on the sandbox and over real HTTP."""

import pytest

from shared.domain.money import Money
from shared.gateways.errors import GatewayUnavailable, KeyMissing, PartyUnavailable, RequestRejected
from shared.gateways.http_payment import HttpPayments
from shared.gateways.http_provider import HttpProvider
from shared.gateways.ledger import MemoryLedger
from shared.gateways.payment import (
    Captured,
    Declined,
    NothingCaptured,
    PaymentGateway,
    Refunded,
)
from shared.gateways.sandbox_payment import SandboxPayments
from tests.domain.scenes import TOTAL
from tests.gateways.provider import Provider, answering, half_an_answer, lost_answer


class PaymentContract:
    async def test_a_payment_is_captured_once_however_often_it_is_asked(
        self, payments: PaymentGateway
    ):
        first = await payments.capture("k", "pm_card_ok", TOTAL)
        assert isinstance(first, Captured)
        assert first.amount == TOTAL
        assert await payments.capture("k", "pm_card_ok", TOTAL) == first

    async def test_a_declined_payment_says_why(self, payments: PaymentGateway):
        declined = await payments.capture("k", "pm_card_declined", TOTAL)
        assert declined == Declined("the card was declined")

    async def test_a_bank_that_does_not_answer_may_answer_later(self, payments: PaymentGateway):
        with pytest.raises(PartyUnavailable):
            await payments.capture("k", "pm_flaky_1", TOTAL)
        assert isinstance(await payments.capture("k", "pm_flaky_1", TOTAL), Captured)

    async def test_a_refund_gives_back_what_was_captured_once(self, payments: PaymentGateway):
        captured = await payments.capture("k", "pm_card_ok", TOTAL)
        assert isinstance(captured, Captured)
        refunded = Refunded(captured.payment_id, TOTAL)
        assert await payments.refund("k") == refunded
        assert await payments.refund("k") == refunded

    async def test_a_capture_that_comes_after_its_refund_finds_the_door_shut(
        self, payments: PaymentGateway
    ):
        assert await payments.refund("k") == NothingCaptured()
        late = await payments.capture("k", "pm_card_ok", TOTAL)
        assert late == Declined("the payment was withdrawn")
        assert await payments.refund("k") == NothingCaptured()

    async def test_a_call_without_a_key_is_refused(self, payments: PaymentGateway):
        with pytest.raises(KeyMissing):
            await payments.capture(" ", "pm_card_ok", TOTAL)
        with pytest.raises(KeyMissing):
            await payments.refund("")


class TestSandboxPayments(PaymentContract):
    @pytest.fixture
    def payments(self) -> SandboxPayments:
        return SandboxPayments(MemoryLedger())


@pytest.fixture
async def provider():
    async with Provider().running() as running:
        yield running


@pytest.fixture
async def payments(provider):
    client = HttpProvider("payment", provider.account)
    yield HttpPayments(client)
    await client.close()


class TestHttpPayments(PaymentContract):
    pass


@pytest.mark.parametrize("fault", [lost_answer, half_an_answer])
async def test_a_lost_answer_is_asked_for_again_by_the_same_key(payments, provider, fault):
    provider.faults.append(fault)
    assert isinstance(await payments.capture("k", "pm_card_ok", TOTAL), Captured)
    assert provider.asked == [("/v1/captures", "k")] * 2
    assert list(provider.ledger.entries) == ["k:capture"]


async def test_money_taken_behind_a_lost_answer_is_found_by_the_refund(payments, provider):
    provider.faults.extend([lost_answer, lost_answer])
    with pytest.raises(GatewayUnavailable):
        await payments.capture("k", "pm_card_ok", TOTAL)
    assert isinstance(await payments.refund("k"), Refunded)


async def test_another_amount_than_asked_for_is_no_payment(payments, provider):
    await payments.capture("k", "pm_card_ok", Money(1, "EUR"))
    with pytest.raises(RequestRejected, match="instead of"):
        await payments.capture("k", "pm_card_ok", TOTAL)


async def test_a_refund_must_say_that_the_key_is_closed(payments, provider):
    provider.faults.append(answering(200, '{"outcome": "nothing_found"}'))
    with pytest.raises(RequestRejected, match="neither refunded nor voided"):
        await payments.refund("k")


async def test_an_address_that_knows_no_refunds_is_never_taken_for_nothing_captured(
    payments, provider
):
    await payments.capture("k", "pm_card_ok", TOTAL)
    provider.faults.append(answering(404))
    with pytest.raises(GatewayUnavailable):
        await payments.refund("k")


async def test_a_reason_is_one_short_line(payments, provider):
    reason = "no\\n" + "way " * 100
    provider.faults.append(answering(402, f'{{"reason": "{reason}"}}'))
    declined = await payments.capture("k", "pm_card_ok", TOTAL)
    assert declined.reason.startswith("no way way")
    assert len(declined.reason) == 200
    provider.faults.append(answering(402))
    assert await payments.capture("k", "pm", TOTAL) == Declined("no reason was given")
