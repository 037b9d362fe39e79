"""One contract for parcels, on the sandbox and over real HTTP."""

from dataclasses import replace

import pytest

from shared.gateways.carrier import Cancelled, Carrier, NothingShipped, Refused, Shipped
from shared.gateways.errors import KeyMissing, PartyUnavailable, RequestRejected
from shared.gateways.http_carrier import HttpCarrier
from shared.gateways.http_provider import HttpProvider
from shared.gateways.ledger import MemoryLedger
from shared.gateways.sandbox_carrier import SandboxCarrier
from tests.domain.scenes import ADDRESS
from tests.gateways.provider import Provider, answering, lost_answer


class CarrierContract:
    async def test_a_parcel_is_sent_once_however_often_it_is_asked(self, carrier: Carrier):
        first = await carrier.ship("k", ADDRESS)
        assert isinstance(first, Shipped)
        assert first.tracking_number
        assert await carrier.ship("k", ADDRESS) == first

    async def test_a_refused_parcel_says_why(self, carrier: Carrier):
        refused = await carrier.ship("k", replace(ADDRESS, country="ZZ"))
        assert refused == Refused("no parcel service to ZZ")

    async def test_a_depot_that_does_not_answer_may_answer_later(self, carrier: Carrier):
        to = replace(ADDRESS, postal_code="FLAKY-1")
        with pytest.raises(PartyUnavailable):
            await carrier.ship("k", to)
        assert isinstance(await carrier.ship("k", to), Shipped)

    async def test_a_parcel_is_stopped_once(self, carrier: Carrier):
        shipped = await carrier.ship("k", ADDRESS)
        assert isinstance(shipped, Shipped)
        for _ in range(2):
            assert await carrier.cancel("k") == Cancelled(shipped.shipment_id)

    async def test_a_parcel_that_comes_after_its_cancelling_stays(self, carrier: Carrier):
        assert await carrier.cancel("k") == NothingShipped()
        assert await carrier.ship("k", ADDRESS) == Refused("the shipment was withdrawn")

    async def test_a_call_without_a_key_is_refused(self, carrier: Carrier):
        with pytest.raises(KeyMissing):
            await carrier.ship(" ", ADDRESS)
        with pytest.raises(KeyMissing):
            await carrier.cancel("")


class TestSandboxCarrier(CarrierContract):
    @pytest.fixture
    def carrier(self) -> SandboxCarrier:
        return SandboxCarrier(MemoryLedger())


@pytest.fixture
async def provider():
    async with Provider().running() as running:
        yield running


@pytest.fixture
async def carrier(provider):
    client = HttpProvider("carrier", provider.account)
    yield HttpCarrier(client)
    await client.close()


class TestHttpCarrier(CarrierContract):
    pass


async def test_a_parcel_behind_a_lost_answer_is_sent_once(carrier, provider):
    provider.faults.append(lost_answer)
    assert isinstance(await carrier.ship("k", ADDRESS), Shipped)
    assert provider.asked == [("/v1/shipments", "k")] * 2
    assert list(provider.ledger.entries) == ["k:ship"]


async def test_a_parcel_that_cannot_be_stopped_any_more_is_for_a_person(carrier, provider):
    await carrier.ship("k", ADDRESS)
    provider.faults.append(answering(422, '{"reason": "it is in the van"}'))
    with pytest.raises(RequestRejected):
        await carrier.cancel("k")


async def test_a_cancellation_must_say_that_the_key_is_closed(carrier, provider):
    provider.faults.append(answering(200, '{"outcome": "gone"}'))
    with pytest.raises(RequestRejected, match="neither cancelled nor voided"):
        await carrier.cancel("k")
