"""How a provider's HTTP API fails, and that no failure tells the key of the account."""

import asyncio
import socket
import traceback
from dataclasses import replace

import pytest

from shared.cells.memory import MemoryCells
from shared.domain.money import Money
from shared.gateways.breaker import Breaker
from shared.gateways.errors import (
    GatewayResting,
    GatewayUnavailable,
    PartyUnavailable,
    RequestRejected,
)
from shared.gateways.http_provider import LONGEST_ANSWER, HttpProvider
from shared.plain import to_plain
from shared.providers import HttpAccount
from tests.application.memory import Clock
from tests.domain.scenes import TOTAL
from tests.gateways import provider as faults
from tests.gateways.provider import SECRET, Provider, answering

CAPTURE = {"paymentMethod": "pm_card_ok", "amount": to_plain(TOTAL)}


@pytest.fixture
async def provider():
    async with Provider().running() as running:
        yield running


@pytest.fixture
async def client(provider):
    made = HttpProvider("payment", provider.account, patience=0.5)
    yield made
    await made.close()


async def fails(client: HttpProvider, caplog) -> Exception:
    """The failure of a capture, after a look that it tells no secret."""
    with pytest.raises(Exception) as raised:  # noqa: PT011 - the caller looks at its type
        await client.post("/captures", "k", CAPTURE)
    error = raised.value
    told = [*traceback.format_exception(error), repr(error), repr(error.__cause__), caplog.text]
    assert SECRET not in "\n".join(told)
    return error


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        *((status, GatewayUnavailable) for status in (302, 401, 403, 404, 408, 429, 500, 503)),
        *((status, PartyUnavailable) for status in (409, 424)),
        *((status, RequestRejected) for status in (400, 402, 413, 422)),
    ],
)
async def test_a_status_says_whose_trouble_it_is(client, provider, caplog, status, kind):
    provider.faults.append(answering(status, Location="/v1/refunds"))
    error = await fails(client, caplog)
    assert type(error) is kind
    assert str(status) in str(error)
    assert len(provider.asked) == 1


async def test_a_wrong_key_or_address_calls_for_a_person(client, provider, caplog):
    provider.faults.append(answering(403))
    await fails(client, caplog)
    assert "provider_misconfigured" in caplog.text


@pytest.mark.parametrize("fault", [faults.silence, faults.no_http, faults.lost_request])
async def test_no_answer_leaves_open_what_was_done(client, provider, caplog, fault):
    provider.faults.extend([fault, fault])
    assert type(await fails(client, caplog)) is GatewayUnavailable


@pytest.mark.parametrize("text", ["<html>Sorry</html>", "[]", "", "x" * (LONGEST_ANSWER + 1)])
async def test_an_answer_that_cannot_be_read_leaves_open_what_was_done(
    client, provider, caplog, text
):
    provider.faults.append(answering(200, text))
    assert type(await fails(client, caplog)) is GatewayUnavailable


async def test_an_answer_without_its_members_leaves_open_what_was_done(client, provider):
    provider.faults.append(answering(200, '{"paymentId": 7}'))
    reply = await client.post("/captures", "k", CAPTURE)
    with pytest.raises(GatewayUnavailable):
        reply.read(Money)


async def test_nobody_there_is_an_outage(caplog):
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{reserved.getsockname()[1]}"
        client = HttpProvider("payment", HttpAccount(url, SECRET))
        assert type(await fails(client, caplog)) is GatewayUnavailable
        await client.close()


async def test_calls_share_connections_and_closing_lets_a_later_call_connect_anew(client, provider):
    await asyncio.gather(*(client.post("/captures", f"k{n}", CAPTURE) for n in range(4)))
    await client.close()
    await client.close()
    assert (await client.post("/captures", "k", CAPTURE)).is_success


async def test_an_outage_opens_the_breaker_and_one_customers_bank_does_not(client, provider):
    breaker = Breaker("payment", MemoryCells(), Clock(), threshold=2)

    async def capture():
        return await breaker.call(lambda: client.post("/captures", "k", CAPTURE))

    for status in (424, 503, 424, 503):
        provider.faults.append(answering(status))
        with pytest.raises(GatewayUnavailable):
            await capture()
    provider.faults.append(answering(503))
    with pytest.raises(GatewayResting):
        await capture()


async def test_an_account_never_shows_its_key():
    account = HttpAccount("https://pay.example", SECRET)
    assert SECRET not in f"{account} {account!r} {replace(account)}"
